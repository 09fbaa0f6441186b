import type { TransactionSql } from 'postgres';
import { type EpochMs, HOUR_MS, type Ms } from '../base/units.ts';

/** No stretch is longer than a local hour, and beside a change of offset that may be two. */
const LONGEST_STRETCH_MS: Ms = 2 * HOUR_MS;

/**
 * What one loop promises, added up by booking and asset, as the database's own texts of lists, one entry a pair: a report
 * needs thousands of loops, and nobody here reads what is in them. Booking 0 is filler.
 */
export interface LoopShare {
  readonly loopId: string;
  readonly bookings: string;
  readonly assets: string;
  readonly spots: string;
  readonly airtimesMs: string;
  /** Where the first and the last spot of each pair start, from the start of the loop. */
  readonly firstsMs: string;
  readonly lastsMs: string;
}

/** What loops promise, for sums over long programmes. */
export interface LoopShares {
  /** The shares of all loops that any of the endpoints was promised over [from, to). */
  over(
    tx: TransactionSql,
    from: EpochMs,
    to: EpochMs,
    endpointIds: readonly number[] | null,
  ): Promise<LoopShare[]>;
}

/**
 * Loops are named by their content, so each is added up once and then remembered, the least recently used
 * one forgotten beyond `mostLoops`.
 */
export function loopShares(mostLoops = 20_000): LoopShares {
  const memory = new Map<string, LoopShare>();
  return {
    async over(tx, from, to, endpointIds) {
      const needed = await tx<{ loopId: string }[]>`
        select distinct loop_id as "loopId" from programme
        where starts_at < to_timestamp(${to}::float8 / 1000) and ends_at > to_timestamp(${from}::float8 / 1000)
          and starts_at > to_timestamp(${from - LONGEST_STRETCH_MS}::float8 / 1000)
          and ${endpointIds === null ? tx`true` : tx`endpoint_id = any(${endpointIds}::int[])`}`;
      const unknown = needed.map(({ loopId }) => loopId).filter((loopId) => !memory.has(loopId));
      const added = new Map<string, LoopShare>();
      if (unknown.length > 0) {
        const shares = await tx<LoopShare[]>`
          select id as "loopId", array_agg(booking)::text as bookings, array_agg(asset)::text as assets,
            array_agg(spots)::text as spots, array_agg(airtime)::text as "airtimesMs", array_agg(first)::text as "firstsMs",
            array_agg(last)::text as "lastsMs"
          from (
            select l.id, coalesce((s ->> 4)::int, 0) as booking, (s ->> 3)::int as asset, count(*)::int as spots,
              sum((s ->> 1)::int) as airtime, min((s ->> 0)::int) as first, max((s ->> 0)::int) as last
            from loops l, jsonb_array_elements(l.spots) as s
            where l.id = any(${unknown}::text[])
            group by 1, 2, 3
          ) as pair
          group by id`;
        for (const share of shares) added.set(share.loopId, share);
      }
      const found = needed.flatMap(({ loopId }) => {
        const share = added.get(loopId) ?? memory.get(loopId);
        if (share === undefined) return [];
        memory.delete(loopId);
        memory.set(loopId, share);
        return [share];
      });
      for (const loopId of memory.keys()) {
        if (memory.size <= mostLoops) break;
        memory.delete(loopId);
      }
      return found;
    },
  };
}

/** A stretch of time [from, to), perhaps only some bookings and endpoints. */
export interface PromiseScope {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Null means all, and booking 0 is filler. */
  readonly bookingIds: readonly number[] | null;
  readonly endpointIds: readonly number[] | null;
}

/**
 * A query for the spots that start inside the scope, added up by booking, asset and stretch of the programme:
 * columns `endpoint_id, booking_id, asset_id, starts_at` (of the stretch), `hour_starts_at` (the UTC hour in which it
 * starts), `promised, promised_ms`. Only a stretch that is cut, by the scope or by a newer programme, is taken apart,
 * and once for all endpoints whose loop is cut alike: in the hour that runs, that is all of them.
 */
export function promisedSpots(sql: TransactionSql, shares: readonly LoopShare[], scope: PromiseScope) {
  const { bookingIds, endpointIds } = scope;
  const column = (of: (share: LoopShare) => string) => shares.map(of);
  return sql`
    with named as materialized (
      select * from unnest(
        ${column((s) => s.loopId)}::text[], ${column((s) => s.bookings)}::text[], ${column((s) => s.assets)}::text[],
        ${column((s) => s.spots)}::text[], ${column((s) => s.airtimesMs)}::text[],
        ${column((s) => s.firstsMs)}::text[], ${column((s) => s.lastsMs)}::text[]
      ) with ordinality as n (id, bookings, assets, spots, airtimes_ms, firsts_ms, lasts_ms, place)
    ), share as materialized (
      select n.place, s.*
      from named n cross join lateral unnest(
        n.bookings::int[], n.assets::int[], n.spots::int[], n.airtimes_ms::int8[], n.firsts_ms::int[], n.lasts_ms::int[]
      ) as s (booking_id, asset_id, spots, airtime_ms, first_ms, last_ms)
      where ${bookingIds === null ? sql`true` : sql`s.booking_id = any(${bookingIds}::int[])`}
    ), stretch as materialized (
      select p.endpoint_id, n.place, p.starts_at, date_trunc('hour', p.starts_at, 'UTC') as hour_starts_at,
        (extract(epoch from greatest(p.starts_at, to_timestamp(${scope.from}::float8 / 1000)) - p.loop_starts_at)
          * 1000)::float8 as from_ms,
        (extract(epoch from least(p.ends_at, to_timestamp(${scope.to}::float8 / 1000)) - p.loop_starts_at)
          * 1000)::float8 as to_ms
      from programme p join named n on n.id = p.loop_id
      where p.starts_at < to_timestamp(${scope.to}::float8 / 1000)
        and p.ends_at > to_timestamp(${scope.from}::float8 / 1000)
        and p.starts_at > to_timestamp(${scope.from - LONGEST_STRETCH_MS}::float8 / 1000)
        and ${endpointIds === null ? sql`true` : sql`p.endpoint_id = any(${endpointIds}::int[])`}
    ), portion as (
      select t.*, s.booking_id, s.asset_id, s.spots, s.airtime_ms, s.first_ms >= t.from_ms and s.last_ms < t.to_ms as whole
      from stretch t join share s on s.place = t.place
      where s.last_ms >= t.from_ms and s.first_ms < t.to_ms
    ), cut as materialized (
      select distinct place, from_ms, to_ms from portion where not whole
    ), part as materialized (
      select c.place, c.from_ms, c.to_ms, coalesce((e ->> 4)::int, 0) as booking_id, (e ->> 3)::int as asset_id,
        count(*)::int as promised, sum((e ->> 1)::int) as promised_ms
      from cut c join named n on n.place = c.place
        cross join lateral jsonb_array_elements((select spots from loops where id = n.id)) as e
      where (e ->> 0)::int >= c.from_ms and (e ->> 0)::int < c.to_ms
      group by 1, 2, 3, 4, 5
    )
    select endpoint_id, booking_id, asset_id, starts_at, hour_starts_at, spots as promised, airtime_ms as promised_ms
    from portion where whole
    union all
    select t.endpoint_id, t.booking_id, t.asset_id, t.starts_at, t.hour_starts_at, coalesce(p.promised, 0),
      coalesce(p.promised_ms, 0)
    from portion t left join part p on p.place = t.place and p.from_ms = t.from_ms and p.to_ms = t.to_ms
      and p.booking_id = t.booking_id and p.asset_id = t.asset_id
    where not t.whole`;
}
