import type { Sql, TransactionSql } from 'postgres';

/** What the database says of files. */
export interface NamedFiles {
  /** Every hash that any table or manifest names; such a file stays. */
  all(): Promise<ReadonlySet<string>>;
  /** Whether any table or manifest names a hash at this moment. */
  isNamed(sha256: string): Promise<boolean>;
  /** The files that must be there, with the asset that each belongs to. */
  wanted(): Promise<readonly { readonly sha256: string; readonly assetId: number }[]>;
  /** Uploads that have not ended. */
  openUploads(): Promise<readonly { readonly id: string; readonly state: string }[]>;
}

/**
 * Opens the look at names. It asks every text column whose name ends in `sha256`, so that a table that is added later
 * protects its files by itself, and all manifests, also those that have run out.
 */
export function namedFiles(sql: Sql | TransactionSql): NamedFiles {
  const columns = () => sql<{ schema: string; table: string; column: string }[]>`
    select table_schema as schema, table_name as table, column_name as column from information_schema.columns
    where column_name like '%sha256' and data_type = 'text' and table_schema = 'public'`;
  const inManifests = (only: string | null) => sql<{ sha256: string }[]>`
    select distinct entry ->> 0 as sha256 from manifests, jsonb_array_elements(told) as entries (entry)
    where ${only}::text is null or entry ->> 0 = ${only}`;
  return {
    async all() {
      const names = new Set<string>();
      for (const { schema, table, column } of await columns()) {
        const rows = await sql<{ sha256: string }[]>`
          select distinct ${sql(column)} as sha256 from ${sql(schema)}.${sql(table)} where ${sql(column)} is not null`;
        for (const { sha256 } of rows) names.add(sha256);
      }
      for (const { sha256 } of await inManifests(null)) names.add(sha256);
      return names;
    },
    async isNamed(sha256) {
      for (const { schema, table, column } of await columns()) {
        const [row] = await sql`
          select 1 from ${sql(schema)}.${sql(table)} where ${sql(column)} = ${sha256} limit 1`;
        if (row) return true;
      }
      return (await inManifests(sha256)).length > 0;
    },
    wanted: () => sql<{ sha256: string; assetId: number }[]>`
      select sha256, min(asset_id)::int as "assetId" from (
        select sha256, id as asset_id from assets union all select sha256, asset_id from renditions) files
      group by sha256 order by 2, 1`,
    openUploads: () => sql<{ id: string; state: string }[]>`
      select id, state from uploads where state in ('receiving', 'examining') order by created_at, id`,
  };
}
