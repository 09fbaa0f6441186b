import type { Sql } from 'postgres';
import type { Bytes } from '../base/units.ts';

/** What takes room, as the database knows it. */
export interface StorageSums {
  /** Files as uploaded that may still be shown. */
  readonly material: Bytes;
  /** Files as uploaded of material that was rejected or retired. */
  readonly unused: Bytes;
  /** What was made of them for endpoints. */
  readonly renditions: Bytes;
  /** What is being uploaded, as announced. */
  readonly uploads: Bytes;
  /** All plays with their indexes. */
  readonly plays: Bytes;
  /** The whole database, the plays among it. */
  readonly database: Bytes;
}

/** Sums up what takes room. */
export async function storageSums(sql: Sql): Promise<StorageSums> {
  const [row] = await sql<[StorageSums]>`
    select
      (select coalesce(sum(bytes), 0) from assets where state not in ('rejected', 'retired'))::float8 as material,
      (select coalesce(sum(bytes), 0) from assets where state in ('rejected', 'retired'))::float8 as unused,
      (select coalesce(sum(bytes), 0) from (
        select sha256, max(bytes) as bytes from renditions
        where sha256 not in (select sha256 from assets) group by sha256) made)::float8 as renditions,
      (select coalesce(sum(bytes), 0) from uploads where state in ('receiving', 'examining'))::float8 as uploads,
      (select coalesce(sum(pg_total_relation_size(inhrelid)), 0) from pg_inherits
        where inhparent = 'plays'::regclass)::float8 as plays,
      pg_database_size(current_database())::float8 as database`;
  return row;
}
