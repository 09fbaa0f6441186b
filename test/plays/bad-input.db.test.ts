import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/base/digest.ts';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import type { PlayReceipt } from '../../src/contract/play-report.ts';
import { auditSums } from '../../src/plays/sums-audit-store.ts';
import { deskOf, type TestServer, testServer } from '../support/server.ts';
import { addFleet, fileOf, TOLD } from './a-fleet.ts';

const NOW = Date.UTC(2027, 1, 5, 12);
const PLAYERS = 15;
let server: TestServer;
let fleet: readonly { readonly playerId: number; readonly endpointId: number }[];
let next = 0;

beforeAll(async () => {
  server = await testServer(() => NOW);
  const { sql } = server.database;
  fleet = await addFleet(sql, PLAYERS, NOW - 30 * DAY_MS);
  for (const { playerId } of fleet) {
    await sql`update players set token_hash = ${sha256Hex(`token-of-player-${playerId}`)} where id = ${playerId}`;
  }
});
afterAll(() => server.stop());

type Changes = Readonly<Record<string, unknown>>;

/** A believable play of 10 s, changed. Its start follows from `place`, which is its number unless that is changed. */
const play = (place: number, changes: Changes = {}): Changes => ({
  seq: place,
  bookingId: 1,
  assetId: 1,
  sha256: fileOf(1),
  startedAt: new Date(NOW - 20 * HOUR_MS + place * 20_000).toISOString(),
  durationMs: 10_000,
  outcome: 'completed',
  ...changes,
});

/** A player that nobody used yet. */
function freshPlayer() {
  const player = fleet[next];
  next += 1;
  if (!player) throw new Error('the fleet is used up');
  const send = (body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/player/v1/plays`, {
      method: 'POST',
      headers: {
        authorization: `Bearer token-of-player-${player.playerId}`,
        'content-type': 'application/json',
        ...headers,
      },
      body,
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    } as RequestInit);
  const envelope = (plays: readonly unknown[]) =>
    JSON.stringify({ epoch: 'an-epoch-of-bad-input', plays, clock: { now: new Date(NOW).toISOString() } });
  return {
    ...player,
    send,
    envelope,
    async report(plays: readonly unknown[]): Promise<PlayReceipt> {
      // The connection may be one that a refusal just ended; sending again is always safe.
      const answer = await send(envelope(plays)).catch(() => send(envelope(plays)));
      expect(answer.status).toBe(200);
      return (await answer.json()) as PlayReceipt;
    },
    async stored(): Promise<{ seq: number; durationMs: number }[]> {
      return server.database.sql<{ seq: number; durationMs: number }[]>`
        select seq::float8 as seq, duration_ms as "durationMs" from plays
        where player_id = ${player.playerId} order by seq`;
    },
  };
}

const refusal = async (answer: Response) => ({ status: answer.status, code: (await answer.json()).code });

/** Bytes of buffers that somebody still holds: what merely waits for the collector is collected first. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}

describe('bad input to POST /api/player/v1/plays', () => {
  it('counts sequence numbers that go back', async () => {
    const player = freshPlayer();
    expect(await player.report([play(30), play(20), play(10)])).toMatchObject({ accepted: 3, rejected: [] });
    expect(await player.report([play(5), play(10), play(1)])).toMatchObject({ accepted: 2, duplicates: 1 });
    expect((await player.stored()).map(({ seq }) => seq)).toEqual([1, 5, 10, 20, 30]);
  });

  it('takes a jump by 10^12 as one hole, and stays small', async () => {
    const player = freshPlayer();
    const far = 1_000_000_000_001;
    const receipt = await player.report([play(1), play(2, { seq: far })]);
    expect(receipt).toMatchObject({
      accepted: 2,
      received: [
        [1, 1],
        [far, far],
      ],
      missing: [[2, far - 1]],
    });
    expect(await player.report([play(3, { seq: 2 ** 53 - 1 })])).toMatchObject({ accepted: 1 });
    expect(await player.report([play(4, { seq: 2 ** 53 })])).toMatchObject({
      accepted: 0,
      rejected: [{ seq: null, code: 'play.malformed' }],
    });
    expect(await player.report([play(5, { seq: 2 })])).toMatchObject({ accepted: 1 });
  });

  it('counts a number once and as it came first, when it repeats with other content', async () => {
    const player = freshPlayer();
    await player.report([play(1, { durationMs: 9_000 })]);
    const again = await player.report([play(1, { durationMs: 3_000, outcome: 'cut' })]);
    expect(again).toMatchObject({ accepted: 0, duplicates: 1, rejected: [] });
    const twice = await player.report([play(2, { durationMs: 8_000 }), play(2, { durationMs: 1_000 })]);
    expect(twice).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(await player.stored()).toEqual([
      { seq: 1, durationMs: 9_000 },
      { seq: 2, durationMs: 8_000 },
    ]);
  });

  it.each([
    ['in 1970', { startedAt: '1970-01-01T00:00:00.000Z' }, 'play.tooOld'],
    ['in 2099', { startedAt: '2099-12-31T00:00:00.000Z' }, 'play.fromFuture'],
    ['as a number', { startedAt: NOW - HOUR_MS }, 'play.malformed'],
    ['that is no date', { startedAt: '2027-02-30T00:00:00.000Z' }, 'play.malformed'],
    ['without an offset', { startedAt: '2027-02-05T11:00:00' }, 'play.malformed'],
  ])('keeps a play apart whose time is %s', async (_, changes, code) => {
    const player = freshPlayer();
    expect(await player.report([play(1), play(2, changes)])).toMatchObject({
      accepted: 1,
      rejected: [{ seq: 2, code }],
    });
    const [kept] = await server.database.sql<{ report: unknown }[]>`
      select report from quarantined_plays where player_id = ${player.playerId}`;
    expect(kept?.report).toMatchObject(changes);
  });

  it('reads times with offsets, and durations that are negative, of a year or too long', async () => {
    const player = freshPlayer();
    const receipt = await player.report([
      play(1, { startedAt: '2027-02-05T19:00:00+08:00' }),
      play(2, { startedAt: '2027-02-05T06:00:30-05:00' }),
      play(3, { durationMs: -1 }),
      play(4, { durationMs: 365 * DAY_MS }),
      play(5, { durationMs: HOUR_MS }),
      play(6, { durationMs: 1.5 }),
    ]);
    expect(receipt).toMatchObject({
      accepted: 2,
      rejected: [
        { seq: 3, code: 'play.malformed' },
        { seq: 4, code: 'play.malformed' },
        { seq: 5, code: 'play.tooLong' },
        { seq: 6, code: 'play.malformed' },
      ],
    });
    const [hour] = await server.database.sql<{ completed: number }[]>`
      select sum(completed)::int as completed from play_hours
      where endpoint_id = ${player.endpointId} and hour_starts_at = '2027-02-05T11:00:00Z'`;
    expect(hour?.completed).toBe(2);
  });

  it('refuses a million plays, damaged gzip and bombs, and holds nothing of them', async () => {
    const player = freshPlayer();
    const packed = { 'content-encoding': 'gzip' };
    const million = player.envelope(Array.from({ length: 1_000_000 }, () => 0));
    // Ten thousand members of a million zeros: 10 GB in 10 MB, and the part of it that a request may carry.
    const member = gzipSync(Buffer.alloc(1_000_000), { level: 9 });
    const bomb = (members: number) => Buffer.concat(Array<Buffer>(members).fill(member));
    const fitting = bomb(Math.floor(1_000_000 / member.length));
    const before = heldBytes();
    expect(await refusal(await player.send(million))).toEqual({ status: 413, code: 'request.tooLarge' });
    expect(await refusal(await player.send(gzipSync(million), packed))).toMatchObject({ status: 413 });
    expect(await refusal(await player.send(gzipSync('{"epoch":').subarray(0, 15), packed))).toEqual({
      status: 400,
      code: 'request.malformed',
    });
    expect(await refusal(await player.send(fitting, packed))).toEqual({
      status: 413,
      code: 'request.tooLarge',
    });
    expect(await refusal(await player.send(bomb(10_000), packed))).toMatchObject({ status: 413 });
    // Without a stated length it is counted as it comes.
    const endless = new Blob([bomb(3_000)]).stream();
    const stopped = await player.send(endless, packed).then(refusal, () => 'cut');
    if (stopped !== 'cut') expect(stopped).toMatchObject({ status: 413 });
    // The client here may still be letting go of what it could not send.
    await expect.poll(() => heldBytes() - before, { timeout: 20_000 }).toBeLessThan(20_000_000);
    expect(await player.stored()).toEqual([]);
  });

  it('loses none of 999 plays to the one beside them that makes no sense', async () => {
    const player = freshPlayer();
    for (const [first, bad] of [
      [0, null],
      [1_000, 'text'],
      [2_000, { seq: 'no number', plays: [[[]]] }],
    ] as const) {
      const plays: unknown[] = Array.from({ length: 1_000 }, (_, n) => play(first + n + 1));
      plays[500] = bad;
      expect(await player.report(plays)).toMatchObject({
        accepted: 999,
        rejected: [{ seq: null, code: 'play.malformed' }],
      });
    }
    expect(await player.stored()).toHaveLength(2_997);
  });

  it('counts nothing for another endpoint, whatever names it: fields of its own, its epoch, its bookings, the address', async () => {
    const [mine, other] = [freshPlayer(), freshPlayer()];
    const { sql } = server.database;
    const toldThere = JSON.stringify([...TOLD, [fileOf(7), 7, 9, 10_000]]);
    await sql`update manifests set told = ${toldThere}::text::jsonb where endpoint_id = ${other.endpointId}`;
    await other.report([play(1)]);
    const names = {
      ...{ endpointId: other.endpointId, playerId: other.playerId, endpoint: other.endpointId },
      ...{
        endpoint_id: other.endpointId,
        player: { playerId: other.playerId, endpointId: other.endpointId },
      },
    };
    const there = { ...names, bookingId: 9, assetId: 7, sha256: fileOf(7) };
    const body = {
      ...JSON.parse(mine.envelope([play(2, names), play(3, there), play(4, { ...there, bookingId: null })])),
      ...names,
    };
    const query = new URLSearchParams({ endpointId: `${other.endpointId}`, playerId: `${other.playerId}` });
    const answer = await fetch(`${server.url}/api/player/v1/plays?${query}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer token-of-player-${mine.playerId}`,
        'content-type': 'application/json',
        ...{ 'x-endpoint-id': `${other.endpointId}`, 'x-player-id': `${other.playerId}` },
      },
      body: JSON.stringify(body),
    });
    // The first counts here, where the token is; what only the other was told counts nowhere.
    expect(await answer.json()).toEqual({
      accepted: 1,
      duplicates: 0,
      rejected: [3, 4].map((seq) => ({ seq, code: 'play.notTold' })),
      received: [[2, 4]],
      missing: [[1, 1]],
    });
    expect([await mine.stored(), await other.stored()]).toMatchObject([[{ seq: 2 }], [{ seq: 1 }]]);
    const counted = await sql`
      select endpoint_id as id, sum(completed)::int as plays from play_hours
      where endpoint_id in (${mine.endpointId}, ${other.endpointId}) group by 1 order by 1`;
    expect(counted).toEqual([
      { id: mine.endpointId, plays: 1 },
      { id: other.endpointId, plays: 1 },
    ]);
    // Under the very epoch and number that the first used up for itself, the other's own play counts.
    expect(await other.report([play(2)])).toMatchObject({ accepted: 1, received: [[1, 2]], missing: [] });
  });

  it('keeps plays of the future, of years ago and beyond what an hour holds apart, until a person decides', async () => {
    const player = freshPlayer();
    const hour = NOW - 6 * HOUR_MS;
    const at = (ms: number) => ({ startedAt: new Date(ms).toISOString() });
    const full = Array.from({ length: 360 }, (_, n) => play(n + 1, at(hour + n * 10_000)));
    const more = Array.from({ length: 100 }, (_, n) => play(n + 361, at(hour + n * 30_000 + 4_000)));
    const years = [1, 2, 5, 57].map((count, n) => play(n + 461, at(NOW - count * 366 * DAY_MS)));
    const future = [6 / 60, 1, 24, 24 * 366].map((hours, n) => play(n + 465, at(NOW + hours * HOUR_MS)));
    const codes = new Map<string, number>();
    // In one report, and those beyond the hour once more in another one.
    const receipts = [await player.report([...full.slice(0, 200), ...more.slice(0, 50), ...years])];
    receipts.push(await player.report([...full.slice(200), ...more.slice(50), ...future]));
    for (const { code } of receipts.flatMap(({ rejected }) => rejected))
      codes.set(code, (codes.get(code) ?? 0) + 1);
    expect(Object.fromEntries(codes)).toEqual({
      'play.overlaps': 100,
      'play.tooOld': years.length,
      'play.fromFuture': future.length,
    });
    const viewer = await deskOf(server, 'viewer');
    const kept = await viewer.ask('GET', `/api/quarantine?playerId=${player.playerId}&limit=500`);
    expect(kept.body.plays).toHaveLength(108);
    const sums = await server.database.sql`
      select sum(completed)::int as plays, sum(airtime_ms)::int as airtime from play_hours
      where endpoint_id = ${player.endpointId} group by hour_starts_at`;
    expect(sums).toEqual([{ plays: 360, airtime: HOUR_MS }]);
  });

  it('leaves sums that agree with the plays, and no trouble in the log', async () => {
    expect((await auditSums(server.database.sql)).differences).toEqual([]);
    expect(server.troubles).toEqual([]);
  });
});
