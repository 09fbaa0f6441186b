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
  /** What is told apart; what is not has 0 in its columns. */
  readonly by: 'asset' | 'booking' | 'nothing';
}

/**
 * A query for the spots that start inside the scope, added up by booking, asset and stretch of the programme:
 * columns `endpoint_id, booking_id, asset_id, starts_at` (of the stretch), `hour_starts_at` (the UTC hour in which it
 * starts), `date` (the local one), `promised, promised_ms`. Only a stretch that is cut, by the scope or by a newer
 * programme, is taken apart, and once for all endpoints whose loop is cut alike: in the hour that runs, that is all of them.
 */
export function promisedSpots(sql: TransactionSql, shares: readonly LoopShare[], scope: PromiseScope) {
  const { bookingIds, endpointIds, by } = scope;
  const column = (of: (share: LoopShare) => string) => shares.map(of);
  const isChosen = (booking: string) =>
    bookingIds === null ? sql`true` : sql`${sql.unsafe(booking)} = any(${bookingIds}::int[])`;
  const booking = (column: string) => sql.unsafe(by === 'nothing' ? '0' : column);
  const asset = (column: string) => sql.unsafe(by === 'asset' ? column : '0');
  return sql`
    with named as materialized (
      select * from unnest(
        ${column((s) => s.loopId)}::text[], ${column((s) => s.bookings)}::text[], ${column((s) => s.assets)}::text[],
        ${column((s) => s.spots)}::text[], ${column((s) => s.airtimesMs)}::text[],
        ${column((s) => s.firstsMs)}::text[], ${column((s) => s.lastsMs)}::text[]
      ) with ordinality as n (id, bookings, assets, spots, airtimes_ms, firsts_ms, lasts_ms, place)
    ), share as materialized (
      select n.place, ${booking('s.booking_id')} as booking_id, ${asset('s.asset_id')} as asset_id,
        sum(s.spots)::int as spots, sum(s.airtime_ms)::int8 as airtime_ms, min(s.first_ms) as first_ms,
        max(s.last_ms) as last_ms
      from named n cross join lateral unnest(
        n.bookings::int[], n.assets::int[], n.spots::int[], n.airtimes_ms::int8[], n.firsts_ms::int[], n.lasts_ms::int[]
      ) as s (booking_id, asset_id, spots, airtime_ms, first_ms, last_ms)
      where ${isChosen('s.booking_id')}
      group by 1, 2, 3
    ), stretch as materialized (
      select p.*, n.first_ms >= p.from_ms and n.last_ms < p.to_ms as whole, n.place
      from (
        select p.endpoint_id, p.loop_id, p.starts_at, date_trunc('hour', p.starts_at, 'UTC') as hour_starts_at,
          (p.starts_at at time zone e.time_zone)::date as date,
          (extract(epoch from greatest(p.starts_at, to_timestamp(${scope.from}::float8 / 1000)) - p.loop_starts_at)
            * 1000)::float8 as from_ms,
          (extract(epoch from least(p.ends_at, to_timestamp(${scope.to}::float8 / 1000)) - p.loop_starts_at)
            * 1000)::float8 as to_ms
        from programme p join endpoints e on e.id = p.endpoint_id
        where p.starts_at < to_timestamp(${scope.to}::float8 / 1000)
          and p.ends_at > to_timestamp(${scope.from}::float8 / 1000)
          and p.starts_at > to_timestamp(${scope.from - LONGEST_STRETCH_MS}::float8 / 1000)
          and ${endpointIds === null ? sql`true` : sql`p.endpoint_id = any(${endpointIds}::int[])`}
      ) as p join (
        select n.id, n.place, min(s.first_ms) as first_ms, max(s.last_ms) as last_ms
        from named n join share s on s.place = n.place group by 1, 2
      ) as n on n.id = p.loop_id
      where n.last_ms >= p.from_ms and n.first_ms < p.to_ms
    ), part as materialized (
      select c.place, c.from_ms, c.to_ms, ${booking('s.booking_id')} as booking_id, ${asset('s.asset_id')} as asset_id,
        count(*)::int as promised, sum(s.airtime_ms)::int8 as promised_ms
      from (select distinct place, from_ms, to_ms from stretch where not whole) as c join named n on n.place = c.place
        cross join lateral (
          select (e ->> 0)::int as at_ms, (e ->> 1)::int as airtime_ms, (e ->> 3)::int as asset_id,
            coalesce((e ->> 4)::int, 0) as booking_id
          from jsonb_array_elements((select spots from loops where id = n.id)) as e
        ) as s
      where s.at_ms >= c.from_ms and s.at_ms < c.to_ms and ${isChosen('s.booking_id')}
      group by 1, 2, 3, 4, 5
    )
    select t.endpoint_id, s.booking_id, s.asset_id, t.starts_at, t.hour_starts_at, t.date, s.spots as promised,
      s.airtime_ms as promised_ms
    from stretch t join share s on s.place = t.place where t.whole
    union all
    select t.endpoint_id, p.booking_id, p.asset_id, t.starts_at, t.hour_starts_at, t.date, p.promised, p.promised_ms
    from stretch t join part p on p.place = t.place and p.from_ms = t.from_ms and p.to_ms = t.to_ms
    where not t.whole`;
}
