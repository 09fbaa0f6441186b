import type { Sql } from 'postgres';

/** How much waits for the background work of any server: messages to be sent, files to be made. */
export async function queueDepths(
  sql: Sql,
): Promise<{ readonly messages: number; readonly renditions: number }> {
  const [row] = await sql<[{ messages: number; renditions: number }]>`
    select
      (select count(*) from deliveries d join dispatch_plans p on p.id = d.plan_id
        where d.state = 'waiting' and p.ended_at is null)::int as messages,
      (select count(*) from rendition_jobs where state in ('queued', 'running'))::int as renditions`;
  return row;
}
