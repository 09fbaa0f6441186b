import type { Sql } from 'postgres';
import { type Clock, DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, type Ms } from '../base/units.ts';
import { heavyReads } from './heavy-reads.ts';
import { atOneMoment } from './one-moment-store.ts';
import { type LoopShares, promisedSpots } from './promise-store.ts';

/** Reports of the last plays of an hour have come by then. */
const REPORTED_AFTER_MS: Ms = 10 * MINUTE_MS;

/**
 * The share of the plays promised in the last 24 whole UTC hours of which reports tell, completed or not, 0 to 1; null
 * when none were promised. Too many at one endpoint make up for none at another. Read once an hour: who asks while a new
 * hour is read gets the former figure, if there is one.
 */
export function recentCoverage(deps: {
  sql: Sql;
  shares: LoopShares;
  now: Clock;
}): () => Promise<number | null> {
  const { sql, shares, now } = deps;
  let latest: { readonly to: EpochMs; readonly ratio: number | null } | undefined;
  let reading: Promise<number | null> | undefined;

  async function read(to: EpochMs): Promise<number | null> {
    const from = to - DAY_MS;
    return atOneMoment(sql, async (tx) => {
      const scope = { from, to, bookingIds: null, endpointIds: null, by: 'nothing' } as const;
      const promised = promisedSpots(tx, await shares.over(tx, from, to, null), scope);
      const [row] = await tx<{ ratio: number | null }[]>`
        select (sum(least(p.promised, coalesce(t.told, 0))) / nullif(sum(p.promised), 0))::float8 as ratio
        from (select endpoint_id, sum(promised) as promised from (${promised}) as each_one group by 1) as p
        left join (
          select endpoint_id, sum(completed + cut + failed) as told from play_hours
          where hour_starts_at >= to_timestamp(${from}::float8 / 1000)
            and hour_starts_at < to_timestamp(${to}::float8 / 1000)
          group by 1
        ) as t using (endpoint_id)`;
      return row?.ratio ?? null;
    });
  }

  return async () => {
    const to = Math.floor((now() - REPORTED_AFTER_MS) / HOUR_MS) * HOUR_MS;
    if (latest?.to === to) return latest.ratio;
    reading ??= heavyReads
      .run(() => read(to))
      .then((ratio) => {
        latest = { to, ratio };
        return ratio;
      })
      .finally(() => {
        reading = undefined;
      });
    if (latest === undefined) return reading;
    reading.catch(() => {});
    return latest.ratio;
  };
}
