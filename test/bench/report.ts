import type { Sql } from 'postgres';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { makeReport } from '../../src/impressions/report-flow.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { ensurePlayMonths, playMonths } from '../../src/plays/play-months-store.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { median, withScratchDatabase } from './scratch-database.ts';

const ENDPOINTS = 100;
const DAYS = 30;
/** 07:00 to 19:00 in Shanghai. */
const HOURS_A_DAY = 12;
const CAMPAIGNS = 50;
/** One play each 13 s: 276 an hour, together just under 10 million. */
const PLAYS_AN_HOUR = 278;
const ASSETS = 20;
const ROUNDS = 5;
const FIRST_DAY = '2027-01-31';
const LAST_DAY = '2027-03-01';
const WEEK = { from: '2027-02-08', to: '2027-02-14' };
const SINCE = Date.parse(`${FIRST_DAY}T07:00:00+08:00`);
const NOW = SINCE + DAYS * DAY_MS;

async function fill(sql: Sql): Promise<void> {
  await sql`insert into areas (name) values ('area')`;
  await sql`
    insert into endpoints (code, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours, place_class,
      audience_per_hour, dwell_seconds, created_at)
    select n, n, 'screen', 1, '', 'Asia/Shanghai', '[]', '[]', 'plaza', 100, 10, now()
    from generate_series(1, ${ENDPOINTS}) as n`;
  await sql`
    insert into campaigns (name, from_date, to_date, created_by, created_at)
    select 'campaign ' || n, ${FIRST_DAY}::text::date, ${LAST_DAY}::text::date, '', now()
    from generate_series(1, ${CAMPAIGNS}) as n`;
  await sql`insert into playlists (name, created_by, created_at) values ('list', '', now())`;
  await sql`
    insert into bookings (campaign_id, playlist_id, name, selection, from_date, to_date, dayparts, rate_kind,
      rate_value, created_by, created_at)
    select n, 1, n, '{}', ${FIRST_DAY}::text::date, ${LAST_DAY}::text::date, '[]', 'share', 1, '', now()
    from generate_series(1, ${CAMPAIGNS}) as n`;
  await ensurePlayMonths(playMonths(sql), SINCE, NOW + DAY_MS);
  // Each endpoint has 20 assets of 20 campaigns, other ones than its neighbour.
  await sql`
    insert into plays
    select e, 1, d * 10000 + h * 500 + p, e, (e * 7 + p % ${ASSETS}) % 500 + 1, (e * 7 + p % ${ASSETS}) % ${CAMPAIGNS} + 1,
      null, to_timestamp(${SINCE}::float8 / 1000) + d * interval '1 day' + h * interval '1 hour' + p * interval '12 s',
      12000, case when p % 97 = 0 then 'cut' when p % 89 = 0 then 'failed' else 'completed' end, now()
    from generate_series(0, ${DAYS - 1}) as d, generate_series(0, ${HOURS_A_DAY - 1}) as h,
      generate_series(0, ${PLAYS_AN_HOUR - 1}) as p, generate_series(1, ${ENDPOINTS}) as e`;
  // The last day waits for its settling: far more than a minute leaves behind.
  const localDay = sql`(started_at at time zone 'Asia/Shanghai')::date`;
  const isSettled = sql`(${localDay} < ${LAST_DAY}::text::date)`;
  await sql`
    insert into settled_play_hours
    select endpoint_id, booking_id, asset_id, date_trunc('hour', started_at, 'UTC'),
      count(*) filter (where outcome = 'completed'), count(*) filter (where outcome = 'cut'),
      count(*) filter (where outcome = 'failed'), coalesce(sum(duration_ms) filter (where outcome <> 'failed'), 0)
    from plays where ${isSettled} group by 1, 2, 3, 4`;
  await sql`
    insert into settled_play_days
    select booking_id, ${localDay}, endpoint_id, asset_id,
      count(*) filter (where outcome = 'completed'), count(*) filter (where outcome = 'cut'),
      count(*) filter (where outcome = 'failed'), coalesce(sum(duration_ms) filter (where outcome <> 'failed'), 0)
    from plays where ${isSettled} group by 1, 2, 3, 4`;
  await sql`
    insert into unsettled_sums
    select endpoint_id, booking_id, asset_id, date_trunc('hour', started_at, 'UTC'), ${localDay},
      count(*) filter (where outcome = 'completed'), count(*) filter (where outcome = 'cut'),
      count(*) filter (where outcome = 'failed'), coalesce(sum(duration_ms) filter (where outcome <> 'failed'), 0)
    from plays where not ${isSettled} group by 1, 2, 3, 4, 5`;
  await sql`
    insert into loops
    select 'loop ' || e || ' ' || h, ${HOUR_MS}, (
      select jsonb_agg(jsonb_build_array(p * 12000, 12000, '', (e * 7 + p % ${ASSETS}) % 500 + 1,
        (e * 7 + p % ${ASSETS}) % ${CAMPAIGNS} + 1)) from generate_series(0, ${PLAYS_AN_HOUR - 1}) as p)
    from generate_series(0, ${HOURS_A_DAY - 1}) as h, generate_series(1, ${ENDPOINTS}) as e`;
  await sql`
    insert into programme
    select e, s, s + interval '1 hour', s, 'loop ' || e || ' ' || h
    from generate_series(0, ${DAYS - 1}) as d, generate_series(0, ${HOURS_A_DAY - 1}) as h,
      generate_series(1, ${ENDPOINTS}) as e,
      lateral (select to_timestamp(${SINCE}::float8 / 1000) + d * interval '1 day' + h * interval '1 hour' as s) as at`;
  await sql`analyze`;
}

async function timed<T>(act: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const began = performance.now();
  const result = await act();
  return { ms: performance.now() - began, result };
}

interface Counted {
  readonly key: string;
  readonly counts: readonly number[];
}

/** The counted side of a campaign's report, straight from plays. */
async function recount(sql: Sql, campaignId: number, from: string, to: string): Promise<Counted[]> {
  const rows = await sql<{ key: string; completed: number; cut: number; failed: number; airtime: number }[]>`
    select to_char(started_at at time zone e.time_zone, 'YYYY-MM-DD') as key,
      (count(*) filter (where outcome = 'completed'))::int as completed,
      (count(*) filter (where outcome = 'cut'))::int as cut,
      (count(*) filter (where outcome = 'failed'))::int as failed,
      coalesce(sum(duration_ms) filter (where outcome <> 'failed'), 0)::float8 as airtime
    from plays p join endpoints e on e.id = p.endpoint_id join bookings b on b.id = p.booking_id
    where b.campaign_id = ${campaignId}
      and started_at >= ${from}::text::timestamp at time zone 'Asia/Shanghai'
      and started_at < (${to}::text::timestamp + interval '1 day') at time zone 'Asia/Shanghai'
    group by 1 order by 1`;
  return rows.map(({ key, completed, cut, failed, airtime }) => ({
    key,
    counts: [completed, cut, failed, airtime],
  }));
}

/** Measures the report of one campaign by day against GROUP BY over 10 million plays, and that they agree. */
export async function run(): Promise<BenchResult> {
  return withScratchDatabase(async ({ sql }) => {
    await fill(sql);
    const [stored] = await sql<{ plays: number }[]>`select count(*)::int as plays from plays`;
    const clock = () => NOW;
    const store = reportStore(sql, clock);
    const month = { from: FIRST_DAY, to: LAST_DAY };
    const cold = await timed(() => makeReport(store, clock, { by: 'day', campaignId: 1, ...month }));
    const times = {
      month: [] as number[],
      monthRaw: [] as number[],
      week: [] as number[],
      weekRaw: [] as number[],
    };
    let differences = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const [name, period] of [
        ['month', month],
        ['week', WEEK],
      ] as const) {
        const campaignId = round * 7;
        const raw = await timed(() => recount(sql, campaignId, period.from, period.to));
        const report = await timed(() => makeReport(store, clock, { by: 'day', campaignId, ...period }));
        times[name].push(report.ms);
        times[`${name}Raw`].push(raw.ms);
        const counted = report.result.rows.map(
          (row): Counted => ({
            key: row.key,
            counts: [row.playsCounted, row.playsCut, row.playsFailed, row.airtimeMs],
          }),
        );
        if (JSON.stringify(counted) !== JSON.stringify(raw.result)) differences += 1;
      }
    }
    const all = await timed(() => makeReport(store, clock, { by: 'campaign', ...month }));
    if (differences > 0) throw new Error(`${differences} reports differ from a recount of plays`);
    const value = median(times.month);
    const yardstick = median(times.monthRaw);
    return {
      name: 'report',
      value: rounded(value),
      unit: 'ms',
      yardstick: rounded(yardstick),
      ratio: rounded(yardstick / value),
      n: ROUNDS,
      about:
        'one campaign by day over 30 days, promised spots and coverage included, against GROUP BY over plays',
      stored: stored?.plays,
      weekMs: rounded(median(times.week)),
      weekRatio: rounded(median(times.weekRaw) / median(times.week)),
      firstReportMs: rounded(cold.ms),
      allCampaignsMs: rounded(all.ms),
      differences,
    };
  });
}
