import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReport } from '../../src/impressions/report-flow.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { cursorOf, cursorText, type SinglePlay } from '../../src/impressions/single-play.ts';
import { singlePlayRoutes } from '../../src/impressions/single-play-routes.ts';
import { singlePlayStore } from '../../src/impressions/single-play-store.ts';
import { roomApp } from '../support/room-app.ts';
import { NOW, type PlayedHour, playedHour } from './a-played-hour.ts';

let world: PlayedHour;
let room: ReturnType<typeof roomApp>;

beforeAll(async () => {
  world = await playedHour();
  room = roomApp([singlePlayRoutes({ singlePlays: singlePlayStore(world.database.sql) })]);
});
afterAll(() => world.database.close());

async function ask(query: string) {
  const answer = await room.app.request(`/api/reports/single-plays?from=2027-02-01&to=2027-02-28&${query}`, {
    headers: { authorization: 'Bearer ann.viewer' },
  });
  expect(room.faults).toEqual([]);
  return { status: answer.status, body: await answer.json() };
}
/** All pages, one after the other. */
async function all(query: string): Promise<SinglePlay[]> {
  const plays: SinglePlay[] = [];
  for (let after = ''; ; ) {
    const { body } = await ask(`${query}${after}`);
    plays.push(...body.plays);
    if (body.next === null) return plays;
    after = `&after=${body.next}`;
  }
}
const keyOf = ({ playerId, epochNo, seq }: SinglePlay) => `${playerId} ${epochNo} ${seq}`;

describe('GET /api/reports/single-plays', () => {
  it('opens a number down to its plays: their estimates sum to the figures of the report', async () => {
    const { campaignId, database } = world;
    const { totals } = await makeReport(
      reportStore(database.sql, () => NOW),
      () => NOW,
      {
        by: 'campaign',
        campaignId,
      },
    );
    const plays = await all(`campaignId=${campaignId}&limit=37`);
    const of = (outcome: string) => plays.filter((play) => play.outcome === outcome).length;
    expect([of('completed'), of('cut'), of('failed')]).toEqual([
      totals.playsCounted,
      totals.playsCut,
      totals.playsFailed,
    ]);
    const sum = (figure: (play: SinglePlay) => number) =>
      Math.round(plays.reduce((total, play) => total + figure(play), 0));
    expect(sum((play) => play.opportunities)).toBe(totals.opportunities);
    expect(sum((play) => play.impressions.best)).toBe(totals.impressions.best);
    expect(sum((play) => play.qty?.multiplier ?? 0)).toBe(totals.impressions.best);
    expect(plays[0]?.qty?.sourcetype).toBe(2);
  });

  it('gives each play once and in order, whatever the size of the page', async () => {
    const once = await all('limit=1000');
    for (const limit of [1, 100, 181]) {
      const plays = await all(`outcome=completed&limit=${limit}${limit === 1 ? '&assetId=1&hour=19' : ''}`);
      expect(new Set(plays.map(keyOf)).size).toBe(plays.length);
      expect(plays.length).toBe(limit === 1 ? 179 : 359);
    }
    const starts = once.map(({ startedAt }) => startedAt);
    expect(starts).toEqual(starts.toSorted());
    expect(once).toHaveLength(361);
    const [named] = await world.database.sql<{ id: number; name: string }[]>`select id, name from bookings`;
    for (const { bookingId, booking } of once)
      expect([bookingId, booking]).toEqual(bookingId === null ? [null, null] : [named?.id, named?.name]);
  }, 60_000);

  it.each([
    ['outcome=failed', 1],
    ['bookingId=0', 180],
    ['weekday=5&hour=19', 361],
    ['weekday=5&hour=20', 0],
    ['weekday=6', 0],
    ['owner=nobody', 0],
  ])('narrows by %s to %i plays', async (query, plays) => {
    expect(await all(`${query}&limit=1000`)).toHaveLength(plays);
  });

  it.each(['after=nonsense', 'after=9999999999999999.1.1.1.1', 'limit=1001', 'weekday=8'])(
    'refuses ?%s as invalid',
    async (query) => expect((await ask(query)).status).toBe(422),
  );

  it('says which months are in the archive, and goes on behind them', async () => {
    const { sql } = world.database;
    await sql`insert into archived_months values ('2027-02-01', 361, 'plays.csv.gz', 'x', now())`;
    const { body } = await ask('limit=1000');
    expect(body).toEqual({ plays: [], next: null, archivedMonths: ['2027-02'] });
  });
});

describe('cursorText', () => {
  it('is read back as the same cursor', () => {
    const cursor = { startedAtUs: NOW * 1_000 + 1, endpointId: 2, playerId: 3, epochNo: 4, seq: 2 ** 52 };
    expect(cursorOf(cursorText(cursor))).toEqual(cursor);
  });
});
