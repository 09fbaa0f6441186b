import type { Sql, TransactionSql } from 'postgres';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, type Ms } from '../base/units.ts';
import { type LoopShares, promisedSpots } from './promise-store.ts';

/** A programme is published well within this time of the instant from which it holds. */
const SETTLED_AFTER_MS: Ms = 10 * MINUTE_MS;
/** How far the sums may lie behind before a report brings them up. */
const OFTEN_ENOUGH_MS: Ms = HOUR_MS;
/** What is summed in one transaction. */
const PORTION_MS: Ms = 31 * DAY_MS;

/**
 * Brings the sums of what was promised by local day up to the last full hour that no programme can change
 * any more. What was promised before an instant never changes after it; should it change all the same, a
 * trigger sends the sums back to their beginning. Safe on several servers at once.
 */
export async function settlePromises(sql: Sql, shares: LoopShares, now: EpochMs): Promise<void> {
  const wanted = Math.floor((now - SETTLED_AFTER_MS) / HOUR_MS) * HOUR_MS;
  for (;;) {
    const [row] = await sql<{ mark: number }[]>`select ${markMs(sql)} as mark from promise_mark`;
    if (wanted < (row?.mark ?? wanted) + OFTEN_ENOUGH_MS) return;
    await sql.begin((tx) => settleSome(tx, shares, wanted));
  }
}

/** The instant up to which the stored sums hold, and how many spots they hold together. */
export async function settledPromises(
  tx: TransactionSql,
): Promise<{ readonly mark: EpochMs; readonly promised: number }> {
  const [row] = await tx<{ mark: number; promised: number }[]>`
    select ${markMs(tx)} as mark, promised::float8 as promised from promise_mark`;
  return row ?? { mark: 0, promised: 0 };
}

function markMs(sql: Pick<Sql, 'unsafe'>) {
  return sql.unsafe('(extract(epoch from settled_to) * 1000)::float8');
}

async function settleSome(tx: TransactionSql, shares: LoopShares, wanted: EpochMs): Promise<void> {
  const [row] = await tx<{ mark: number; first: number }[]>`
    select ${markMs(tx)} as mark,
      (extract(epoch from (select min(starts_at) from programme)) * 1000)::float8 as first
    from promise_mark for update`;
  if (!row || row.mark >= wanted) return;
  const from = Math.max(row.mark, Math.min(row.first ?? wanted, wanted));
  const to = Math.min(wanted, from + PORTION_MS);
  const scope = { from, to, bookingIds: null, endpointIds: null, by: 'booking' } as const;
  const promised = promisedSpots(tx, await shares.over(tx, from, to, null), scope);
  await tx`
    insert into promised_days as t (booking_id, date, endpoint_id, promised, promised_ms)
    select p.booking_id, p.date, p.endpoint_id, sum(p.promised), sum(p.promised_ms)
    from (${promised}) as p
    group by 1, 2, 3
    on conflict (booking_id, date, endpoint_id) do update set
      promised = t.promised + excluded.promised, promised_ms = t.promised_ms + excluded.promised_ms`;
  await tx`update promise_mark set settled_to = to_timestamp(${to}::float8 / 1000)`;
}
