import type { Sql } from 'postgres';
import { type EpochMs, MINUTE_MS, type Ms } from '../base/units.ts';

/** Whoever listens says so every minute: when nobody has for so long, nobody listened, or nobody could write it down. */
const BREAK_MS: Ms = 3 * MINUTE_MS;
/** How far the clocks of servers may differ; what lies further ahead is a clock's error. */
const CLOCKS_DIFFER_MS: Ms = MINUTE_MS;
/** A turn that all servers take together. */
const NAME = 'listen to players';

/**
 * Notes that a server listens to players at `at`, and tells since when at least one of all servers has without a break. A
 * time in which no server ran, or the database was away so that nothing heard was written down, is a break.
 */
export async function noteListening(sql: Sql, at: EpochMs): Promise<EpochMs> {
  const instant = (ms: EpochMs) => sql`to_timestamp(${ms}::float8 / 1000)`;
  const [row] = await sql<{ since: number }[]>`
    insert into job_turns as t (name, done_for, claimed_until)
    values (${NAME}, ${instant(at)}, ${instant(at + BREAK_MS)})
    on conflict (name) do update set
      done_for = case
        when t.claimed_until between ${instant(at)} and ${instant(at + BREAK_MS + CLOCKS_DIFFER_MS)}
        then least(t.done_for, excluded.done_for) else excluded.done_for end,
      claimed_until = excluded.claimed_until
    returning (extract(epoch from done_for) * 1000)::float8 as since`;
  return row?.since ?? at;
}
