import type { Sql, TransactionSql } from 'postgres';
import { DAY_MS, type EpochMs } from '../base/units.ts';
import { monthStart } from './ingest.ts';

/** A sum that does not agree with a recount of the plays. */
export interface SumDifference {
  /**
   * `hour`: of play_hours; `day`: of play_days; `received`: numbers of an epoch that are neither counted nor kept
   * apart; `total`: of all completed plays, or of all settled promises.
   */
  readonly of: 'hour' | 'day' | 'received' | 'total';
  /** Which row, for people. */
  readonly where: string;
  readonly stored: string;
  readonly recounted: string;
}

/** What an audit found. */
export interface SumsVerdict {
  readonly plays: number;
  /** At most 100 of them. */
  readonly differences: readonly SumDifference[];
  /** Months that were left out because their plays are in the archive, for example 2026-01. */
  readonly archived: readonly string[];
}

const MOST_DIFFERENCES = 100;
const SAMPLE_DAYS = 3;
const SAMPLE_BACK_DAYS = 60;

/** Recounts all plays that are not archived, month by month, and compares all sums with them. */
export async function auditSums(sql: Sql): Promise<SumsVerdict> {
  const months = await sql<{ month: number }[]>`
    select (extract(epoch from to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM')::timestamp at time zone 'UTC')
      * 1000)::float8 as month
    from pg_inherits where inhparent = 'plays'::regclass order by 1`;
  const archived = await archivedMonths(sql);
  let plays = 0;
  const differences: SumDifference[] = [];
  for (const { month } of months) {
    if (archived.has(month)) continue;
    const next = monthStart(month, 1);
    // A local day may reach over the end of a UTC month, except into one that is gone.
    const from = archived.has(monthStart(month, -1)) ? month : month - DAY_MS;
    const to = archived.has(next) ? next : next + DAY_MS;
    plays += await sql.begin('isolation level repeatable read read only', async (tx) => {
      differences.push(...(await compareStretch(tx, from, to)));
      const [row] = await tx<{ plays: number }[]>`
        select count(*)::float8 as plays from plays
        where started_at >= to_timestamp(${month}::float8 / 1000) and started_at < to_timestamp(${next}::float8 / 1000)`;
      return row?.plays ?? 0;
    });
  }
  if (archived.size === 0) differences.push(...(await compareReceived(sql)));
  differences.push(...(await compareTotals(sql)));
  return {
    plays,
    differences: uniqueOf(differences).slice(0, MOST_DIFFERENCES),
    archived: [...archived].sort((a, b) => a - b).map((at) => new Date(at).toISOString().slice(0, 7)),
  };
}

/** Recounts the last three full UTC days and three of the last sixty; `random` gives a number in [0, 1). */
export async function auditSample(sql: Sql, now: EpochMs, random: () => number): Promise<SumDifference[]> {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const archived = await archivedMonths(sql);
  const back = SAMPLE_DAYS + Math.floor(random() * (SAMPLE_BACK_DAYS - SAMPLE_DAYS));
  const found: SumDifference[] = [];
  for (const to of [today, today - back * DAY_MS]) {
    const from = to - SAMPLE_DAYS * DAY_MS;
    if (archived.has(monthStart(from)) || archived.has(monthStart(to))) continue;
    found.push(
      ...(await sql.begin('isolation level repeatable read read only', (tx) => compareStretch(tx, from, to))),
    );
  }
  found.push(...(await compareTotals(sql)));
  return uniqueOf(found).slice(0, MOST_DIFFERENCES);
}

async function archivedMonths(sql: Sql): Promise<Set<EpochMs>> {
  const rows = await sql<{ month: string }[]>`select month::text as month from archived_months`;
  return new Set(rows.map(({ month }) => Date.parse(month)));
}

/** Compares the hours that lie in [from, to), whole hours, and the local days that lie wholly in it. */
async function compareStretch(tx: TransactionSql, from: EpochMs, to: EpochMs): Promise<SumDifference[]> {
  const start = tx`to_timestamp(${from}::float8 / 1000)`;
  const end = tx`to_timestamp(${to}::float8 / 1000)`;
  const counts = tx`(count(*) filter (where outcome = 'completed'))::int as completed,
    (count(*) filter (where outcome = 'cut'))::int as cut, (count(*) filter (where outcome = 'failed'))::int as failed,
    coalesce(sum(duration_ms) filter (where outcome <> 'failed'), 0)::int8 as airtime_ms`;
  const summed = tx`sum(completed)::int as completed, sum(cut)::int as cut, sum(failed)::int as failed,
    sum(airtime_ms)::int8 as airtime_ms`;
  const said = (side: 's' | 'r') =>
    tx.unsafe(
      `coalesce(concat_ws(' ', ${side}.completed, ${side}.cut, ${side}.failed, ${side}.airtime_ms), '')`,
    );
  const differ = tx`(s.completed, s.cut, s.failed, s.airtime_ms) is distinct from
    (r.completed, r.cut, r.failed, r.airtime_ms)`;
  const hours = await tx<SumDifference[]>`
    with r as (
      select endpoint_id, coalesce(booking_id, 0) as booking_id, asset_id,
        date_trunc('hour', started_at, 'UTC') as hour_starts_at, ${counts}
      from plays where started_at >= ${start} and started_at < ${end} group by 1, 2, 3, 4
    ), s as (
      select endpoint_id, booking_id, asset_id, hour_starts_at, ${summed}
      from play_hours where hour_starts_at >= ${start} and hour_starts_at < ${end} group by 1, 2, 3, 4
    )
    select 'hour' as of, concat_ws(' ', 'endpoint', endpoint_id, 'booking', booking_id, 'asset', asset_id,
        hour_starts_at at time zone 'UTC', 'UTC') as where, ${said('s')} as stored, ${said('r')} as recounted
    from s full join r using (endpoint_id, booking_id, asset_id, hour_starts_at)
    where ${differ} limit ${MOST_DIFFERENCES}`;
  const days = await tx<SumDifference[]>`
    with r as (
      select coalesce(booking_id, 0) as booking_id, (started_at at time zone e.time_zone)::date as date, endpoint_id,
        asset_id, ${counts}
      from plays p join endpoints e on e.id = p.endpoint_id
      where started_at >= ${start} and started_at < ${end} group by 1, 2, 3, 4
    ), s as (
      select booking_id, date, endpoint_id, asset_id, ${summed} from play_days
      where date between (${start} at time zone 'UTC')::date - 1 and (${end} at time zone 'UTC')::date + 1
      group by 1, 2, 3, 4
    )
    select 'day' as of, concat_ws(' ', 'endpoint', endpoint_id, 'booking', booking_id, 'asset', asset_id, date)
        as where, ${said('s')} as stored, ${said('r')} as recounted
    from s full join r using (booking_id, date, endpoint_id, asset_id) join endpoints e on e.id = endpoint_id
    where date::timestamp at time zone e.time_zone >= ${start}
      and (date + 1)::timestamp at time zone e.time_zone <= ${end} and ${differ}
    limit ${MOST_DIFFERENCES}`;
  return [...hours, ...days];
}

/** Every number received is either one counted play or one play kept apart. */
async function compareReceived(sql: Sql): Promise<SumDifference[]> {
  return sql<SumDifference[]>`
    with counted as (
      select player_id, epoch_no, count(*) as n from (
        select player_id, epoch_no from plays
        union all
        select player_id, epoch_no from quarantined_plays where seq is not null and accepted_at is null
      ) as each_one group by 1, 2
    ), held as (
      select player_id, epoch_no, coalesce((select sum(upper(r) - lower(r)) from unnest(received) as r), 0) as n
      from player_epochs
    )
    select 'received' as of, concat_ws(' ', 'player', player_id, 'epoch', epoch_no) as where,
      coalesce(held.n, 0)::text as stored, coalesce(counted.n, 0)::text as recounted
    from held full join counted using (player_id, epoch_no)
    where coalesce(held.n, 0) <> coalesce(counted.n, 0) limit ${MOST_DIFFERENCES}`;
}

/** The running totals against the sums that they are of. */
async function compareTotals(sql: Sql): Promise<SumDifference[]> {
  return sql<SumDifference[]>`
    select 'total' as of, name as where, stored::text as stored, recounted::text as recounted from (
      select 'completed plays' as name, completed as stored,
        (select coalesce(sum(completed), 0) from settled_play_days) as recounted from settled_total
      union all
      select 'promised spots', promised, (select coalesce(sum(promised), 0) from promised_days) from promise_mark
    ) as totals where stored is distinct from recounted`;
}

function uniqueOf(differences: readonly SumDifference[]): SumDifference[] {
  return [...new Map(differences.map((one) => [`${one.of} ${one.where}`, one])).values()];
}
