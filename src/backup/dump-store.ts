import type { Sql, TransactionSql } from 'postgres';
import { namedFiles } from '../catalogue/media-check-store.ts';
import { APPLICATION_NAME } from '../db/connect.ts';
import { COPY_LOCK } from '../plays/play-months-store.ts';
import type { Backup, BackupTable } from './backup.ts';

/** Not kept: whoever restores an old backup must not bring ended sessions back to life. */
export const LEFT_OUT: readonly string[] = ['staff_sessions', 'staff_verifications'];

/** Months of plays on their way out of the database and back; what `archiving` holds is still to be counted as plays. */
const ON_THE_WAY = '^(archiving|restoring)_[0-9]{4}_[0-9]{2}$';
const LEAVING = '^archiving_[0-9]{4}_[0-9]{2}$';

/** A table before its rows were read. */
export type TableShape = Pick<BackupTable, 'name' | 'columns' | 'parts'>;

/** One moment of a database: whatever others write meanwhile is not seen. */
export interface Snapshot {
  /** The newest migration, as milliseconds since 1970; null when this is no database of ours. */
  schema(): Promise<number | null>;
  tables(): Promise<readonly TableShape[]>;
  /** The rows of a table, each as one line of JSON, some at a time and in no certain order. */
  lines(table: TableShape): AsyncIterable<readonly string[]>;
  sequences(): Promise<
    readonly { readonly name: string; readonly last: number; readonly isCalled: boolean }[]
  >;
  /** Every media file that must be there. */
  media(): Promise<readonly string[]>;
  /** Every file of evidence, by its hash. */
  evidence(): Promise<readonly string[]>;
  /** The files of all months in the archive. */
  archive(): Promise<Backup['archive']>;
}

/**
 * Lets `look` see one moment of the database. No month of plays goes into the archive or comes back meanwhile: its table
 * would be in neither place. `sql` has one connection, which holds the lock before the moment is chosen.
 */
export async function withSnapshot<T>(sql: Sql, look: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  await sql`select pg_advisory_lock(${COPY_LOCK})`;
  try {
    return (await sql.begin('isolation level repeatable read read only', async (tx) => {
      await plainTexts(tx);
      return look(snapshotOf(tx));
    })) as T;
  } finally {
    // Where the connection was lost, the lock went with it.
    await sql`select pg_advisory_unlock(${COPY_LOCK})`.catch(() => {});
  }
}

/** Whether another process of this program has the database open now; of use on a PostgreSQL server only. */
export async function othersConnected(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ others: number }[]>`
    select count(*)::int as others from pg_stat_activity
    where application_name = ${APPLICATION_NAME} and datname = current_database() and pid <> pg_backend_pid()`;
  return (row?.others ?? 0) > 0;
}

/** Has both databases write the same value as the same text. */
export async function plainTexts(tx: TransactionSql): Promise<void> {
  await tx`set local timezone = 'UTC'`;
  await tx`set local extra_float_digits = 1`;
}

/** The rows of a table as lines, of whatever is read in this transaction. */
export async function* linesOf(tx: TransactionSql, { name, columns }: TableShape) {
  await tx`
    declare backup_rows no scroll cursor for
    select row_to_json(kept)::text as line from (select ${nameList(tx, columns)} from ${tx(name)}) as kept`;
  for (;;) {
    const rows = await tx<{ line: string }[]>`fetch 2000 from backup_rows`;
    if (rows.length === 0) break;
    yield rows.map(({ line }) => line);
  }
  await tx`close backup_rows`;
}

/** Names as PostgreSQL takes them; they come from its own catalogue, or through the schema of a backup. */
export function nameList(tx: TransactionSql, names: readonly string[]) {
  return tx.unsafe(names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', '));
}

/** The tables that a backup has, in the order of their names. */
export async function tableShapes(tx: TransactionSql): Promise<TableShape[]> {
  const tables = await tx<{ name: string; columns: string[] }[]>`
    select relname as name, array_agg(attname::text order by attnum) as columns
    from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname <> all(${[...LEFT_OUT]}::text[]) and relname !~ ${ON_THE_WAY}
      and attnum > 0 and not attisdropped and attgenerated = ''
    group by relname order by relname collate "C"`;
  const parts = await tx<{ parent: string; name: string; bounds: string }[]>`
    select parent.relname as parent, part.relname as name, pg_get_expr(part.relpartbound, part.oid) as bounds
    from pg_inherits join pg_class part on part.oid = inhrelid join pg_class parent on parent.oid = inhparent
    where part.relispartition and part.relkind in ('r', 'p') and parent.relnamespace = 'public'::regnamespace
    order by part.relname collate "C"`;
  return tables.map(({ name, columns }) => ({
    name,
    columns,
    parts: parts
      .filter(({ parent }) => parent === name)
      .map((part) => ({ name: part.name, bounds: part.bounds })),
  }));
}

/** A month whose way into the archive broke off, or is being written: its plays lie aside. */
interface LeavingMonth {
  readonly aside: string;
  /** The part that it was, and is again after a restore. */
  readonly part: TableShape['parts'][number];
}

async function leavingMonths(tx: TransactionSql): Promise<LeavingMonth[]> {
  const rows = await tx<{ aside: string; name: string; first: string; next: string }[]>`
    select relname as aside, replace(relname, 'archiving', 'plays') as name, first::date::text as first,
      (first + interval '1 month')::date::text as next
    from pg_class, lateral (select to_date(right(relname, 7), 'YYYY_MM')::timestamp as first) as month
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relname ~ ${LEAVING}
    order by 1`;
  return rows.map(({ aside, name, first, next }) => ({
    aside,
    part: { name, bounds: `FOR VALUES FROM ('${first} 00:00:00+00') TO ('${next} 00:00:00+00')` },
  }));
}

/** Plays that came late may have made the month anew beside what lies aside. */
function withMonths(parts: TableShape['parts'], leaving: readonly LeavingMonth[]): TableShape['parts'] {
  const more = leaving
    .map(({ part }) => part)
    .filter(({ name }) => parts.every((part) => part.name !== name));
  return [...parts, ...more].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether there is a table of that name, with its schema; a database of an older version lacks some. */
export async function hasTable(tx: TransactionSql, name: string): Promise<boolean> {
  const [row] = await tx<{ known: boolean }[]>`select to_regclass(${name}) is not null as known`;
  return row?.known === true;
}

function snapshotOf(tx: TransactionSql): Snapshot {
  return {
    async schema() {
      if (!(await hasTable(tx, 'drizzle.__drizzle_migrations'))) return null;
      const [row] = await tx<{ newest: number | null }[]>`
        select max(created_at)::float8 as newest from drizzle.__drizzle_migrations`;
      return row?.newest ?? null;
    },
    async tables() {
      const leaving = await leavingMonths(tx);
      return (await tableShapes(tx)).map((table) =>
        table.name === 'plays' ? { ...table, parts: withMonths(table.parts, leaving) } : table,
      );
    },
    async *lines(table) {
      yield* linesOf(tx, table);
      if (table.name !== 'plays') return;
      for (const { aside } of await leavingMonths(tx)) yield* linesOf(tx, { ...table, name: aside });
    },
    async sequences() {
      const names = await tx<{ name: string }[]>`
        select sequencename as name from pg_sequences where schemaname = 'public' order by sequencename collate "C"`;
      const found = [];
      for (const { name } of names) {
        const [row] = await tx<{ last: number; isCalled: boolean }[]>`
          select last_value::float8 as last, is_called as "isCalled" from ${tx(name)}`;
        if (row) found.push({ name, ...row });
      }
      return found;
    },
    media: async () => (await namedFiles(tx).wanted()).map(({ sha256 }) => sha256).toSorted(),
    async evidence() {
      if (!(await hasTable(tx, 'public.evidence_files'))) return [];
      const rows = await tx<{ sha256: string }[]>`select sha256 from evidence_files order by sha256`;
      return rows.map(({ sha256 }) => sha256);
    },
    async archive() {
      if (!(await hasTable(tx, 'public.archived_months'))) return [];
      const rows = await tx<Backup['archive']>`
        select file_name as "fileName", sha256 from archived_months order by month`;
      return [...rows];
    },
  };
}
