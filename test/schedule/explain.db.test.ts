import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bookings } from '../../src/db/campaign-tables.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { explainer } from '../../src/schedule/explain-flow.ts';
import { explainRoutes } from '../../src/schedule/explain-routes.ts';
import { explainStore } from '../../src/schedule/explain-store.ts';
import { programmeBoard } from '../../src/schedule/programme-flow.ts';
import { programmeStore } from '../../src/schedule/programme-store.ts';
import { type TestDatabase, testDatabase, testPlace } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';
import { SEVEN_TO_NINE } from '../support/world-facts.ts';

let database: TestDatabase;
let world: ReturnType<typeof worldOf>;
let room: ReturnType<typeof roomApp>;
let endpointId: number;
let bookingId: number;
let film: { id: number };
let now = Date.parse('2027-02-08T02:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  world = worldOf(database);
  const clock = () => now;
  const programmes = programmeStore(database);
  room = roomApp([
    explainRoutes({ explainer: explainer({ programmes, store: explainStore(database), now: clock }) }),
  ]);
  endpointId = await world.endpoint({ code: 'DS-001', openingHours: SEVEN_TO_NINE });
  film = await world.asset({ titleZh: '楼道不停电动车' });
  bookingId = await world.booking({
    playlistId: await world.playlist(film.id),
    campaignId: await world.campaign(),
    rateValue: 240,
    rrule: null,
  });
  const board = programmeBoard({
    store: programmes,
    bell: database.bell,
    now: clock,
    onPublished: () => {},
    onTrouble: (error) => {
      throw error;
    },
  });
  await board.start();
  board.stop();
});
afterAll(() => database.close());

async function ask(query: string, id = endpointId) {
  const answer = await room.app.request(`/api/endpoints/${id}/explain${query}`, {
    headers: { authorization: 'Bearer wang.viewer' },
  });
  expect(room.faults).toEqual([]);
  return { status: answer.status, body: await answer.json() };
}

describe('GET /api/endpoints/{id}/explain', () => {
  test('takes an instant without an offset as local to the endpoint, and one with it as it is', async () => {
    const { body } = await ask('?at=2027-02-08T19:05');
    expect(body).toMatchObject({
      at: '2027-02-08T11:05:00.000Z',
      localTime: '2027-02-08 19:05',
      source: 'promised',
      unchanged: true,
      endpoint: { id: endpointId, code: 'DS-001' },
      plays: { assetId: film.id, bookingId, title: '楼道不停电动车', reason: 'due' },
    });
    for (const at of ['2027-02-08T19:05:00%2B08:00', '2027-02-08T19:05:00+08:00', '2027-02-08T11:05:00Z']) {
      expect((await ask(`?at=${at}`)).body.at).toBe('2027-02-08T11:05:00.000Z');
    }
  });

  test('compiles instants beyond what was given out, and tells the next play', async () => {
    const { body } = await ask('?at=2027-06-01T06:10');
    expect(body).toMatchObject({ source: 'compiled', unchanged: null, plays: null });
    expect(body.bookings[0]).toMatchObject({ code: 'closed', nextPlayAt: '2027-05-31T23:00:00.000Z' });
  });

  test('remembers what was promised in the past after the booking is gone, and names it withdrawn', async () => {
    now = Date.parse('2027-02-09T02:00:00Z');
    const withdrawnAt = new Date('2027-02-08T12:00:00Z');
    await database.db.update(bookings).set({ withdrawnAt }).where(eq(bookings.id, bookingId));
    const { body } = await ask(`?at=2027-02-08T19:05&bookingId=${bookingId}`);
    expect(body).toMatchObject({
      source: 'promised',
      unchanged: false,
      plays: { assetId: film.id, bookingId },
    });
    expect(body.bookings).toMatchObject([{ bookingId, code: 'withdrawn' }]);
    await database.db.update(bookings).set({ withdrawnAt: null }).where(eq(bookings.id, bookingId));
  });

  test('explains an asset that nobody approved', async () => {
    const draft = await world.asset({ state: 'draft', submittedBy: null, decidedBy: null });
    const { body } = await ask(`?at=2027-02-08T19:05&assetId=${draft.id}`);
    expect(body.asset).toMatchObject({ assetId: draft.id, code: 'notApproved', nextPlayAt: null });
  });

  test.each([
    ['?at=yesterday', 422, 'request.invalid'],
    ['?at=2027-02-30T10:00', 422, 'request.invalid'],
    ['?at=9999-01-01T10:00', 422, 'request.invalid'],
    ['?assetId=999999', 404, 'asset.unknown'],
    ['?bookingId=999999', 404, 'booking.unknown'],
    ['?bookingId=-1', 422, 'request.invalid'],
  ])('refuses the question %s with %i %s', async (query, status, code) => {
    const { status: got, body } = await ask(query);
    expect([got, body.code]).toEqual([status, code]);
  });

  test('refuses an endpoint that does not exist to explain', async () => {
    expect((await ask('', 999_999)).body.code).toBe('endpoint.unknown');
  });
});

describe('npm run explain', () => {
  test('prints the decision in both languages, from the database itself', async () => {
    const place = await testPlace();
    const own = await openDatabase(place.options);
    const rows = worldOf(own);
    await rows.endpoint({ code: 'DS-001', openingHours: SEVEN_TO_NINE });
    const playlistId = await rows.playlist((await rows.asset()).id);
    const id = await rows.booking({ playlistId, campaignId: await rows.campaign() });
    await own.close();
    const { options } = place;
    const environment = 'url' in options ? { DATABASE_URL: options.url } : { DATA_DIR: options.dataDir };
    const cli = fileURLToPath(new URL('../../src/schedule/explain-cli.ts', import.meta.url));
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [cli, ...args], { env: { ...process.env, ...environment } });
    const question = ['--endpoint', 'DS-001', '--at', '2090-02-08T21:04', '--booking', String(id)];
    const { stdout } = await run(...question);
    expect(stdout).toContain('2090-02-08 21:04');
    expect(stdout).toContain('rejected: ended 2027-12-31, local date 2090-02-08');
    expect(stdout).toContain('未播');
    const { stdout: json } = await run(...question, '--json');
    expect(JSON.parse(json)).toMatchObject({
      source: 'compiled',
      bookings: [{ bookingId: id, code: 'over' }],
    });
    await expect(run('--endpoint', 'XX-999')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('XX-999'),
    });
    await place.remove();
  });

  test('asks a running server, whose database is its own', async () => {
    const running = await testServer();
    const rows = worldOf(running.database);
    await rows.endpoint({ code: 'DS-002', openingHours: SEVEN_TO_NINE });
    const playlistId = await rows.playlist((await rows.asset()).id);
    await rows.booking({ playlistId, campaignId: await rows.campaign() });
    const { username, oneTimePassword } = await running.server.people.addStaff(
      { id: 'system', name: 'test', role: 'administrator' },
      { username: 'explain.viewer', name: 'viewer', role: 'viewer', password: 'the own password of tests' },
    );
    const cli = fileURLToPath(new URL('../../src/schedule/explain-cli.ts', import.meta.url));
    const run = (password: string) =>
      promisify(execFile)(
        process.execPath,
        [
          cli,
          '--server',
          running.url,
          '--user',
          username,
          '--endpoint',
          'DS-002',
          '--at',
          '2027-02-08T12:00',
        ],
        { env: { ...process.env, BEACON_PASSWORD: password } },
      );
    expect((await run(oneTimePassword)).stdout).toContain('2027-02-08 12:00');
    await expect(run('wrong-password')).rejects.toMatchObject({ code: 2 });
    await running.stop();
  });
});
