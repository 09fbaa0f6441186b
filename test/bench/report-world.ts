import type { Sql } from 'postgres';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { ensurePlayMonths, playMonths } from '../../src/plays/play-months-store.ts';

/** How many days and endpoints the plays are of. */
export const REPORT_DAYS = 30;
export const REPORT_ENDPOINTS = 100;
/** 07:00 to 19:00 in Shanghai. */
const HOURS_A_DAY = 12;
const CAMPAIGNS = 50;
/** One play each 13 s: together 10 million. */
const PLAYS_AN_HOUR = 278;
const ASSETS = 20;

/** The date so many days later, YYYY-MM-DD. */
export function dayOf(first: string, later: number): string {
  return new Date(Date.parse(first) + later * DAY_MS).toISOString().slice(0, 10);
}

/**
 * Fills an empty database with 10 million plays of {@link REPORT_DAYS} local days from `firstDay` on, with the programme
 * that promised them and the sums of all but the last day settled.
 */
export async function fillReportWorld(sql: Sql, firstDay: string): Promise<void> {
  const since = Date.parse(`${firstDay}T07:00:00+08:00`);
  const lastDay = dayOf(firstDay, REPORT_DAYS - 1);
  await sql`insert into areas (name) values ('area')`;
  await sql`
    insert into endpoints (code, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours, place_class,
      audience_per_hour, dwell_seconds, created_at)
    select n, n, 'screen', 1, '', 'Asia/Shanghai', '[]', '[]', 'plaza', 100, 10, now()
    from generate_series(1, ${REPORT_ENDPOINTS}) as n`;
  await sql`
    insert into campaigns (name, from_date, to_date, created_by, created_at)
    select 'campaign ' || n, ${firstDay}::text::date, ${lastDay}::text::date, '', now()
    from generate_series(1, ${CAMPAIGNS}) as n`;
  await sql`insert into playlists (name, created_by, created_at) values ('list', '', now())`;
  await sql`
    insert into bookings (campaign_id, playlist_id, name, selection, from_date, to_date, dayparts, rate_kind,
      rate_value, created_by, created_at)
    select n, 1, n, '{}', ${firstDay}::text::date, ${lastDay}::text::date, '[]', 'share', 1, '', now()
    from generate_series(1, ${CAMPAIGNS}) as n`;
  await ensurePlayMonths(playMonths(sql), since, since + (REPORT_DAYS + 1) * DAY_MS);
  // In the order in which they would come in. Each endpoint has 20 assets of 20 campaigns, other ones than its neighbour.
  await sql`
    insert into plays
    select e, 1, d * 10000 + h * 500 + p, e, (e * 7 + p % ${ASSETS}) % 500 + 1, (e * 7 + p % ${ASSETS}) % ${CAMPAIGNS} + 1,
      null, to_timestamp(${since}::float8 / 1000) + d * interval '1 day' + h * interval '1 hour' + p * interval '12 s',
      12000, case when p % 97 = 0 then 'cut' when p % 89 = 0 then 'failed' else 'completed' end, now()
    from generate_series(0, ${REPORT_DAYS - 1}) as d, generate_series(0, ${HOURS_A_DAY - 1}) as h,
      generate_series(0, ${PLAYS_AN_HOUR - 1}) as p, generate_series(1, ${REPORT_ENDPOINTS}) as e
    order by d, h, p, e`;
  // The last day waits for its settling: far more than a minute leaves behind.
  const localDay = sql`(started_at at time zone 'Asia/Shanghai')::date`;
  const isSettled = sql`(${localDay} < ${lastDay}::text::date)`;
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
    from generate_series(0, ${HOURS_A_DAY - 1}) as h, generate_series(1, ${REPORT_ENDPOINTS}) as e`;
  await sql`
    insert into programme
    select e, s, s + interval '1 hour', s, 'loop ' || e || ' ' || h
    from generate_series(0, ${REPORT_DAYS - 1}) as d, generate_series(0, ${HOURS_A_DAY - 1}) as h,
      generate_series(1, ${REPORT_ENDPOINTS}) as e,
      lateral (select to_timestamp(${since}::float8 / 1000) + d * interval '1 day' + h * interval '1 hour' as s) as at`;
  await sql`analyze`;
}
