import type { Sql } from 'postgres';
import type { WeeklyWindow } from '../base/local-time.ts';
import { DAY_MS, type EpochMs } from '../base/units.ts';
import type { EndpointPulse } from './roll-call.ts';

/** The facts of a roll call as rows hold them. */
export interface StoredPulse extends Omit<EndpointPulse, 'openForMs'> {
  readonly areaId: number;
  readonly timeZone: string;
  readonly openingHours: readonly WeeklyWindow[];
}

/** Reads what is known of all endpoints at an instant. */
export async function readPulses(sql: Sql, now: EpochMs): Promise<StoredPulse[]> {
  return sql<StoredPulse[]>`
    select e.id as "endpointId", e.code, e.name, a.id as "areaId", a.name as area, e.time_zone as "timeZone",
      e.opening_hours as "openingHours", p.id is not null as "isPaired",
      (extract(epoch from p.last_seen_at) * 1000)::float8 as "lastSeenAt",
      (extract(epoch from h.last) * 1000)::float8 as "lastPlayHour", coalesce(r.missing, 0)::float8 as missing
    from endpoints e join areas a on a.id = e.area_id
    left join (
      select distinct on (endpoint_id) endpoint_id, id, last_seen_at from players
      where revoked_at is null order by endpoint_id, id desc
    ) as p on p.endpoint_id = e.id
    left join (
      select endpoint_id, max(hour_starts_at) as last from play_hours
      where hour_starts_at > to_timestamp(${now - DAY_MS}::float8 / 1000) group by 1
    ) as h on h.endpoint_id = e.id
    left join (
      select player_id, upper(received) - 1 - (select sum(upper(part) - lower(part)) from unnest(received) as part) as missing
      from (select distinct on (player_id) player_id, received from player_epochs order by player_id, epoch_no desc) as latest
    ) as r on r.player_id = p.id
    order by e.id`;
}
