import type { Sql } from 'postgres';
import type { EpochMs } from '../base/units.ts';
import type { WithheldHour } from './withheld.ts';

/** Remembers what could not be promised, for reports on hours that are over. */
export interface WithheldStore {
  /**
   * Puts the hours that end after `at` in the place of what these endpoints were denied from then on. What was
   * written down of earlier hours stays. Safe on several servers at once: each writes the same.
   */
  withhold(
    denied: readonly { readonly endpointId: number; readonly hours: readonly WithheldHour[] }[],
    at: EpochMs,
  ): Promise<void>;
}

/** Endpoints that one statement writes for: some hundred hours each. */
const ENDPOINTS_A_STATEMENT = 200;

/** Opens the store. */
export function withheldStore(sql: Sql): WithheldStore {
  return {
    async withhold(denied, at) {
      for (let first = 0; first < denied.length; first += ENDPOINTS_A_STATEMENT) {
        const some = denied.slice(first, first + ENDPOINTS_A_STATEMENT);
        const rows = some.flatMap(({ endpointId, hours }) =>
          hours.filter(({ endsAt }) => endsAt > at).map((hour) => ({ endpointId, ...hour })),
        );
        // Hours that say the same as before keep their rows. The hour that runs now is told anew as a whole.
        await sql`
          with given as materialized (
            select endpoint_id, to_timestamp(starts / 1000) as hour_starts_at, plays::jsonb as plays
            from unnest(
              ${rows.map(({ endpointId }) => endpointId)}::int[],
              ${rows.map(({ startsAt }) => startsAt)}::float8[],
              ${rows.map(({ plays }) => JSON.stringify(plays.map((one) => [one.bookingId, one.plays, one.why])))}::text[]
            ) as t (endpoint_id, starts, plays)
          ), over as (
            delete from withheld_plays w
            where w.endpoint_id = any(${some.map(({ endpointId }) => endpointId)}::int[])
              and w.hour_starts_at > to_timestamp(${at}::float8 / 1000) - interval '1 hour'
              and not exists (
                select from given g where g.endpoint_id = w.endpoint_id and g.hour_starts_at = w.hour_starts_at)
          )
          insert into withheld_plays as w (endpoint_id, hour_starts_at, plays)
          select endpoint_id, hour_starts_at, plays from given order by 1, 2
          on conflict (endpoint_id, hour_starts_at) do update set plays = excluded.plays
          where w.plays is distinct from excluded.plays`;
      }
    },
  };
}
