import type { TransactionSql } from 'postgres';
import { type EpochMs, HOUR_MS, type Ms } from '../base/units.ts';

/** No stretch is longer than a local hour, and beside a change of offset that may be two. */
const LONGEST_STRETCH_MS: Ms = 2 * HOUR_MS;

/** The spots of one asset of one booking inside one loop, added up. Booking 0 is filler. */
export interface LoopShare {
  readonly loopId: string;
  readonly bookingId: number;
  readonly assetId: number;
  readonly spots: number;
  readonly airtimeMs: number;
  /** Where the first and the last of them start, from the start of the loop. Milliseconds. */
  readonly firstMs: number;
  readonly lastMs: number;
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
  const memory = new Map<string, readonly LoopShare[]>();
  return {
    async over(tx, from, to, endpointIds) {
      const needed = await tx<{ loopId: string }[]>`
        select distinct loop_id as "loopId" from programme
        where starts_at < to_timestamp(${to}::float8 / 1000) and ends_at > to_timestamp(${from}::float8 / 1000)
          and starts_at > to_timestamp(${from - LONGEST_STRETCH_MS}::float8 / 1000)
          and ${endpointIds === null ? tx`true` : tx`endpoint_id = any(${endpointIds}::int[])`}`;
      const unknown = needed.map(({ loopId }) => loopId).filter((loopId) => !memory.has(loopId));
      const added = new Map<string, LoopShare[]>(unknown.map((loopId) => [loopId, []]));
      if (unknown.length > 0) {
        const shares = await tx<LoopShare[]>`
          select l.id as "loopId", coalesce((s ->> 4)::int, 0) as "bookingId", (s ->> 3)::int as "assetId", count(*)::int as spots,
            sum((s ->> 1)::int)::float8 as "airtimeMs", min((s ->> 0)::int) as "firstMs", max((s ->> 0)::int) as "lastMs"
          from loops l, jsonb_array_elements(l.spots) as s
          where l.id = any(${unknown}::text[])
          group by 1, 2, 3`;
        for (const share of shares) added.get(share.loopId)?.push(share);
      }
      const found = needed.flatMap(({ loopId }) => {
        const shares = added.get(loopId) ?? memory.get(loopId) ?? [];
        memory.delete(loopId);
        memory.set(loopId, shares);
        return shares;
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
 * starts), `promised, promised_ms`. Only a stretch that is cut, by the scope or by a newer programme, is taken apart.
 */
export function promisedSpots(sql: TransactionSql, shares: readonly LoopShare[], scope: PromiseScope) {
  const { bookingIds, endpointIds } = scope;
  const wanted = bookingIds === null ? null : new Set(bookingIds);
  const used = wanted === null ? shares : shares.filter(({ bookingId }) => wanted.has(bookingId));
  const loops = [...new Set(used.map(({ loopId }) => loopId))];
  const places = new Map(loops.map((loopId, place) => [loopId, place + 1]));
  const column = (of: (share: LoopShare) => number) => `{${used.map(of).join(',')}}`;
  return sql`
    with named as (
      select id, place::int as place from unnest(${loops}::text[]) with ordinality as n (id, place)
    ), share as (
      select * from unnest(
        ${column(({ loopId }) => places.get(loopId) ?? 0)}::int[], ${column((s) => s.bookingId)}::int[],
        ${column((s) => s.assetId)}::int[],
        ${column((s) => s.spots)}::int[], ${column((s) => s.airtimeMs)}::int8[],
        ${column((s) => s.firstMs)}::int[], ${column((s) => s.lastMs)}::int[]
      ) as s (place, booking_id, asset_id, spots, airtime_ms, first_ms, last_ms)
    ), stretch as materialized (
      select p.endpoint_id, n.place, n.id, p.starts_at, date_trunc('hour', p.starts_at, 'UTC') as hour_starts_at,
        extract(epoch from greatest(p.starts_at, to_timestamp(${scope.from}::float8 / 1000)) - p.loop_starts_at) * 1000
          as from_ms,
        extract(epoch from least(p.ends_at, to_timestamp(${scope.to}::float8 / 1000)) - p.loop_starts_at) * 1000
          as to_ms
      from programme p join named n on n.id = p.loop_id
      where p.starts_at < to_timestamp(${scope.to}::float8 / 1000)
        and p.ends_at > to_timestamp(${scope.from}::float8 / 1000)
        and p.starts_at > to_timestamp(${scope.from - LONGEST_STRETCH_MS}::float8 / 1000)
        and ${endpointIds === null ? sql`true` : sql`p.endpoint_id = any(${endpointIds}::int[])`}
    ), portion as (
      select t.*, s.booking_id, s.asset_id, s.spots, s.airtime_ms, s.first_ms >= t.from_ms and s.last_ms < t.to_ms as whole
      from stretch t join share s on s.place = t.place
      where s.last_ms >= t.from_ms and s.first_ms < t.to_ms
    )
    select endpoint_id, booking_id, asset_id, starts_at, hour_starts_at, spots as promised, airtime_ms as promised_ms
    from portion where whole
    union all
    select t.endpoint_id, t.booking_id, t.asset_id, t.starts_at, t.hour_starts_at, part.promised, part.promised_ms
    from portion t cross join lateral (
      select count(*)::int as promised, coalesce(sum((e ->> 1)::int), 0) as promised_ms
      from jsonb_array_elements((select spots from loops where id = t.id)) as e
      where coalesce((e ->> 4)::int, 0) = t.booking_id and (e ->> 3)::int = t.asset_id
        and (e ->> 0)::int >= t.from_ms and (e ->> 0)::int < t.to_ms
    ) as part
    where not t.whole`;
}
