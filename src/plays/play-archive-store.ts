import type { Sql, TransactionSql } from 'postgres';
import { Refusal } from '../base/refusal.ts';
import type { EpochMs } from '../base/units.ts';
import { attachMonth, COPY_LOCK, MONTHS_LOCK, monthName } from './play-months-store.ts';

/** The file of an archived month. */
export interface ArchiveFile {
  readonly plays: number;
  readonly fileName: string;
  readonly sha256: string;
}

/** Months on their way out of the database and back. A month is the instant at which it starts, in UTC. */
export interface PlayArchiveStore {
  /** The months whose plays lie in the database and are not archived, also one on its way out; the oldest first. */
  months(): Promise<EpochMs[]>;
  /** What the archive holds of a month; null when it is not there. */
  archived(month: EpochMs): Promise<ArchiveFile | null>;
  /**
   * Sets the plays of a month aside under another name, so that no late play finds its way into them.
   * Done before and broken off, it changes nothing.
   * @throws Refusal `request.invalid` when there are no plays of it; `config.invalid` when they lie in parts elsewhere
   */
  setAside(month: EpochMs): Promise<void>;
  /** The plays set aside, each as a line of CSV, some thousand at a time. */
  linesAside(month: EpochMs): AsyncGenerator<string[]>;
  /** How many plays are set aside. */
  countAside(month: EpochMs): Promise<number>;
  /** Drops the plays set aside and remembers their file. */
  dropAside(month: EpochMs, file: ArchiveFile, at: EpochMs): Promise<void>;
  /** Makes an empty table for plays that come back. */
  beginReturn(month: EpochMs): Promise<void>;
  /** Adds lines to it. */
  addLines(month: EpochMs, lines: readonly string[]): Promise<void>;
  /** Puts them beside the other plays of their month, which is then no longer archived. */
  endReturn(month: EpochMs): Promise<void>;
}

/** Pages of 8 kB that are read at once: some 50,000 plays. */
const PAGES = 500;

/** Opens the store. */
export function playArchiveStore(sql: Sql): PlayArchiveStore {
  const aside = (month: EpochMs) => monthName(month).replace('plays', 'archiving');
  const returning = (month: EpochMs) => monthName(month).replace('plays', 'restoring');
  const firstDay = (month: EpochMs) => new Date(month).toISOString().slice(0, 10);

  return {
    async months() {
      const rows = await sql<{ month: EpochMs }[]>`
        select distinct (extract(epoch from to_date(right(relname, 7), 'YYYY_MM')) * 1000)::float8 as month
        from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
          and relname ~ '^(plays|archiving)_[0-9]{4}_[0-9]{2}$'
          and to_date(right(relname, 7), 'YYYY_MM') not in (select month from archived_months)
        order by 1`;
      return rows.map(({ month }) => month);
    },

    async archived(month) {
      const [row] = await sql<ArchiveFile[]>`
        select plays::float8 as plays, file_name as "fileName", sha256 from archived_months
        where month = ${firstDay(month)}::text::date`;
      return row ?? null;
    },

    async setAside(month) {
      const table = monthName(month);
      await sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(${COPY_LOCK})`;
        await tx`select pg_advisory_xact_lock(${MONTHS_LOCK})`;
        const [found] = await tx<{ here: boolean; begun: boolean }[]>`
          select to_regclass(${table}) is not null as here, to_regclass(${aside(month)}) is not null as begun`;
        if (found?.begun === true) return;
        if (found?.here !== true) {
          throw new Refusal('request.invalid', {
            en: `There are no plays of ${firstDay(month).slice(0, 7)}.`,
            zh: `没有 ${firstDay(month).slice(0, 7)} 的播放记录。`,
          });
        }
        await refuseElsewhere(tx, table);
        await tx.unsafe(`alter table plays detach partition ${table}`);
        await tx.unsafe(`alter table ${table} rename to ${aside(month)}`);
      });
    },

    async *linesAside(month) {
      const table = aside(month);
      const [size] = await sql.unsafe<{ pages: number }[]>(
        `select (pg_relation_size('${table}') / current_setting('block_size')::int)::float8 as pages`,
      );
      const instant = (column: string) =>
        `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
      // By physical position: nobody writes to the table any more, and no index is needed.
      for (let page = 0; page < (size?.pages ?? 0); page += PAGES) {
        const rows = await sql.unsafe<{ line: string }[]>(
          `select concat_ws(',', player_id, epoch_no, seq, endpoint_id, asset_id, coalesce(booking_id::text, ''),
            coalesce(override_id::text, ''), ${instant('started_at')}, duration_ms, outcome,
            ${instant('received_at')}) as line
          from ${table} where ctid >= '(${page},0)'::tid and ctid < '(${page + PAGES},0)'::tid`,
        );
        yield rows.map(({ line }) => line);
      }
    },

    async countAside(month) {
      const [row] = await sql.unsafe<{ plays: number }[]>(
        `select count(*)::float8 as plays from ${aside(month)}`,
      );
      return row?.plays ?? 0;
    },

    async dropAside(month, { plays, fileName, sha256 }, at) {
      await sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(${COPY_LOCK})`;
        await tx`
          insert into archived_months (month, plays, file_name, sha256, archived_at)
          values (${firstDay(month)}::text::date, ${plays}, ${fileName}, ${sha256}, to_timestamp(${at}::float8 / 1000))`;
        await tx.unsafe(`drop table ${aside(month)}`);
      });
    },

    async beginReturn(month) {
      await sql.unsafe(`drop table if exists ${returning(month)}`);
      await sql.unsafe(`create table ${returning(month)} (like plays including defaults)`);
    },

    async addLines(month, lines) {
      await sql.unsafe(
        `insert into ${returning(month)} select c[1]::int, c[2]::int, c[3]::int8, c[4]::int, c[5]::int,
          nullif(c[6], '')::int, nullif(c[7], '')::int, c[8]::timestamptz, c[9]::int, c[10], c[11]::timestamptz
        from (select string_to_array(line, ',') as c from unnest($1::text[]) as line) as t`,
        [[...lines]],
      );
    },

    async endReturn(month) {
      await sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(${COPY_LOCK})`;
        await tx`select pg_advisory_xact_lock(${MONTHS_LOCK})`;
        await attachMonth(tx, month);
        await tx.unsafe(`insert into plays select * from ${returning(month)}`);
        await tx.unsafe(`drop table ${returning(month)}`);
        await tx`delete from archived_months where month = ${firstDay(month)}::text::date`;
      });
    },
  };
}

/** Plays are taken out by their place in one table: where that table is but a name for others, nothing would be found in it. */
async function refuseElsewhere(tx: TransactionSql, table: string): Promise<void> {
  const [lie] = await tx.unsafe<{ elsewhere: boolean }[]>(
    `select pg_relation_size('${table}') = 0 and exists (select from ${table}) as elsewhere`,
  );
  if (lie?.elsewhere === true) {
    throw new Refusal('config.invalid', {
      en: `The plays of ${table} lie in parts elsewhere, as on a distributed database: the archive cannot take them out.`,
      zh: `${table} 的播放记录分布存放在其他位置（分布式数据库），无法归档。`,
    });
  }
}
