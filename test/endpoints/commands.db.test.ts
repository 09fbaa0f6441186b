import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { briefMemory, briefOutbox } from '../../players/core/brief-storage.ts';
import { httpLink } from '../../players/core/http-link.ts';
import { FIELD_DEFAULTS } from '../../players/core/player-config.ts';
import type { Memory, Powers } from '../../players/core/ports.ts';
import { type RunningPlayer, runPlayer } from '../../players/core/run-player.ts';
import { systemClock } from '../../players/core/system-clock.ts';
import { timedStage } from '../../players/core/timed-stage.ts';
import { sharedMedia } from '../../players/fleet/shared-media.ts';
import { leanFetch } from '../../players/node/lean-fetch.ts';
import { COMMAND_TYP } from '../../src/contract/command.ts';
import { EVENT } from '../../src/contract/events.ts';
import { OVERRIDE_TYP } from '../../src/contract/override.ts';
import {
  makeSigningKey,
  type PrivateKey,
  signStatement,
  verifyStatement,
} from '../../src/contract/signing.ts';
import { eventBytes } from '../../src/schedule/player-streams.ts';
import { type Desk, deskOf, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

/** The smallest JPEG that its first bytes make one. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]).toString('base64');

let running: TestServer;
let operator: Desk;
let viewer: Desk;
let endpoint: number;
let bare: number;
let done: string[];
let memory: Memory;
let player: RunningPlayer;
let token: string;

/** A real player over real HTTP whose powers write into `done`. `stream` false: it only polls. */
function play(endpointToken: string, stream: boolean): Promise<RunningPlayer> {
  const clock = systemClock(globalThis, 1);
  const powers: Powers = {
    volume: (percent) => void done.push(`volume ${percent}`),
    async restart() {
      done.push('restart');
      await player.stop(0);
      player = await play(endpointToken, stream);
    },
    async picture() {
      done.push('picture');
      return JPEG;
    },
  };
  return runPlayer(
    {
      ...FIELD_DEFAULTS,
      player: { name: 'test', version: '1' },
      hardwareId: 'box',
      kind: 'tv',
      capabilities: { video: true, image: true, audio: true },
      enrolmentToken: endpointToken,
      stream,
      pollMs: 200,
      slowestMs: 1_000,
    },
    {
      clock,
      link: httpLink({ server: running.url, fetch: leanFetch(), clock }),
      stage: timedStage(clock),
      media: sharedMedia(),
      outbox: briefOutbox('epoch-of-test'),
      memory,
      verify: verifyStatement,
      powers,
      log: () => {},
    },
  );
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const told = async () => (await operator.ask('GET', `/api/endpoints/${endpoint}/commands`)).body;
const ask = (json: unknown, by = operator, id = endpoint) =>
  by.ask('POST', `/api/endpoints/${id}/commands`, json);

beforeAll(async () => {
  running = await testServer();
  const world = worldOf(running.database);
  endpoint = await world.endpoint({ kind: 'tv' });
  bare = await world.endpoint({ kind: 'tv' });
  await running.database.bell.ring('endpoints', 'all');
  await running.server.board.refresh();
  [operator, viewer] = await Promise.all([deskOf(running, 'operator'), deskOf(running, 'viewer')]);
  const [offer] = await running.server.players.offerEnrolments([endpoint], 'system');
  token = offer?.token ?? '';
  done = [];
  memory = briefMemory();
  player = await play(token, true);
  await until(async () => {
    await running.server.players.writeSightings();
    return (await told()).offers.length > 0;
  });
});
afterAll(async () => {
  await player.stop();
  expect(running.troubles).toEqual([]);
  await running.stop();
});

/** Asks, waits for the answer, and gives the command as it is told then. */
async function carriedOut(json: { kind: string; percent?: number }) {
  const sent = await ask(json);
  expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  expect(sent.body.state).toBe('sent');
  const now = async () => (await told()).commands.find(({ id }: { id: number }) => id === sent.body.id);
  await until(async () => (await now()).state !== 'sent');
  return now();
}

describe('commands to a player', () => {
  test('are carried out once, answered, and written into the audit log', async () => {
    expect(await carriedOut({ kind: 'volume', percent: 35 })).toMatchObject({
      kind: 'volume',
      percent: 35,
      state: 'done',
    });
    expect(await carriedOut({ kind: 'picture' })).toMatchObject({ state: 'done' });
    const picture = await fetch(`${running.url}/api/endpoints/${endpoint}/picture`, {
      headers: { authorization: `Bearer ${viewer.token}` },
    });
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await picture.arrayBuffer()).toString('base64')).toBe(JPEG);
    expect(done).toEqual(['volume 35', 'picture']);
    const entries = await running.database.sql`
      select action, detail from audit_log where subject = ${`endpoint ${endpoint}`} and action like 'player.%' order by id`;
    expect(entries.map(({ action }) => action)).toEqual(['player.volume', 'player.picture']);
    expect(entries[0]?.detail).toMatchObject({ percent: 35 });
  });

  test('have a restart told as done by the run that comes after it, with the volume kept', async () => {
    done = [];
    expect(await carriedOut({ kind: 'restart' })).toMatchObject({ state: 'done' });
    expect(done).toEqual(['restart', 'volume 35']);
  });

  test('reach a player that has no stream, with its next poll, and only once', async () => {
    await player.stop(0);
    done = [];
    player = await play(token, false);
    await carriedOut({ kind: 'volume', percent: 60 });
    await carriedOut({ kind: 'picture' });
    expect(done).toEqual(['volume 35', 'volume 60', 'picture']);
    await player.stop(0);
    player = await play(token, true);
  });

  test('are refused to who may not, to a player that does not offer them, and while the same is on its way', async () => {
    expect((await ask({ kind: 'restart' }, viewer)).body.code).toBe('role.insufficient');
    expect((await ask({ kind: 'reboot' })).body.code).toBe('command.notOffered');
    expect((await ask({ kind: 'picture' }, operator, bare)).body.code).toBe('command.notOffered');
    expect((await ask({ kind: 'picture' }, operator, 9_999)).body.code).toBe('endpoint.unknown');
    expect((await ask({ kind: 'volume', percent: 101 })).body.code).toBe('request.invalid');
    await player.stop(0);
    expect((await ask({ kind: 'picture' })).status).toBe(201);
    expect((await ask({ kind: 'picture' })).body.code).toBe('command.pending');
    player = await play(token, true);
    await until(async () => (await told()).commands[0].state === 'done');
  });

  test('are not obeyed when forged, replayed, expired or signed for something else, and the server is told', async () => {
    await carriedOut({ kind: 'volume', percent: 20 });
    done = [];
    const server = running.server;
    const hear = (jws: string) => server.streams.send(endpoint, eventBytes(EVENT.command, jws));
    const [row] = await running.database.sql`
      select id, serial::float8 as serial from player_commands order by serial desc limit 1`;
    const own = JSON.parse(await readKey()) as PrivateKey;
    const forged = (change: object = {}) =>
      JSON.stringify({
        version: 1,
        commandId: row?.id,
        endpointId: endpoint,
        serial: row?.serial + 5,
        until: new Date(Date.now() + 60_000).toISOString(),
        ask: { kind: 'volume', percent: 100 },
        ...change,
      });
    const stranger = await makeSigningKey();
    // By a stranger, by a stranger under our name, and our own signature over something that is no command.
    hear(await signStatement(forged(), COMMAND_TYP, stranger));
    hear(await signStatement(forged(), COMMAND_TYP, { ...stranger, kid: own.kid }));
    hear(await signStatement(forged(), OVERRIDE_TYP, own));
    // Our own signature: the same serial again, an end that is past, another endpoint's.
    hear(await signStatement(forged({ serial: row?.serial }), COMMAND_TYP, own));
    hear(await signStatement(forged({ until: new Date(Date.now() - 1).toISOString() }), COMMAND_TYP, own));
    hear(await signStatement(forged({ endpointId: bare }), COMMAND_TYP, own));
    // Statements are heard in order: what came before this one has been judged.
    await carriedOut({ kind: 'picture' });
    expect(done).toEqual(['picture']);
    const codes = player.state().latestTroubles.map(({ code }) => code);
    expect(codes).toEqual(
      expect.arrayContaining([
        'signature.invalid',
        'signature.wrongType',
        'command.expired',
        'command.refused',
      ]),
    );
  });

  test('are answered for by their own player alone, with a picture that is one', async () => {
    const [offer] = await running.server.players.offerEnrolments([bare], 'system');
    const enrolled = await operator.ask('POST', '/api/player/v1/enrolments', {
      token: offer?.token,
      hardwareId: 'other',
      capabilities: { video: true, image: true, audio: true },
    });
    const answer = (body: object) =>
      fetch(`${running.url}/api/player/v1/command-receipts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${enrolled.body.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then(async (response) => (await response.json()).code);
    const [{ id }] = (await told()).commands;
    expect(await answer({ commandId: id, state: 'done' })).toBe('command.unknown');
    const notJpeg = Buffer.from('<svg onload="alert(1)"/>').toString('base64');
    expect(await answer({ commandId: id, state: 'done', picture: notJpeg })).toBe('picture.unreadable');
    expect(await answer({ commandId: id, state: 'done', picture: 'x'.repeat(400_001) })).toBe(
      'request.invalid',
    );
  });
});

async function readKey(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  return readFile(join(running.dataDir, 'keys', 'signing.json'), 'utf8');
}
