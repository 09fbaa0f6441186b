import type { Sql } from 'postgres';
import type { Clock } from '../base/units.ts';
import { heavyReads } from './heavy-reads.ts';
import { atOneMoment } from './one-moment-store.ts';
import { type LoopShares, promisedSpots } from './promise-store.ts';
import { localHours } from './report-cells-store.ts';
import type { ReportRow } from './report-figures.ts';
import { chosenBy, instantsOf, isOneOf, type LocalPeriod, type NarrowedTo } from './report-scope-store.ts';

/** An hour of the week, `1 08:00`: Mondays at 8 by the clock of each endpoint. */
export type WeekHour = Pick<ReportRow, 'key' | 'playsPromised' | 'playsCounted'>;

/** Reads plays by hour of the week. */
export interface WeekHours {
  /** In which hours of the week anything was promised or counted over a period, both days included, and how much. */
  of(scope: LocalPeriod & NarrowedTo): Promise<WeekHour[]>;
}

/**
 * Opens the store. It tells the plays alone: reports by hour of the week balance them by booking and endpoint as well, and
 * estimate whom they reached, which takes ten times as long.
 */
export function weekHours(deps: { sql: Sql; now: Clock; shares: LoopShares }): WeekHours {
  const { sql, now, shares } = deps;
  return {
    of: (scope) =>
      heavyReads.run(() =>
        atOneMoment(sql, async (tx) => {
          const { from, to } = scope;
          const chosen = await chosenBy(tx, scope);
          const { first, end } = await instantsOf(tx, scope);
          const until = Math.min(end, now());
          const stretch = { from: Math.min(first, until), to: until };
          const loops = await shares.over(tx, stretch.from, stretch.to, chosen.endpointIds);
          const promised = promisedSpots(tx, loops, { ...stretch, ...chosen, by: 'nothing' });
          return tx<WeekHour[]>`
            select to_char(l.local, 'ID HH24:00') as key, sum(s.promised)::float8 as "playsPromised",
              sum(s.completed)::float8 as "playsCounted"
            from (
              select endpoint_id, hour_starts_at, sum(promised) as promised, 0 as completed from (${promised}) as p
              group by 1, 2
              union all
              select endpoint_id, hour_starts_at, 0, sum(completed) from play_hours
              where hour_starts_at >= to_timestamp(${first}::float8 / 1000)
                and hour_starts_at < to_timestamp(${end}::float8 / 1000) and ${isOneOf(tx, chosen)}
              group by 1, 2
            ) as s join endpoints e on e.id = s.endpoint_id
            join (${localHours(tx, { from, to, first, end })}) as l
              on l.time_zone = e.time_zone and l.hour_starts_at = s.hour_starts_at
            group by 1 order by 1`;
        }),
      ),
  };
}
