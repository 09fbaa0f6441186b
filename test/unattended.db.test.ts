import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningPlayer } from '../players/core/run-player.ts';
import { startHeadless } from '../players/headless/start-headless.ts';
import { bookedWorld } from './support/booked-world.ts';
import { type Desk, deskOf, send, type TestServer, testServer } from './support/server.ts';

/* Faults that were met on other systems in the field, on the whole server. docs/field-faults.md lists all. */

describe('a slot from 22:00 to 02:00', () => {
  // 22:45 on a Sunday in Shanghai, where the server, in UTC, has the afternoon.
  const now = Date.parse('2027-02-07T22:45:00+08:00');
  let running: TestServer;
  let editor: Desk;
  let operator: Desk;
  beforeAll(async () => {
    running = await testServer(() => now);
    editor = await deskOf(running, 'editor');
    operator = await deskOf(running, 'operator');
  });
  afterAll(async () => running?.stop());

  test('plays at 22:45 and at 01:30, and neither at 02:30 nor after the last night of its campaign', async () => {
    const world = bookedWorld(running, editor, operator);
    const endpointId = await world.endpoint({ timeZone: 'Asia/Shanghai' });
    const { id: assetId } = await world.rows.asset();
    const { id: bookingId } = await world.book({
      campaignId: await world.campaign(),
      playlistId: await world.playlist([{ assetId }]),
      endpoints: { endpointIds: [endpointId] },
      dayparts: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '02:00' }],
      rate: { kind: 'perHour', plays: 12 },
      fromDate: '2027-02-06',
      toDate: '2027-02-08',
    });
    await running.server.board.refresh();
    const spots = (await world.pull(endpointId)).filter((spot) => spot.bookingId === bookingId);
    const playsAround = (local: string) => {
      const at = Date.parse(`${local}:00+08:00`);
      return spots.filter((spot) => Math.abs(spot.at - at) <= 5 * 60_000).length;
    };
    expect(playsAround('2027-02-07T22:45')).toBeGreaterThan(0);
    expect(playsAround('2027-02-08T01:30')).toBeGreaterThan(0);
    expect(playsAround('2027-02-08T02:30')).toBe(0);
    expect(playsAround('2027-02-08T12:00')).toBe(0);
    // The night of the last date runs into the next morning.
    expect(playsAround('2027-02-09T01:30')).toBeGreaterThan(0);
    expect(playsAround('2027-02-09T22:45')).toBe(0);
  });
});

describe('two boxes with one disk image', () => {
  let running: TestServer;
  let editor: Desk;
  let folder: string;
  const players: RunningPlayer[] = [];
  beforeAll(async () => {
    running = await testServer();
    editor = await deskOf(running, 'editor');
    folder = await mkdtemp(join(tmpdir(), 'copied-'));
  });
  afterAll(async () => {
    await Promise.all(players.map((player) => player.stop()));
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function powerOn(disk: string, mark: string, enrolmentToken: string, log = (_: string) => {}) {
    const player = await startHeadless({
      server: running.url,
      dataDir: join(folder, disk),
      enrolmentToken,
      kind: 'loudspeaker',
      sink: 'null',
      marks: [mark],
      config: { pollMs: 200 },
      log,
    });
    players.push(player);
    return player;
  }
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  test('do not throw each other out: the copy is paired by itself, with numbers of its own', async () => {
    const world = bookedWorld(running, editor, await deskOf(running, 'operator'));
    const [first, second] = [
      await world.endpoint({ kind: 'loudspeaker' }),
      await world.endpoint({ kind: 'loudspeaker' }),
    ];
    await running.server.board.refresh();
    const [offer] = await running.server.players.offerEnrolments([first], 'test');
    const token = offer?.token ?? '';

    const original = await powerOn('disk', 'card of box 1', token);
    await until(() => original.state().phase === 'paired' && original.state().programme !== null);
    await original.stop();
    await cp(join(folder, 'disk'), join(folder, 'copy'), { recursive: true });

    const again = await powerOn('disk', 'card of box 1', token);
    const lines: string[] = [];
    const copy = await powerOn('copy', 'card of box 2', token, (line) => lines.push(line));
    await until(() => copy.state().offer !== null);
    expect(lines.join('\n')).toMatch(/copied/);
    const claim = { code: copy.state().offer?.code, endpointId: second };
    expect((await editor.ask('POST', '/api/pairings/claim', claim)).status).toBe(200);
    await until(() => copy.state().phase === 'paired' && copy.state().programme !== null);

    expect(again.state().identity?.endpointId).toBe(first);
    expect(copy.state().identity?.endpointId).toBe(second);
    expect(copy.state().outbox.epoch).not.toBe(again.state().outbox.epoch);
    // Both are still let in.
    for (const player of [again, copy]) {
      const { token = '' } = player.state().identity ?? {};
      expect((await send(`${running.url}/api/player/v1/manifest`, { token })).status).toBe(200);
    }
    await running.server.players.writeSightings();
    const { endpoints } = (await editor.ask('GET', '/api/endpoints')).body;
    const hardware = endpoints.map((one: { player: { hardwareId: string } }) => one.player.hardwareId);
    expect(new Set(hardware).size).toBe(2);
  }, 60_000);

  test('stay one box when a network card is replaced or none can be read', async () => {
    const { claimFolder } = await import('../players/node/same-box-files.ts');
    const disk = join(folder, 'cards');
    expect(await claimFolder(disk, ['state'], ['a', 'b'])).toBe('ours');
    expect(await claimFolder(disk, ['state'], ['b', 'c'])).toBe('ours');
    expect(await claimFolder(disk, ['state'], ['c'])).toBe('ours');
    expect(await claimFolder(disk, ['state'], [])).toBe('ours');
    expect(await claimFolder(disk, ['state'], ['d'])).toBe('copied');
    expect(await claimFolder(disk, ['state'], ['d'])).toBe('ours');
    expect(await claimFolder(disk, ['state'], ['a'])).toBe('copied');
  });
});
