import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { auditLog } from '../../src/db/staff-tables.ts';
import { startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { playMonths } from '../../src/plays/play-months-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { DOUBTFUL_FROM } from '../../src/plays/players-in-doubt-store.ts';
import { quarantineRoutes } from '../../src/plays/quarantine-routes.ts';
import { quarantineStore } from '../../src/plays/quarantine-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { addFleet, fileOf } from './a-fleet.ts';

const NOW = Date.UTC(2027, 2, 5, 12);
const clock = { now: new Date(NOW).toISOString() };
let database: TestDatabase;
let fleet: { playerId: number; endpointId: number }[];
let ask: (as: string, method: string, path: string, body?: unknown) => Promise<Response>;
let receive: (place: number, epoch: string, plays: unknown[], stamp?: { now: string }) => Promise<unknown>;

beforeAll(async () => {
  database = await testDatabase();
  const { sql } = database;
  fleet = await addFleet(sql, 4, NOW - 60 * DAY_MS);
  const months = playMonths(sql);
  const places = placeStore(sql);
  const now = () => NOW;
  const quarantine = quarantineStore({ database, audit, months, places, now });
  const { app } = roomApp([quarantineRoutes({ quarantine })]);
  ask = async (as, method, path, body) =>
    app.request(path, {
      method,
      headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const ingest = aServer();
  receive = (place, epoch, plays, stamp = clock) =>
    ingest.receive(fleet[place] ?? { playerId: 0, endpointId: 0 }, { epoch, plays, clock: stamp });
});
afterAll(() => database.close());

/** A server process of its own: it remembers nothing that another one was told. */
function aServer() {
  const { sql } = database;
  const stores = {
    plays: playStore(sql),
    months: playMonths(sql),
    told: toldStore(sql),
    places: placeStore(sql),
  };
  return startIngest({ ...stores, clock: () => NOW, inFlight: 1 });
}

const playOf = (seq: number, change: object = {}) => ({
  seq,
  bookingId: 1,
  assetId: 1,
  sha256: fileOf(1),
  startedAt: new Date(NOW - 2 * HOUR_MS + seq * 15_000).toISOString(),
  durationMs: 10_000,
  outcome: 'completed',
  ...change,
});

async function listed(query: string) {
  const answer = await ask('li.viewer', 'GET', `/api/quarantine?${query}`);
  const { plays } = (await answer.json()) as { plays: { id: number; code: string; acceptable: boolean }[] };
  return plays;
}

describe('POST /api/quarantine/:id/accept', () => {
  it('counts a doubted play once, in plays, hours and days, however often and at once it is accepted', async () => {
    await receive(0, 'to-be-accepted', [playOf(1), playOf(2, { bookingId: 9 })]);
    const [kept] = await listed(`playerId=${fleet[0]?.playerId}`);
    expect(kept).toMatchObject({ seq: 2, code: 'play.notTold', acceptable: true, accepted: null });
    const path = `/api/quarantine/${kept?.id}/accept`;
    const answers = await Promise.all(
      [1, 2, 3].map(() => ask('wang.reviewer', 'POST', path, { reason: '现场核实' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    await receive(0, 'to-be-accepted', [playOf(1), playOf(2, { bookingId: 9 })]);

    const counted = await database.sql`
      select (select count(*)::int from plays where booking_id = 9) as plays,
        (select sum(completed)::int from play_hours where booking_id = 9) as by_hour,
        (select sum(completed)::int from play_days where booking_id = 9 and date = '2027-03-05') as by_day,
        (select sum(airtime_ms)::int from play_days where booking_id = 9) as airtime`;
    expect(counted).toMatchObject([{ plays: 1, by_hour: 1, by_day: 1, airtime: 10_000 }]);
    expect(await listed(`playerId=${fleet[0]?.playerId}`)).toEqual([]);
    const [accepted] = await listed(`state=accepted&playerId=${fleet[0]?.playerId}`);
    expect(accepted).toMatchObject({ accepted: { by: 'wang', reason: '现场核实' } });
    const entries = await database.db.select().from(auditLog);
    expect(entries).toMatchObject([{ actor: 'wang', action: 'play.accept', subject: `play ${kept?.id}` }]);
  });

  it('refuses what says neither what nor when, what is not there, and a person who may not decide', async () => {
    await receive(0, 'unreadable-one', [{ seq: 1, watched: true }]);
    const [kept] = await listed(`playerId=${fleet[0]?.playerId}`);
    expect(kept).toMatchObject({ code: 'play.malformed', acceptable: false });
    const path = `/api/quarantine/${kept?.id}/accept`;
    const status = async (as: string, to: string, body: object) => (await ask(as, 'POST', to, body)).status;
    expect(await status('wang.reviewer', path, { reason: 'seen' })).toBe(422);
    expect(await status('wang.reviewer', path, { reason: ' ' })).toBe(422);
    expect(await status('wang.reviewer', '/api/quarantine/999999/accept', { reason: 'seen' })).toBe(404);
    expect(await status('li.editor', path, { reason: 'seen' })).toBe(403);
  });
});

describe('GET /api/players-in-doubt', () => {
  it('names a player whose token invents plays, and no other', async () => {
    const invented = Array.from({ length: DOUBTFUL_FROM }, (_, n) => playOf(n + 1, { assetId: 77 }));
    await receive(1, 'stolen-token', invented);
    await receive(2, 'honest-one', [playOf(1), playOf(2, { assetId: 77 })]);
    const answer = await ask('li.viewer', 'GET', '/api/players-in-doubt');
    expect(await answer.json()).toMatchObject({
      players: [
        { playerId: fleet[1]?.playerId, doubted: DOUBTFUL_FROM, codes: ['play.notTold'], overfullHours: 0 },
      ],
    });
  });

  it('names a player whose endpoint plays longer than an hour in an hour, told to two servers', async () => {
    const { playerId = 0, endpointId = 0 } = fleet[3] ?? {};
    // Two boxes with one token, each believable by itself, on servers that do not see each other's latest plays.
    const hour = Math.floor((NOW - 3 * HOUR_MS) / HOUR_MS) * HOUR_MS;
    for (const box of ['the-true-box', 'the-thief-box']) {
      const plays = Array.from({ length: 300 }, (_, n) =>
        playOf(n + 1, { startedAt: new Date(hour + n * 11_000).toISOString() }),
      );
      const receipt = await aServer().receive({ playerId, endpointId }, { epoch: box, plays, clock });
      expect(receipt).toMatchObject({ accepted: 300 });
    }
    const answer = await ask('li.viewer', 'GET', '/api/players-in-doubt');
    const { players } = (await answer.json()) as { players: { playerId: number }[] };
    expect(players.find((one) => one.playerId === playerId)).toMatchObject({
      endpointId,
      doubted: 0,
      overfullHours: 1,
      lastAt: new Date(hour).toISOString(),
    });
  });
});

describe('the judgement of ingest', () => {
  it('doubts plays beside those of an earlier report, and all of a report with a wrong clock', async () => {
    expect(await receive(2, 'two-reports', [playOf(100)])).toMatchObject({ accepted: 1 });
    const twice = playOf(101, { startedAt: playOf(100).startedAt });
    expect(await receive(2, 'two-reports', [twice])).toMatchObject({
      accepted: 0,
      rejected: [{ seq: 101, code: 'play.overlaps' }],
    });
    const wrong = { now: new Date(NOW + HOUR_MS).toISOString() };
    expect(await receive(2, 'two-reports', [playOf(102)], wrong)).toMatchObject({
      rejected: [{ seq: 102, code: 'play.clockOff' }],
    });
  });

  it('doubts a play behind closed doors, but not where a programme was promised then', async () => {
    const { sql } = database;
    const endpointId = fleet[2]?.endpointId ?? 0;
    const hours = JSON.stringify([{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 60 }]);
    await sql`update endpoints set opening_hours = ${hours}::text::jsonb where id = ${endpointId}`;
    await sql`insert into loops values ('night loop', 3600000, '[]')`;
    await sql`
      insert into programme values (${endpointId}, to_timestamp(${NOW - 3 * HOUR_MS}::float8 / 1000),
        to_timestamp(${NOW - 2.5 * HOUR_MS}::float8 / 1000), to_timestamp(${NOW - 3 * HOUR_MS}::float8 / 1000), 'night loop')`;
    const at = (ms: number) => ({ startedAt: new Date(ms).toISOString() });
    const receipt = await aServer().receive(fleet[2] ?? { playerId: 0, endpointId: 0 }, {
      epoch: 'after-hours',
      plays: [playOf(1, at(NOW - 2.8 * HOUR_MS)), playOf(2, at(NOW - 1.5 * HOUR_MS))],
      clock,
    });
    expect(receipt).toMatchObject({ accepted: 1, rejected: [{ seq: 2, code: 'play.closed' }] });
  });
});
