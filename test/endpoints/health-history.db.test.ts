import { afterAll, beforeAll, expect, test } from 'vitest';
import { healthHistory } from '../../src/endpoints/health-history-store.ts';
import { type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

const NOON = Date.parse('2027-02-05T12:00:00Z');
let now = NOON;
let running: TestServer;
let desk: Desk;
let endpoint: number;
let token: string;

beforeAll(async () => {
  running = await testServer(() => now);
  endpoint = await worldOf(running.database).endpoint({ kind: 'tv' });
  desk = await deskOf(running, 'administrator');
  const [offer] = await running.server.players.offerEnrolments([endpoint], 'system');
  const body = {
    token: offer?.token,
    hardwareId: 'box',
    capabilities: { video: true, image: true, audio: true },
  };
  token = (await send(`${running.url}/api/player/v1/enrolments`, { method: 'POST', body })).body.token;
});
afterAll(async () => {
  expect(running.troubles).toEqual([]);
  await running.stop();
});

/** One report at the server's `now`, by a clock that is off. */
async function tell(offMs: number, over: Record<string, unknown> = {}): Promise<void> {
  const body = {
    now: new Date(now + offMs).toISOString(),
    player: { name: 'test', version: '1' },
    uptimeMs: 1_000,
    playing: null,
    errors: [],
    ...over,
  };
  const answer = await send(`${running.url}/api/player/v1/health`, { method: 'POST', token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  await running.server.players.writeSightings();
}
const history = async (days = 14) =>
  (await desk.ask('GET', `/api/endpoints/${endpoint}/health?days=${days}`)).body;

test('what a player tells of itself is summed up by hour, with the clock that was furthest off', async () => {
  expect(await history()).toEqual({ latest: null, hours: [] });
  const errors = [{ at: new Date(NOON).toISOString(), code: 'media.broken', detail: 'a file' }];
  await tell(250, { storage: { usedBytes: 10, quotaBytes: 100 } });
  now += 5 * 60_000;
  await tell(-7_000, { errors });
  now += 5 * 60_000;
  await tell(30, { storage: { usedBytes: 20, quotaBytes: 100 } });
  now = NOON + 3 * 3_600_000;
  await tell(0, { serverKey: running.server.publicKey().kid });
  const { latest, hours } = await history();
  expect(latest).toMatchObject({ player: { name: 'test' }, uptimeMs: 1_000 });
  expect(hours).toEqual([
    {
      hour: '2027-02-05T12:00:00.000Z',
      reports: 3,
      clockOffMs: -7_000,
      usedBytes: 20,
      quotaBytes: 100,
      troubles: 1,
    },
    {
      hour: '2027-02-05T15:00:00.000Z',
      reports: 1,
      clockOffMs: 0,
      usedBytes: null,
      quotaBytes: null,
      troubles: 0,
    },
  ]);
});

test('players that told to have pinned the key in use are counted as following it, and as behind after a rotation', async () => {
  const key = async () => (await desk.ask('GET', '/api/signing-key')).body.players;
  await tell(0, { serverKey: running.server.publicKey().kid });
  expect(await key()).toEqual({ following: 1, behind: 0, unknown: 0 });
  await desk.ask('POST', '/api/signing-key/rotations');
  expect(await key()).toEqual({ following: 0, behind: 1, unknown: 0 });
});

test('hours of health older than what is kept are forgotten', async () => {
  await healthHistory(running.database.sql).forget(NOON + 2 * 3_600_000);
  expect((await history()).hours.map(({ hour }: { hour: string }) => hour)).toEqual([
    '2027-02-05T15:00:00.000Z',
  ]);
  expect((await desk.ask('GET', '/api/endpoints/999/health')).status).toBe(404);
});

test('an administrator is told what takes room, by kind, and how much is left', async () => {
  const { status, body } = await desk.ask('GET', '/api/storage');
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.media).toEqual({ where: 'folder', copiesAtMost: null });
  expect(body.disk.totalBytes).toBeGreaterThan(body.disk.freeBytes);
  expect(body.sums).toMatchObject({ material: 0, unused: 0, renditions: 0, uploads: 0 });
  expect(body.sums.database).toBeGreaterThan(body.sums.plays);
});

test('the audit log is filtered by any part of an entry, over all of it', async () => {
  const found = async (q: string) =>
    (await desk.ask('GET', `/api/audit?limit=2&q=${encodeURIComponent(q)}`)).body.entries.map(
      ({ action }: { action: string }) => action,
    );
  expect(await found('SIGNINGKEY')).toEqual(['signingKey.rotate']);
  expect(await found(running.server.publicKey().kid)).toEqual([]);
  expect(await found('100%')).toEqual([]);
});
