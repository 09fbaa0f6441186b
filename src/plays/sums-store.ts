import type { Sql } from 'postgres';

/** The sums of plays by hour and by day. The views `play_hours` and `play_days` are exact at every moment. */
export interface SumsStore {
  /**
   * Puts what the commits of plays appended into hours and days. Only their form changes, never a figure.
   * Returns how many rows it took; 0 while another server is at it.
   */
  settle(): Promise<number>;
}

/** Held by whoever settles. Any number that no other lock of this program has. */
const SETTLING_LOCK = 0x73756d73;
/** From this many rows on the place that they leave is given back at once. */
const CLEAR_FROM = 10_000;

const ADDED = `completed = t.completed + excluded.completed, cut = t.cut + excluded.cut,
  failed = t.failed + excluded.failed, airtime_ms = t.airtime_ms + excluded.airtime_ms`;

/* Whoever reads in between sees either all rows where they were, or all of them in their hours and days. */
const SETTLE = `
with taken as materialized (
  delete from unsettled_sums
  returning endpoint_id, booking_id, asset_id, hour_starts_at, date, completed, cut, failed, airtime_ms
), by_hour as (
  insert into settled_play_hours as t
    (endpoint_id, booking_id, asset_id, hour_starts_at, completed, cut, failed, airtime_ms)
  select endpoint_id, booking_id, asset_id, hour_starts_at, sum(completed), sum(cut), sum(failed), sum(airtime_ms)
  from taken
  group by 1, 2, 3, 4
  order by 1, 2, 3, 4
  on conflict (endpoint_id, booking_id, asset_id, hour_starts_at) do update set ${ADDED}
), by_day as (
  insert into settled_play_days as t (booking_id, date, endpoint_id, asset_id, completed, cut, failed, airtime_ms)
  select booking_id, date, endpoint_id, asset_id, sum(completed), sum(cut), sum(failed), sum(airtime_ms)
  from taken
  group by 1, 2, 3, 4
  order by 1, 2, 3, 4
  on conflict (booking_id, date, endpoint_id, asset_id) do update set ${ADDED}
)
select count(*)::int as rows from taken`;

/** Opens the store. */
export function sumsStore(sql: Sql): SumsStore {
  return {
    async settle() {
      const taken = await sql.begin(async (tx) => {
        const [lock] = await tx<
          { free: boolean }[]
        >`select pg_try_advisory_xact_lock(${SETTLING_LOCK}) as free`;
        if (lock?.free !== true) return 0;
        const [row] = await tx.unsafe<{ rows: number }[]>(SETTLE, [], { prepare: true });
        return row?.rows ?? 0;
      });
      if (taken >= CLEAR_FROM) await sql`vacuum unsettled_sums`;
      return taken;
    },
  };
}
