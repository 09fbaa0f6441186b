import type { Sql } from 'postgres';
import type { WeeklyWindow } from '../base/local-time.ts';
import { DAY_MS, type EpochMs } from '../base/units.ts';
import { MISSING_NUMBERS, NEWEST_PLAYERS } from '../plays/newest-players-store.ts';
import type { EndpointPulse } from './roll-call.ts';
import type { LastWord } from './silence.ts';

/** When an endpoint is open, as its row holds it. */
export interface StoredHours {
  readonly timeZone: string;
  readonly openingHours: readonly WeeklyWindow[];
}
/** The facts of a roll call as rows hold them. */
export interface StoredPulse extends Omit<EndpointPulse, 'openForMs'>, StoredHours {}
/** The last word of an endpoint's player as rows hold it. */
export interface StoredWord extends Omit<LastWord, 'openForMs'>, StoredHours {}

/** Reads when all endpoints were last heard of. Much cheaper than their pulses. */
export async function readLastWords(sql: Sql): Promise<StoredWord[]> {
  return sql<StoredWord[]>`
    select e.id as "endpointId", e.code, e.name, a.id as "areaId", a.name as area, e.time_zone as "timeZone",
      e.opening_hours as "openingHours", p.id is not null as "isPaired",
      (extract(epoch from p.last_seen_at) * 1000)::float8 as "lastSeenAt"
    from endpoints e join areas a on a.id = e.area_id
    left join (${sql.unsafe(NEWEST_PLAYERS)}) as p on p.endpoint_id = e.id
    order by e.id`;
}

/** Reads what is known of all endpoints at an instant. */
export async function readPulses(sql: Sql, now: EpochMs): Promise<StoredPulse[]> {
  return sql<StoredPulse[]>`
    select e.id as "endpointId", e.code, e.name, a.name as area, e.time_zone as "timeZone",
      e.opening_hours as "openingHours", p.id is not null as "isPaired",
      (extract(epoch from p.last_seen_at) * 1000)::float8 as "lastSeenAt",
      (extract(epoch from h.last) * 1000)::float8 as "lastPlayHour", coalesce(r.missing, 0)::float8 as missing
    from endpoints e join areas a on a.id = e.area_id
    left join (${sql.unsafe(NEWEST_PLAYERS)}) as p on p.endpoint_id = e.id
    left join (
      select endpoint_id, max(hour_starts_at) as last from play_hours
      where hour_starts_at > to_timestamp(${now - DAY_MS}::float8 / 1000) group by 1
    ) as h on h.endpoint_id = e.id
    left join (${sql.unsafe(MISSING_NUMBERS)}) as r on r.player_id = p.id
    order by e.id`;
}
