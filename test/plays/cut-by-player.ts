import type { Sql } from 'postgres';
import { monthStart } from '../../src/plays/ingest.ts';
import { monthName } from '../../src/plays/play-months-store.ts';

/** The tables of plays that a distributed PostgreSQL cuts by player. */
export const BY_PLAYER = ['plays', 'player_epochs', 'quarantined_plays'] as const;
const PARTS = 4;

/**
 * Puts tables that are cut by player in the place of the tables of plays; of plays there is the UTC month of `at`, cut. As on
 * Citus a month is then itself without rows: they lie in its parts.
 */
export async function cutByPlayer(sql: Sql, at: number): Promise<void> {
  const month = monthName(monthStart(at));
  const [from, to] = [monthStart(at), monthStart(at, 1)].map((instant) => new Date(instant).toISOString());
  for (const table of BY_PLAYER) {
    await sql.unsafe(`alter table ${table} rename to ${table}_whole`);
    const isByMonth = table === 'plays';
    await sql.unsafe(
      `create table ${table} (like ${table}_whole including all excluding indexes)
        partition by ${isByMonth ? 'range (started_at)' : 'hash (player_id)'}`,
    );
    if (isByMonth)
      await sql.unsafe(
        `create table ${month} partition of plays for values from ('${from}') to ('${to}') partition by hash (player_id)`,
      );
    for (let part = 0; part < PARTS; part += 1)
      await sql.unsafe(
        `create table ${table}_cut_${part} partition of ${isByMonth ? month : table}
          for values with (modulus ${PARTS}, remainder ${part})`,
      );
    const kept = await sql<{ definition: string }[]>`
      select pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = ${`${table}_whole`}::regclass and contype in ('p', 'u')`;
    for (const { definition } of kept) await sql.unsafe(`alter table ${table} add ${definition}`);
  }
}
