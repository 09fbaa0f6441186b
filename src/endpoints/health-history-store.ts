import type { Sql } from 'postgres';
import type { Bytes, EpochMs, Ms } from '../base/units.ts';
import type { HealthReport } from '../contract/health.ts';
import type { Sighting } from './player-tokens.ts';

/** What the player of an endpoint told in one hour. */
export interface HealthHour {
  readonly hour: EpochMs;
  readonly reports: number;
  /** The box's clock against the server's, of the report that was furthest off; positive: it is ahead. */
  readonly clockOffMs: Ms;
  readonly usedBytes: Bytes | null;
  readonly quotaBytes: Bytes | null;
  readonly troubles: number;
}

/** Adds the health reports among the sightings to the sums of their hours. */
export async function keepHealthHours(sql: Sql, sightings: readonly Sighting[]): Promise<void> {
  const told = sightings.filter(({ health }) => health !== null);
  if (told.length === 0) return;
  await sql`
    insert into player_health_hours as kept
      (player_id, hour, reports, clock_off_ms, used_bytes, quota_bytes, troubles)
    select players.id, date_trunc('hour', to_timestamp(seen.at / 1000), 'UTC'), 1,
      round(extract(epoch from (seen.health::jsonb ->> 'now')::timestamptz) * 1000 - seen.at)::bigint,
      (seen.health::jsonb -> 'storage' ->> 'usedBytes')::bigint,
      (seen.health::jsonb -> 'storage' ->> 'quotaBytes')::bigint,
      jsonb_array_length(seen.health::jsonb -> 'errors')
    from unnest(
      ${told.map((one) => one.playerId)}::int[],
      ${told.map((one) => one.at)}::float8[],
      ${told.map((one) => one.health)}::text[]
    ) as seen (id, at, health) join players on players.id = seen.id
    on conflict (player_id, hour) do update set
      reports = kept.reports + 1,
      clock_off_ms = case when abs(excluded.clock_off_ms) > abs(kept.clock_off_ms)
        then excluded.clock_off_ms else kept.clock_off_ms end,
      used_bytes = coalesce(excluded.used_bytes, kept.used_bytes),
      quota_bytes = coalesce(excluded.quota_bytes, kept.quota_bytes),
      troubles = kept.troubles + excluded.troubles`;
}

/** Health of players as it was. */
export interface HealthHistory {
  /** The hours since an instant in which any player of the endpoint told of itself, oldest first. */
  hours(endpointId: number, since: EpochMs): Promise<HealthHour[]>;
  /** What its present player told last, and when; null where there is none or it told nothing yet. */
  latest(endpointId: number): Promise<HealthReport | null>;
  /** Forgets the hours before an instant. */
  forget(before: EpochMs): Promise<void>;
}

/** Opens the history. */
export function healthHistory(sql: Sql): HealthHistory {
  return {
    async hours(endpointId, since) {
      const rows = await sql<
        {
          hour: Date;
          reports: number;
          clockOffMs: number;
          usedBytes: number | null;
          quotaBytes: number | null;
          troubles: number;
        }[]
      >`
        select kept.hour, sum(kept.reports)::int as reports,
          (array_agg(kept.clock_off_ms order by abs(kept.clock_off_ms) desc))[1]::float8 as "clockOffMs",
          max(kept.used_bytes)::float8 as "usedBytes", max(kept.quota_bytes)::float8 as "quotaBytes",
          sum(kept.troubles)::int as troubles
        from player_health_hours kept join players on players.id = kept.player_id
        where players.endpoint_id = ${endpointId} and kept.hour >= to_timestamp(${since / 1000}::float8)
        group by kept.hour order by kept.hour`;
      return rows.map((row) => ({ ...row, hour: row.hour.getTime() }));
    },
    async latest(endpointId) {
      const [row] = await sql<{ health: HealthReport | null }[]>`
        select health from players where endpoint_id = ${endpointId} and revoked_at is null limit 1`;
      return row?.health ?? null;
    },
    async forget(before) {
      await sql`delete from player_health_hours where hour < to_timestamp(${before / 1000}::float8)`;
    },
  };
}
