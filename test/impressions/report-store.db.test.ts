import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { coverageRoutes } from '../../src/impressions/coverage-routes.ts';
import { loopShares } from '../../src/impressions/promise-store.ts';
import { recentCoverage } from '../../src/impressions/recent-coverage-store.ts';
import type { ReportBy } from '../../src/impressions/report-figures.ts';
import { makeReport } from '../../src/impressions/report-flow.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { weekHours } from '../../src/impressions/week-hours-store.ts';
import { receivedStore } from '../../src/plays/received-store.ts';
import type { TestDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { NOW, type PlayedHour, playedHour } from './a-played-hour.ts';

const clock = () => NOW;
let database: TestDatabase;
let campaignId: number;
let fleet: PlayedHour['fleet'];

beforeAll(async () => {
  ({ database, campaignId, fleet } = await playedHour());
});
afterAll(() => database.close());

const figures = (by: ReportBy, more: object = {}) =>
  makeReport(reportStore(database.sql, clock), clock, { by, campaignId, ...more });

describe('makeReport', () => {
  it('sets promised against counted spots, and knows what it does not know', async () => {
    const { totals, rows, campaign, from, to } = await figures('campaign');
    expect({ campaign, from, to }).toEqual({
      campaign: { id: campaignId, name: '春节' },
      from: '2027-02-01',
      to: '2027-02-28',
    });
    // 180 spots of the booking in the hour that is over and 90 in the half hour up to now, at two endpoints.
    expect(totals).toMatchObject({
      playsPromised: 540,
      playsCounted: 179,
      playsCut: 1,
      playsFailed: 1,
      playsUnknown: 540 - 181,
      airtimePromisedMs: 5_400_000,
      airtimeMs: 1_790_000 - 10_000 + 4_000 + 10_000,
      coverage: Math.floor((181 / 540) * 10_000) / 10_000,
    });
    // 360 people an hour, 20 s stay: (n × 20 + airtime) ÷ 10.
    expect(totals.opportunities).toBe(Math.round((179 * 20 + 1_794) / 10));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ key: String(campaignId), label: '春节', playsCounted: 179 });
  });

  it('has the same totals whichever rows are asked for', async () => {
    const { totals } = await figures('campaign');
    for (const by of ['endpoint', 'area', 'owner', 'asset', 'day', 'hour', 'weekHour'] as const) {
      expect((await figures(by)).totals).toEqual(totals);
    }
  });

  it('names days and hours by the clock of the endpoint, and balances each hour by itself', async () => {
    expect((await figures('day')).rows.map(({ key }) => key)).toEqual(['2027-02-05']);
    const { rows } = await figures('hour');
    expect(rows.map(({ key, playsPromised, playsCounted }) => [key, playsPromised, playsCounted])).toEqual([
      ['2027-02-05 19:00', 360, 179],
      ['2027-02-05 20:00', 180, 0],
    ]);
  });

  it('has owners, assets and the hours of the week for rows', async () => {
    const keys = async (by: ReportBy) => (await figures(by)).rows.map((row) => [row.key, row.playsCounted]);
    expect(await keys('asset')).toEqual([['1', 179]]);
    expect(await keys('weekHour')).toEqual([
      ['5 19:00', 179],
      ['5 20:00', 0],
    ]);
    const owners = await keys('owner');
    expect(owners).toHaveLength(1);
    expect((await figures('day', { owner: 'nobody' })).totals.playsPromised).toBe(0);
    expect((await figures('day', { owner: String(owners[0]?.[0]) })).totals.playsCounted).toBe(179);
  });

  it('tells the same hours of the week with nothing but their plays', async () => {
    const { sql } = database;
    const hours = weekHours({ sql, now: clock, shares: loopShares() });
    const period = { from: '2027-02-04', to: '2027-02-06' };
    const second = fleet[1]?.endpointId ?? 0;
    for (const narrow of [{}, { campaignId }, { within: new Set([second]) }, { within: new Set<number>() }]) {
      const query = { by: 'weekHour', ...period, ...narrow } as const;
      const { rows } = await makeReport(reportStore(sql, clock), clock, query);
      const told = rows.map(({ key, playsPromised, playsCounted }) => ({ key, playsPromised, playsCounted }));
      expect(await hours.of({ ...period, ...narrow })).toEqual(told);
    }
  });

  it('narrows to an endpoint, an area and a period', async () => {
    const [, second] = fleet;
    const one = await figures('endpoint', { endpointId: second?.endpointId });
    expect(one.rows).toMatchObject([
      { key: String(second?.endpointId), playsPromised: 270, playsCounted: 1 },
    ]);
    expect((await figures('area', { areaId: 999_999 })).rows).toEqual([]);
    expect((await figures('day', { to: '2027-02-04' })).totals.playsPromised).toBe(0);
  });

  it('tells filler apart when no campaign is asked for', async () => {
    const { rows } = await makeReport(reportStore(database.sql, clock), clock, { by: 'campaign' });
    expect(rows.map(({ key, playsPromised, playsCounted }) => [key, playsPromised, playsCounted])).toEqual(
      expect.arrayContaining([
        ['0', 540, 180],
        [String(campaignId), 540, 179],
      ]),
    );
  });

  it.each([
    ['request.invalid', { from: '2027-02-02', to: '2027-02-01' }],
    ['request.invalid', { from: '2020-01-01', to: '2027-02-01' }],
    ['campaign.unknown', { campaignId: 999_999 }],
  ])('refuses with %s: %j', async (code, query) => {
    await expect(figures('day', query)).rejects.toMatchObject({ code });
  });
});

describe('totals', () => {
  it('counts all spots up to now and all completed plays, from a cold start and as time goes on', async () => {
    let now = NOW - HOUR_MS;
    const store = reportStore(database.sql, () => now);
    expect(await store.totals()).toEqual({ playsPromised: 2 * 180, playsCounted: 359 });
    now = NOW;
    // The first answer may be the old one; the read that it began is then the new one.
    await store.totals();
    await expect.poll(() => store.totals()).toEqual({ playsPromised: 2 * 540, playsCounted: 359 });
    expect(await reportStore(database.sql, clock).totals()).toEqual({
      playsPromised: 2 * 540,
      playsCounted: 359,
    });
  });

  it('never stands still for long, however long it took to read them', async () => {
    let now = NOW - HOUR_MS;
    let passes = 5 * MINUTE_MS;
    const store = reportStore(database.sql, () => {
      now += passes;
      return now;
    });
    await store.totals();
    passes = 0;
    now = NOW;
    await store.totals();
    await expect.poll(() => store.totals()).toEqual({ playsPromised: 2 * 540, playsCounted: 359 });
  });
});

describe('an audience by hour of the week', () => {
  /** People at 19:00 on Fridays; nobody at any other hour. */
  const model = (people: number) => Array.from({ length: 168 }, (_, at) => (at === 4 * 24 + 19 ? people : 0));
  async function take(version: number, people: readonly number[]): Promise<void> {
    const { sql } = database;
    await sql`
      insert into audience_versions (number, what, source, made_by, made_at)
      values (${version}, 'import', 'test', 'test', now())`;
    await sql`
      insert into audience_models
      select id, ${version}, ${sql.array([...people])}::int[], 20, 100, 200, 400, 30, null, 'count'
      from endpoints where id = ${fleet[0]?.endpointId ?? 0}`;
  }

  it('weighs each play by the hour in which it started, the same whichever rows are asked for', async () => {
    await take(1, model(1_000));
    const { totals, formula } = await figures('campaign');
    expect(formula.audience).toMatchObject({ version: 1, endpoints: { counted: 1 } });
    // 178 completed plays and a cut one of 4 s at the first endpoint; one play at the second, by its own average.
    const first = (1_000 * (178 * 20 + 1_784)) / 3_600;
    const second = (360 * (20 + 10)) / 3_600;
    expect(totals.opportunities).toBe(Math.round(first + second));
    for (const by of ['endpoint', 'area', 'owner', 'asset', 'day', 'hour', 'weekHour'] as const) {
      expect((await figures(by)).totals, by).toEqual(totals);
    }
  });

  it('is followed at once when a newer version comes, and where its sums are missing', async () => {
    await take(2, model(2_000));
    const { totals } = await figures('day');
    const first = (2_000 * (178 * 20 + 1_784)) / 3_600;
    expect(totals.opportunities).toBe(Math.round(first + 3));
    // Sums that cannot be kept: the hours themselves are read.
    await database.sql.unsafe(`
      create function keep_none() returns trigger language plpgsql as 'begin return null; end';
      delete from exposure_days;
      create trigger keep_none before insert on exposure_days for each row execute function keep_none()`);
    expect((await figures('day')).totals.opportunities).toBe(Math.round(first + 3));
  });
});

describe('GET /api/endpoints/:id/coverage', () => {
  const ask = async (endpointId: number) => {
    const received = receivedStore(database.sql);
    const { app } = roomApp([coverageRoutes({ reports: reportStore(database.sql, clock), received, clock })]);
    return app.request(`/api/endpoints/${endpointId}/coverage`, {
      headers: { authorization: 'Bearer li.viewer' },
    });
  };

  it('says of every hour what was promised, counted and is unknown, and which numbers are missing', async () => {
    const { endpointId = 0 } = fleet[0] ?? {};
    await database.sql`
      update player_epochs set received = received - '{[100,103)}'::int8multirange
      where player_id = ${fleet[0]?.playerId ?? 0}`;
    const answer = await ask(endpointId);
    expect(answer.status).toBe(200);
    const { hours, date, timeZone } = (await answer.json()) as { hours: object[]; [more: string]: unknown };
    expect({ date, timeZone, hours: hours.length }).toEqual({
      date: '2027-02-05',
      timeZone: 'Asia/Shanghai',
      hours: 24,
    });
    expect(hours[19]).toMatchObject({
      hour: '2027-02-05 19:00',
      state: 'open',
      playsPromised: 360,
      playsCounted: 358,
      playsCut: 1,
      playsFailed: 1,
      playsUnknown: 0,
      coverage: 1,
      missing: [{ epoch: 'first-epoch', plays: 3, ranges: [[100, 102]] }],
    });
    expect(hours[20]).toMatchObject({ playsPromised: 180, playsCounted: 0, playsUnknown: 180, coverage: 0 });
    expect(hours[12]).toMatchObject({ playsPromised: 0, coverage: null, missing: [] });
    expect(hours[21]).toMatchObject({ state: 'toCome' });
  });

  it('knows no hours of an endpoint that is not there', async () => {
    expect((await ask(999_999)).status).toBe(404);
  });
});

describe('recentCoverage', () => {
  it('is the share of the last whole hours of which reports tell, read anew every hour', async () => {
    let now = NOW - HOUR_MS;
    const coverage = recentCoverage({ sql: database.sql, shares: loopShares(), now: () => now });
    // At 19:30 no hour with a promise is over.
    expect(await coverage()).toBeNull();
    now = NOW - 31 * MINUTE_MS;
    expect(await coverage()).toBeNull();
    now = NOW;
    await coverage();
    // One endpoint told of all its 360 spots, the other of one.
    await expect.poll(coverage).toBeCloseTo(361 / 720, 10);
  });
});
