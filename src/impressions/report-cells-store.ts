import type { Fragment, TransactionSql } from 'postgres';
import type { EpochMs } from '../base/units.ts';
import { type LoopShares, promisedSpots } from './promise-store.ts';
import { settledPromises } from './promised-days-store.ts';
import { type Chosen, isOneOf, type LocalPeriod } from './report-scope-store.ts';

/** The columns that cells sum. */
const SUMMED = (tx: TransactionSql): Fragment => tx`
  sum(promised)::float8 as promised, sum(promised_ms::float8) as promised_ms, sum(completed)::float8 as completed,
  sum(cut)::float8 as cut, sum(failed)::float8 as failed, sum(airtime_ms::float8) as airtime_ms`;

/** A query for cells; alone, whoever waits for it would run it. */
interface Cells {
  readonly cells: Fragment;
}

/** A period with the instants within which it lies at every endpoint, `until` cut off at the instant that is asked for. */
export interface CellPeriod extends LocalPeriod {
  readonly first: EpochMs;
  readonly until: EpochMs;
}

/**
 * A query for what was promised and counted by endpoint, booking and local day: `endpoint_id, booking_id, local`
 * and the sums. Promises are taken from the stored sums as far as these hold at `now`.
 */
export async function dayCells(
  tx: TransactionSql,
  shares: LoopShares,
  { from, to, first, until }: CellPeriod,
  chosen: Chosen,
  now: EpochMs,
): Promise<Cells> {
  // A clock that was set back makes the stored sums reach too far: then they are of no use.
  const { mark } = await settledPromises(tx);
  const isUsable = mark <= now;
  const stretch = { from: Math.min(isUsable ? Math.max(mark, first) : first, until), to: until };
  const loops = await shares.over(tx, stretch.from, stretch.to, chosen.endpointIds);
  const lately = promisedSpots(tx, loops, { ...stretch, ...chosen, by: 'booking' });
  const isChosen = isOneOf(tx, chosen);
  const cells = tx`
    select endpoint_id, booking_id, 0 as asset_id, local, ${SUMMED(tx)}
    from (
      select endpoint_id, booking_id, date as local, promised, promised_ms, 0 as completed, 0 as cut, 0 as failed,
        0::int8 as airtime_ms
      from promised_days
      where date between ${from}::text::date and ${to}::text::date and ${isUsable ? isChosen : tx`false`}
      union all
      select endpoint_id, booking_id, date, promised, promised_ms, 0, 0, 0, 0
      from (${lately}) as p where date between ${from}::text::date and ${to}::text::date
      union all
      select endpoint_id, booking_id, date, 0, 0, completed, cut, failed, airtime_ms
      from play_days where date between ${from}::text::date and ${to}::text::date and ${isChosen}
    ) as both_sides
    group by 1, 2, 4`;
  return { cells };
}

/** The same by local hour, all promises from the programme, and by asset where `byAsset` asks for it. */
export async function hourCells(
  tx: TransactionSql,
  shares: LoopShares,
  { from, to, first, until, end }: CellPeriod & { readonly end: EpochMs },
  chosen: Chosen,
  byAsset: boolean,
): Promise<Cells> {
  const stretch = { from: Math.min(first, until), to: until };
  const loops = await shares.over(tx, stretch.from, stretch.to, chosen.endpointIds);
  const promised = promisedSpots(tx, loops, { ...stretch, ...chosen, by: byAsset ? 'asset' : 'booking' });
  const cells = tx`
    select h.endpoint_id, h.booking_id, ${byAsset ? tx`h.asset_id` : tx`0 as asset_id`}, l.local, ${SUMMED(tx)}
    from (
      select s.*, e.time_zone from (
        select endpoint_id, booking_id, asset_id, hour_starts_at, promised, promised_ms, 0 as completed, 0 as cut,
          0 as failed, 0::int8 as airtime_ms from (${promised}) as p
        union all
        select endpoint_id, booking_id, asset_id, hour_starts_at, 0, 0, completed, cut, failed, airtime_ms
        from play_hours
        where hour_starts_at >= to_timestamp(${first}::float8 / 1000)
          and hour_starts_at < to_timestamp(${end}::float8 / 1000) and ${isOneOf(tx, chosen)}
      ) as s join endpoints e on e.id = s.endpoint_id
      offset 0
    ) as h
    join (
      select time_zone, hour_starts_at, local from (${localHours(tx, { from, to, first, end })}) as l
      offset 0
    ) as l on l.time_zone = h.time_zone and l.hour_starts_at = h.hour_starts_at
    group by 1, 2, 3, 4`;
  return { cells };
}

/** A query for the UTC hours of a period in each time zone: `time_zone, hour_starts_at, local`, the local hour's start. */
export function localHours(
  tx: TransactionSql,
  { from, to, first, end }: LocalPeriod & { readonly first: EpochMs; readonly end: EpochMs },
): Fragment {
  return tx`
    select z.time_zone, at as hour_starts_at, date_trunc('hour', at at time zone z.time_zone) as local
    from (select distinct time_zone from endpoints) as z, generate_series(
      date_trunc('hour', to_timestamp(${first}::float8 / 1000), 'UTC'), to_timestamp(${end}::float8 / 1000),
      interval '1 hour') as at
    where (at at time zone z.time_zone)::date between ${from}::text::date and ${to}::text::date`;
}
