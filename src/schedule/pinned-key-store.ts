import type { Sql } from 'postgres';

/** How many paired players told to have pinned which key; null: they told of none. */
export async function pinnedKeys(sql: Sql): Promise<{ kid: string | null; players: number }[]> {
  return sql<{ kid: string | null; players: number }[]>`
    select health ->> 'serverKey' as kid, count(*)::int as players from players
    where revoked_at is null group by 1`;
}
