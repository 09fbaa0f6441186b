import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Composition, composeServer } from '../../src/compose.ts';
import { type Database, openDatabase } from '../../src/db/connect.ts';
import { type RunningServer, startServer } from '../../src/http/server-flow.ts';
import { type TestPlace, testPlace } from '../support/database.ts';
import { type Desk, deskOf } from '../support/server.ts';
import { realBox } from './a-real-player.ts';

/*
 * Emergencies while the power goes on either side. A whole server with its own database, stopped and started
 * again on the same port, and players with a disk of their own. The clock is the real one.
 */
const samples = new URL('../../media/samples/', import.meta.url);
/** Whole servers start in here, also on the busiest machine. */
const PATIENCE_MS = 240_000;
const troubles: string[] = [];
let folder: string;
let place: TestPlace;
let database: Database;
let server: Composition;
let listening: RunningServer;
let port = 0;
let operator: Desk;
let siren: number;
/** How long stopping and starting took on this machine as it is today. */
let restartMs = 0;
let endpointId: number;

/** One more server process's worth on the same database, at a port of its own unless told. */
async function startOne(atPort: number) {
  const own = await openDatabase(place.options);
  const made = await composeServer(
    {
      port: 0,
      host: '127.0.0.1',
      dataDir: folder,
      publicUrl: 'http://localhost',
      behindProxy: false,
      signingKeyFile: join(folder, 'keys', 'signing.json'),
      sessionSecret: 's'.repeat(40),
    },
    { database: own, now: Date.now, logTrouble: (what, error) => troubles.push(`${what}: ${String(error)}`) },
  );
  await made.start();
  const heard = await startServer({ app: made.app, lane: made.lane, port: atPort, host: '127.0.0.1' });
  return { database: own, server: made, listening: heard };
}

async function startAll(): Promise<void> {
  ({ database, server, listening } = await startOne(port));
  port = listening.port;
}

async function stopAll(): Promise<void> {
  server.streams.endAll();
  await listening.stop(0);
  await server.stop();
}

const desk = (role: string) => deskOf({ url: listening.url, server } as Parameters<typeof deskOf>[0], role);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beacon-restarts-'));
  place = await testPlace();
  await startAll();
  operator = await desk('operator');
  const [editor, reviewer] = [await desk('editor'), await desk('reviewer')];
  const approved = async (file: string, isFiller: boolean): Promise<number> => {
    const path = `/api/assets?fileName=${file}&category=notice&isFiller=${isFiller}`;
    const type = { 'content-type': 'application/octet-stream' };
    const { id } = (await editor.ask('POST', path, await readFile(new URL(file, samples)), type)).body;
    await editor.ask('POST', `/api/assets/${id}/submit`);
    expect((await reviewer.ask('POST', `/api/assets/${id}/approve`, {})).body.state).toBe('approved');
    return id;
  };
  await approved('filler-standby.png', true);
  siren = await approved('notice-spring-festival.png', false);
  const made = await operator.ask('POST', '/api/endpoints', {
    code: 'TV-1',
    name: '大厅',
    kind: 'tv',
    area: '东城',
    timeZone: 'Asia/Shanghai',
    openingHours: '24/7',
  });
  endpointId = made.body.id;
  expect((await operator.ask('PUT', '/api/standing-material', { assetIds: [siren] })).body.held).toEqual([
    siren,
  ]);
  await server.board.refresh();
}, PATIENCE_MS);
afterAll(async () => {
  await stopAll();
  await place.remove();
  await rm(folder, { recursive: true, force: true });
}, PATIENCE_MS);

async function box(stream = true) {
  const [offer] = (await operator.ask('POST', '/api/enrolments', { endpointIds: [endpointId] })).body
    .enrolments;
  const made = realBox(listening.url, offer.token, stream);
  await made.powerOn();
  await made.untilOn('spot');
  return made;
}

/** Raises and confirms an emergency that lasts `lastsMs`. */
async function raise(lastsMs: number, content: object = { assetId: siren }): Promise<number> {
  const { body } = await operator.ask('POST', '/api/overrides', {
    content,
    severity: 'extreme',
    aim: { endpointIds: [endpointId] },
    until: new Date(Date.now() + lastsMs).toISOString(),
  });
  const confirmed = await operator.ask('POST', `/api/overrides/${body.id}/confirm`);
  expect(confirmed.body.state).toBe('live');
  return body.id;
}

async function told(id: number) {
  const { body } = await operator.ask('GET', `/api/overrides/${id}`);
  return body.endpoints[0];
}

describe('an emergency', () => {
  test('outlives a restart of the server, ends when it is withdrawn, and its plays are counted', {
    timeout: PATIENCE_MS,
  }, async () => {
    const one = await box();
    const id = await raise(600_000);
    await one.untilOn(`override ${id}`);
    const began = performance.now();
    await stopAll();
    await startAll();
    restartMs = performance.now() - began;
    operator = await desk('operator');
    expect(one.shown.at(-1)).toBe(`override ${id}`);
    await operator.ask('POST', `/api/overrides/${id}/withdraw`, {});
    await one.untilOn('spot');
    await expect.poll(async () => (await told(id)).state, { timeout: 60_000 }).toBe('ended');
    expect(await told(id)).toMatchObject({ reason: 'withdrawn' });
    const explained = await operator.ask('GET', `/api/endpoints/${endpointId}/explain`);
    expect(JSON.stringify(explained.body)).toContain('没有应急插播');
    await expect
      .poll(
        async () => {
          const [kept] = await database.sql`select count(*)::int as n from quarantined_plays`;
          expect(kept?.n).toBe(0);
          const [counted] =
            await database.sql`select count(*)::int as n from plays where override_id = ${id}`;
          return counted?.n;
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(0);
    await one.powerOff();
  });

  test('is shown again by a box that starts without the server, and ends there on time too', {
    timeout: PATIENCE_MS,
  }, async () => {
    const one = await box();
    const id = await raise(5_000 + 2 * restartMs, { text: { title: '火情', body: '请撤离' } });
    await one.untilOn(`text ${id}`);
    await one.powerOff();
    await stopAll();
    await one.powerOn();
    await one.untilOn(`text ${id}`);
    await one.untilOn('spot');
    await startAll();
    operator = await desk('operator');
    await expect.poll(async () => (await told(id)).reason, { timeout: 60_000 }).toBe('over');
    expect((await told(id)).state).toBe('ended');
    await one.powerOff();
  });

  test('that was withdrawn while a box was off is not shown when it comes back', {
    timeout: PATIENCE_MS,
  }, async () => {
    const one = await box();
    const id = await raise(60_000);
    await one.untilOn(`override ${id}`);
    await one.powerOff();
    await operator.ask('POST', `/api/overrides/${id}/withdraw`, {});
    await one.powerOn();
    await one.untilOn('spot');
    await expect.poll(async () => (await told(id)).state, { timeout: 60_000 }).toBe('ended');
    await one.powerOff();
  });

  test('reaches a box that only polls with its next poll, and so does its withdrawal', {
    timeout: PATIENCE_MS,
  }, async () => {
    const one = await box(false);
    await one.powerOff();
    const id = await raise(60_000, { text: { title: '火情', body: '' } });
    await one.powerOn();
    await one.untilOn(`text ${id}`);
    await one.powerOff();
    await operator.ask('POST', `/api/overrides/${id}/withdraw`, {});
    await one.powerOn();
    await expect.poll(async () => (await told(id)).reason, { timeout: 60_000 }).toBe('withdrawn');
    await one.untilOn('spot');
    await one.powerOff();
  });

  test.skipIf(inject('database').kind === 'embedded')(
    'raised at one server is on the boxes of another, and their receipts are seen at the first (PostgreSQL only)',
    { timeout: PATIENCE_MS },
    async () => {
      const other = await startOne(0);
      const [offer] = (await operator.ask('POST', '/api/enrolments', { endpointIds: [endpointId] })).body
        .enrolments;
      const one = realBox(other.listening.url, offer.token);
      await one.powerOn();
      await one.untilOn('spot');
      const id = await raise(600_000, { text: { title: '火情', body: '' } });
      await one.untilOn(`text ${id}`);
      await expect.poll(async () => (await told(id)).state, { timeout: 60_000 }).toBe('shown');
      await operator.ask('POST', `/api/overrides/${id}/withdraw`, {});
      await one.untilOn('spot');
      await one.powerOff();
      other.server.streams.endAll();
      await other.listening.stop(0);
      await other.server.stop();
    },
  );
});
