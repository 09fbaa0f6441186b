import type { Sql, TransactionSql } from 'postgres';
import type { EpochMs } from '../base/units.ts';
import { monthStart } from './ingest.ts';

/** The tables that hold the plays of one UTC month each, named for example `plays_2027_02`. */
export interface PlayMonths {
  /** Makes sure that the months of all these instants have a table. Costs nothing for those already known. */
  ensure(instants: readonly EpochMs[]): Promise<void>;
  /** Forgets which months were found, after one of them proved to be gone. */
  forget(): void;
}

/** Held by whoever makes, takes out or puts back a month. Any number that no other lock of this program has. */
export const MONTHS_LOCK = 0x6d6f6e74;

/**
 * Held while the database is copied, and by whoever takes months out or puts them back; before {@link MONTHS_LOCK}, so
 * that plays that come in never wait for a copy.
 */
export const COPY_LOCK = 0x636f7079;

/** Remembers which months have a table, and makes those that are missing. */
export function playMonths(sql: Sql): PlayMonths {
  const known = new Set<EpochMs>();
  return {
    async ensure(instants) {
      const missing = new Set(instants.map((at) => monthStart(at)).filter((month) => !known.has(month)));
      for (const month of missing) {
        await makeMonth(sql, month);
        known.add(month);
      }
    },
    forget: () => known.clear(),
  };
}

/** Makes the tables of all months that [from, to] touches; for the start and for a daily job. */
export async function ensurePlayMonths(months: PlayMonths, from: EpochMs, to: EpochMs): Promise<void> {
  const wanted: EpochMs[] = [];
  for (let month = monthStart(from); month <= to; month = monthStart(month, 1)) wanted.push(month);
  await months.ensure(wanted);
}

/**
 * Notes in the index over the times of plays where plays that came lately lie, and gives how many stretches of the table
 * it noted. Until then a look for an hour reads all of them; vacuuming does the same, but only once a fifth is new.
 */
export async function noteTimes(sql: Sql): Promise<number> {
  const [row] = await sql<{ noted: number }[]>`
    select coalesce(sum(brin_summarize_new_values(inhrelid)), 0)::int as noted
    from pg_inherits where inhparent = 'plays_by_time'::regclass`;
  return row?.noted ?? 0;
}

async function makeMonth(sql: Sql, month: EpochMs): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${MONTHS_LOCK})`;
    await attachMonth(tx, month);
  });
}

/** The table of the UTC month that starts at `month`, for example `plays_2027_02`. */
export function monthName(month: EpochMs): string {
  const from = new Date(month).toISOString();
  return `plays_${from.slice(0, 4)}_${from.slice(5, 7)}`;
}

/**
 * Makes the month's table unless it is there; to be called under {@link MONTHS_LOCK}. A table of its own that
 * is then attached: unlike CREATE … PARTITION OF this waits for no reader of plays, and so never makes ingest
 * wait behind a long report.
 */
export async function attachMonth(tx: TransactionSql, month: EpochMs): Promise<void> {
  const from = new Date(month).toISOString();
  const to = new Date(monthStart(month, 1)).toISOString();
  const name = monthName(month);
  const [found] = await tx<{ attached: boolean }[]>`
    select exists (
      select from pg_inherits where inhparent = 'plays'::regclass and inhrelid = to_regclass(${name})
    ) as attached`;
  if (found?.attached === true) return;
  await tx.unsafe(`create table if not exists ${name} (like plays including defaults)`);
  await tx.unsafe(`alter table plays attach partition ${name} for values from ('${from}') to ('${to}')`);
}
