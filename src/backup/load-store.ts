import type { Sql, TransactionSql } from 'postgres';
import type { EpochMs } from '../base/units.ts';
import type { Backup, BackupTable } from './backup.ts';
import { linesOf, nameList, plainTexts, tableShapes } from './dump-store.ts';
import { liftNumbers } from './lift-store.ts';

/** Filled by the migrations themselves; a backup brings its own rows of them. */
const LOOKED_AT = ['staff', 'endpoints', 'assets', 'plays', 'audit_log'] as const;

/** An empty database of the backup's schema, in the transaction that fills it. */
export interface Loading {
  /** Takes away what the migrations put in. */
  clear(): Promise<void>;
  makeParts(table: BackupTable): Promise<void>;
  /** Adds rows, each a line of JSON. */
  add(table: BackupTable, lines: readonly string[]): Promise<void>;
  setSequences(sequences: Backup['sequences']): Promise<void>;
  /** Lifts what players remember past all that was given out between the backup and `at`. */
  liftNumbers(backup: Pick<Backup, 'madeAt' | 'sequences'>, at: EpochMs): Promise<void>;
  /** The rows that are there now, as lines. */
  lines(table: BackupTable): AsyncIterable<readonly string[]>;
  /** Tables and columns that the database has. */
  shapes(): ReturnType<typeof tableShapes>;
}

/** Whether nobody has worked in this database yet. */
export async function isUntouched(sql: Sql): Promise<boolean> {
  for (const table of LOOKED_AT) {
    const [row] = await sql`select 1 from ${sql(table)} limit 1`;
    if (row) return false;
  }
  return true;
}

/**
 * Lets `fill` fill the database in one transaction, without triggers and foreign keys; both are back at its end, and the
 * keys are checked for every row then. Whatever goes wrong, the database stays as it was.
 */
export function withLoading<T>(sql: Sql, fill: (loading: Loading) => Promise<T>): Promise<T> {
  return sql.begin(async (tx) => {
    await plainTexts(tx);
    const tables = (await tableShapes(tx)).map(({ name }) => name);
    const keys = await tx<{ table: string; name: string; definition: string }[]>`
      select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as definition
      from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0`;
    for (const { table, name } of keys) await tx`alter table ${tx(table)} drop constraint ${tx(name)}`;
    for (const name of tables) await tx`alter table ${tx(name)} disable trigger user`;
    const outcome = await fill(loadingOf(tx, tables));
    for (const name of tables) await tx`alter table ${tx(name)} enable trigger user`;
    // The words of the constraint are this database's own, read a moment ago.
    for (const { table, name, definition } of keys)
      await tx`alter table ${tx(table)} add constraint ${tx(name)} ${tx.unsafe(definition)}`;
    return outcome;
  }) as Promise<T>;
}

function loadingOf(tx: TransactionSql, tables: readonly string[]): Loading {
  return {
    async clear() {
      await tx`truncate ${nameList(tx, tables)}`;
    },
    async makeParts({ name, parts }) {
      const there = (await tableShapes(tx)).find((shape) => shape.name === name)?.parts ?? [];
      for (const { name: part, bounds } of parts) {
        if (there.some((one) => one.name === part)) continue;
        // The bounds were read by a schema that lets only two dates through.
        await tx`create table ${tx(part)} partition of ${tx(name)} ${tx.unsafe(bounds)}`;
      }
    },
    async add({ name, columns }, lines) {
      await tx`
        insert into ${tx(name)} (${nameList(tx, columns)}) overriding system value
        select ${nameList(tx, columns)} from json_populate_recordset(null::${tx(name)}, ${`[${lines.join(',')}]`}::text::json)`;
    },
    async setSequences(sequences) {
      for (const { name, last, isCalled } of sequences)
        await tx`select setval(${`public.${name}`}::regclass, ${last}, ${isCalled})`;
    },
    liftNumbers: (backup, at) => liftNumbers(tx, backup, at),
    lines: (table) => linesOf(tx, table),
    shapes: () => tableShapes(tx),
  };
}
