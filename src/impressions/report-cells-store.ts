import type { Fragment, TransactionSql } from 'postgres';
import type { EpochMs } from '../base/units.ts';

/** The columns that cells sum. */
const SUMMED = (tx: TransactionSql): Fragment => tx`
  sum(promised)::float8 as promised, sum(promised_ms::float8) as promised_ms, sum(completed)::float8 as completed,
  sum(cut)::float8 as cut, sum(failed)::float8 as failed, sum(airtime_ms::float8) as airtime_ms`;

/**
 * A query for what was promised and counted by endpoint, booking and local day: `endpoint_id, booking_id, local`
 * and the sums. `isSettled` picks the stored promises, `lately` gives the others, `isChosen` the plays.
 */
export function dayCells(
  tx: TransactionSql,
  { from, to }: { readonly from: string; readonly to: string },
  lately: Fragment,
  isSettled: Fragment,
  isChosen: Fragment,
): Fragment {
  return tx`
    select endpoint_id, booking_id, 0 as asset_id, local, ${SUMMED(tx)}
    from (
      select endpoint_id, booking_id, date as local, promised, promised_ms, 0 as completed, 0 as cut, 0 as failed,
        0::int8 as airtime_ms
      from promised_days where date between ${from}::text::date and ${to}::text::date and ${isSettled}
      union all
      select p.endpoint_id, p.booking_id, (p.starts_at at time zone e.time_zone)::date, promised, promised_ms,
        0, 0, 0, 0
      from (${lately}) as p join endpoints e on e.id = p.endpoint_id
      where (p.starts_at at time zone e.time_zone)::date between ${from}::text::date and ${to}::text::date
      union all
      select endpoint_id, booking_id, date, 0, 0, completed, cut, failed, airtime_ms
      from play_days where date between ${from}::text::date and ${to}::text::date and ${isChosen}
    ) as both_sides
    group by 1, 2, 4`;
}

/** The same by local hour, and by asset where `byAsset` asks for it. */
export function hourCells(
  tx: TransactionSql,
  period: { readonly from: string; readonly to: string; readonly first: EpochMs; readonly end: EpochMs },
  promised: Fragment,
  isChosen: Fragment,
  byAsset: boolean,
): Fragment {
  const { from, to, first, end } = period;
  return tx`
    select h.endpoint_id, h.booking_id, ${byAsset ? tx`h.asset_id` : tx`0 as asset_id`}, l.local, ${SUMMED(tx)}
    from (
      select s.*, e.time_zone from (
        select endpoint_id, booking_id, asset_id, hour_starts_at, promised, promised_ms, 0 as completed, 0 as cut,
          0 as failed, 0::int8 as airtime_ms from (${promised}) as p
        union all
        select endpoint_id, booking_id, asset_id, hour_starts_at, 0, 0, completed, cut, failed, airtime_ms
        from play_hours
        where hour_starts_at >= to_timestamp(${first}::float8 / 1000)
          and hour_starts_at < to_timestamp(${end}::float8 / 1000) and ${isChosen}
      ) as s join endpoints e on e.id = s.endpoint_id
      offset 0
    ) as h
    join (
      select z.time_zone, at as hour_starts_at, date_trunc('hour', at at time zone z.time_zone) as local
      from (select distinct time_zone from endpoints) as z, generate_series(
        to_timestamp(${first}::float8 / 1000), to_timestamp(${end}::float8 / 1000), interval '1 hour') as at
      where (at at time zone z.time_zone)::date between ${from}::text::date and ${to}::text::date
      offset 0
    ) as l on l.time_zone = h.time_zone and l.hour_starts_at = h.hour_starts_at
    group by 1, 2, 3, 4`;
}
