import type { Sql } from 'postgres';

/** Values that a rule of the schema asks for, where one made from the type alone would be refused or would mean nothing. */
const MEANT: Readonly<Record<string, string>> = {
  'alert_settings.id': '1',
  'archived_months.file_name': `'plays-2025-11.csv.gz'`,
  'override_settings.id': '1',
  'audience_models.people': 'array_fill(60, array[168])',
  'deliveries.state': `'failed'`,
  'deliveries.sent_at': 'null',
  'notices.draft': `'{"titleZh": "告示"}'`,
  'override_templates.decided_by': 'null',
  'override_templates.state': `'draft'`,
  'overrides.state': `'ended'`,
  'rendition_jobs.state': `'cancelled'`,
  'rendition_jobs.claimed_by': 'null',
  'separation_rules.by': `'category'`,
  'separation_rules.value': `'psa'`,
  'uploads.state': `'receiving'`,
  'uploads.asset_id': 'null',
  'uploads.refusal': 'null',
  'tallies.replaces_id': 'null',
  'tallies.reason': 'null',
};

interface Column {
  readonly name: string;
  readonly type: string;
  /** The column that it refers to, as `table.column`. */
  readonly refersTo: string | null;
}

/** Puts one row into each table that has none, so that a release is remembered with all its tables. Names them. */
export async function fillEmptyTables(sql: Sql): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and not relispartition order by 1`;
  const filled: string[] = [];
  let waiting = tables.map(({ name }) => name);
  while (waiting.length > 0) {
    const later: string[] = [];
    for (const name of waiting) {
      const [any] = await sql`select 1 from ${sql(name)} limit 1`;
      if (any) continue;
      if (await fillOne(sql, name)) filled.push(name);
      else later.push(name);
    }
    if (later.length === waiting.length) throw new Error(`No row fits into ${later.join(', ')}.`);
    waiting = later;
  }
  return filled;
}

/** False while a table that it refers to is empty. */
async function fillOne(sql: Sql, table: string): Promise<boolean> {
  const columns = await columnsOf(sql, table);
  const values: string[] = [];
  for (const { name, type, refersTo } of columns) {
    const meant = MEANT[`${table}.${name}`];
    const [target = '', key = ''] = refersTo?.split('.') ?? [];
    if (meant !== undefined) values.push(meant);
    else if (refersTo === null || target === table)
      values.push(target === table ? 'null' : valueFor(name, type));
    else {
      const [row] = await sql<{ value: string }[]>`
        select quote_literal(${sql(key)}::text) as value from ${sql(target)} order by 1 limit 1`;
      if (!row) return false;
      values.push(row.value);
    }
  }
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  await sql.unsafe(`insert into "${table}" (${names}) overriding system value values (${values.join(', ')})`);
  return true;
}

async function columnsOf(sql: Sql, table: string): Promise<Column[]> {
  return sql<Column[]>`
    select a.attname as name, format_type(a.atttypid, null) as type,
      (select c.confrelid::regclass || '.' || f.attname from pg_constraint c
        join pg_attribute f on f.attrelid = c.confrelid and f.attnum = c.confkey[array_position(c.conkey, a.attnum)]
        where c.contype = 'f' and c.conrelid = a.attrelid and a.attnum = any (c.conkey) limit 1) as "refersTo"
    from pg_attribute a
    where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped
      and a.attidentity = '' and a.attgenerated = '' order by a.attnum`;
}

function valueFor(name: string, type: string): string {
  if (name.endsWith('sha256')) return `'${'0'.repeat(64)}'`;
  if (type === 'boolean') return 'false';
  if (type === 'text') return `'kept from an older release'`;
  if (type === 'jsonb') return `'{"kept": true}'`;
  if (type === 'date') return `'2026-11-30'`;
  if (type.startsWith('timestamp')) return `'2026-11-30T00:00:00Z'`;
  if (type === 'int8multirange') return `'{[1,5)}'`;
  if (type === 'text[]') return `'{kept}'`;
  if (type.endsWith('[]')) return `'{1}'`;
  return '1';
}
