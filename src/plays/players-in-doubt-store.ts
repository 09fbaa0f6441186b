import type { Sql } from 'postgres';
import { type Clock, DAY_MS, MINUTE_MS, type Ms } from '../base/units.ts';

/** From this many doubted plays in a day on, somebody should look at a player: is its token stolen? */
export const DOUBTFUL_FROM = 20;
/** An hour with more airtime than this is no clock that was off and no long film at its end. */
export const OVERFULL_MS: Ms = 90 * MINUTE_MS;
/** How far back plays are looked at: they may come in late. */
const HOURS_OF_MS: Ms = 7 * DAY_MS;

/** A player of whose plays too many were doubted lately, or more were believed than an hour has room for. */
export interface PlayerInDoubt {
  readonly playerId: number;
  readonly endpointId: number;
  readonly endpoint: string;
  readonly doubted: number;
  readonly codes: readonly string[];
  /** Hours of the last week with more than an hour and a half of airtime: invented plays, or two boxes with one token. */
  readonly overfullHours: number;
  /** When the last doubted play came in, else when the last overfull hour began. */
  readonly lastAt: string;
}

/**
 * The players with at least {@link DOUBTFUL_FROM} doubted and not accepted plays in the last day, and those of
 * endpoints with overfull hours; most doubted plays first.
 */
export async function playersInDoubt(sql: Sql, now: Clock): Promise<PlayerInDoubt[]> {
  const at = now();
  const rows = await sql<(Omit<PlayerInDoubt, 'lastAt'> & { lastMs: number })[]>`
    with doubted as (
      select player_id, count(*)::int as n, array_agg(distinct code order by code) as codes,
        max(received_at) as last_at
      from quarantined_plays
      where received_at > to_timestamp(${at - DAY_MS}::float8 / 1000) and accepted_at is null
      group by 1 having count(*) >= ${DOUBTFUL_FROM}
    ), overfull as (
      select endpoint_id, count(*)::int as n, max(hour_starts_at) as last_at
      from (
        select endpoint_id, hour_starts_at from play_hours
        where hour_starts_at > to_timestamp(${at - HOURS_OF_MS}::float8 / 1000)
        group by 1, 2 having sum(airtime_ms) > ${OVERFULL_MS}
      ) as hours
      group by 1
    ), latest as (
      select distinct on (endpoint_id) endpoint_id, id from players order by endpoint_id, paired_at desc, id desc
    )
    select p.id as "playerId", p.endpoint_id as "endpointId", e.code || ' ' || e.name as endpoint,
      coalesce(d.n, 0) as doubted, coalesce(d.codes, '{}') as codes, coalesce(o.n, 0) as "overfullHours",
      (extract(epoch from coalesce(d.last_at, o.last_at)) * 1000)::float8 as "lastMs"
    from players p join endpoints e on e.id = p.endpoint_id
      left join doubted d on d.player_id = p.id
      left join latest l on l.id = p.id
      left join overfull o on o.endpoint_id = l.endpoint_id
    where d.n is not null or o.n is not null
    order by doubted desc, "overfullHours" desc, p.id`;
  return rows.map(({ lastMs, ...row }) => ({ ...row, lastAt: new Date(lastMs).toISOString() }));
}
