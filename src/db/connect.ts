import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import postgres, { type Options, type PostgresType, type Sql } from 'postgres';
import { Refusal } from '../base/refusal.ts';
import { type Bell, localBell, postgresBell } from './bell.ts';
import { makeDataFolder, requireDatabaseIn } from './data-folder.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { HANG_LIMITS, type HangLimits, type HangWatch, hangError, watchForHangs } from './hang-watch.ts';
import { bringUpToDate, MIGRATIONS_FOLDER } from './migrate.ts';
import { PatientSocket } from './patient-socket.ts';

/** Typed access to the tables: the database itself and a transaction of it are both this. */
export type Db = PgDatabase<PostgresJsQueryResultHKT>;

/** An open database. */
export interface Database {
  /** For queries written with drizzle; transactions by `db.transaction`. */
  readonly db: Db;
  /** For SQL written by hand; its own connections, since drizzle changes how its client writes dates. */
  readonly sql: Sql;
  /** A PostgreSQL server that others may share, or the embedded default that belongs to this process. */
  readonly kind: 'postgres' | 'embedded';
  /** Tells what changed. */
  readonly bell: Bell;
  /** The process of the embedded engine, for tests and for the status page. */
  readonly enginePid: number | undefined;
  /** Waits for running queries (5 s at most), then closes everything. Safe to call twice. */
  close(): Promise<void>;
}

/** Which database to open, and how many connections each of its two clients may hold (10; embedded 4). */
export type DatabaseOptions = (
  | { readonly url: string }
  /** `mustExist`: refuses where no database lies in the folder, instead of making one. */
  | { readonly dataDir: string; readonly mustExist?: boolean }
) & {
  readonly connections?: number;
  /** Another folder of migrations, for tests of the opening itself. */
  readonly migrations?: string;
  /** When a PostgreSQL server counts as hung; tests do not wait for the real time. */
  readonly hangLimits?: HangLimits;
};

/** How a PostgreSQL server names our connections. */
export const APPLICATION_NAME = 'beacon-tower';
/** The oldest PostgreSQL that the schema is written for, as `server_version_num`. */
const OLDEST = 150_000;
/** How long a client waits for running queries when it closes. */
export const CLOSE_WAIT_S = 5;

/**
 * Opens the database and brings its schema up to date: a PostgreSQL server by its URL, or the embedded
 * default in a data folder.
 * @throws Refusal `database.inUse` when another process has the data folder open; `config.invalid` when the
 * server does not answer, is older than PostgreSQL 15, or the database is newer than this program.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return 'url' in options ? openServer(options) : openFolder(options);
}

type ClientOptions = Options<Record<string, PostgresType>>;

/**
 * A client of a PostgreSQL server that holds at most `max` connections, for work that may take its time: migrations,
 * backup, restore.
 */
export function serverClient(url: string, max: number, watch?: Pick<HangWatch, 'isHung' | 'track'>): Sql {
  return postgres(url, {
    max,
    onnotice: () => {},
    // Seconds until a lost connection is made again; the driver's own grow to twenty.
    backoff: (retries: number) => (watch?.isHung() ? HUNG_BACKOFF_S : Math.min(0.05 * 2 ** retries, 1)),
    connection: {
      application_name: APPLICATION_NAME,
      // One processor for each query: players, and whoever else asks, need the others.
      max_parallel_workers_per_gather: 0,
      ...LINE_LIMITS,
      ...(watch !== undefined && SERVING_LIMITS),
    },
    ...patience(url, watch),
  } satisfies ClientOptions);
}

/** Whoever waits is refused one after the other, each by a connection that is not even tried. */
const HUNG_BACKOFF_S = 0.005;
/** What PostgreSQL does about a client that vanished without a word, which would hold its locks for two hours: 25 s. */
const LINE_LIMITS = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 };
/** The longest statement of a server, in ms. None is known that takes a tenth of it, on ten million plays. */
const SERVING_LIMITS = { statement_timeout: 600_000 };

/** A client of an embedded engine, by sockets that `connect` gives. */
export function folderClient(connect: () => Promise<Socket>, max: number): Sql {
  // `socket` is an option of the driver that its types leave out: a function that gives a connected socket.
  const settings = {
    host: 'embedded',
    user: 'postgres',
    database: 'postgres',
    onnotice: () => {},
    socket: connect,
  };
  return postgres({ ...settings, max, backoff: () => 0.1 } satisfies ClientOptions);
}

async function openServer(options: DatabaseOptions & { url: string }): Promise<Database> {
  const where = serverName(options.url);
  const first = serverClient(options.url, 1);
  try {
    await requireVersion(first, where);
    await bringUpToDate(first, { shared: true, folder: options.migrations ?? MIGRATIONS_FOLDER });
  } finally {
    await first.end({ timeout: CLOSE_WAIT_S });
  }
  const watch = watchForHangs((track) => {
    const asking = serverClient(options.url, 1, { isHung: () => false, track });
    knowsTypes(asking);
    return asking;
  }, options.hangLimits ?? HANG_LIMITS);
  const tables = serverClient(options.url, options.connections ?? 10, watch);
  const sql = serverClient(options.url, options.connections ?? 10, watch);
  const engine = { pid: undefined, close: () => watch.stop() };
  const opened = database('postgres', tables, sql, await postgresBell(sql), engine);
  for (const client of [tables, sql]) {
    await client`select 1`;
    knowsTypes(client);
  }
  return opened;
}

/**
 * The driver asks for the types of arrays on every connection, and ends the process when that one is lost while it asks
 * (postgres.js 3.4.9 leaves the rejection to nobody). One connection has asked, the client knows.
 */
function knowsTypes(client: Sql): void {
  Object.assign(client.options, { fetch_types: false });
}

async function openFolder(
  options: DatabaseOptions & { dataDir: string; mustExist?: boolean },
): Promise<Database> {
  if (options.mustExist) requireDatabaseIn(options.dataDir);
  makeDataFolder(options.dataDir);
  const embedded = await startEmbedded(options.dataDir);
  const client = (max: number): Sql => folderClient(() => embedded.connect(), max);
  const first = client(1);
  try {
    await bringUpToDate(first, { shared: false, folder: options.migrations ?? MIGRATIONS_FOLDER });
  } catch (error) {
    await first.end({ timeout: CLOSE_WAIT_S });
    await embedded.close();
    throw error;
  }
  await first.end({ timeout: CLOSE_WAIT_S });
  const tables = client(options.connections ?? 4);
  const sql = client(options.connections ?? 4);
  return database('embedded', tables, sql, localBell(), embedded);
}

function database(
  kind: Database['kind'],
  tables: Sql,
  sql: Sql,
  bell: Bell,
  engine: Pick<Embedded, 'pid' | 'close'>,
): Database {
  let closing: Promise<void> | undefined;
  return {
    db: drizzle(tables, { casing: 'snake_case' }),
    sql,
    kind,
    bell,
    get enginePid() {
      return engine.pid;
    },
    close() {
      closing ??= (async () => {
        await bell.close();
        await Promise.all([tables.end({ timeout: CLOSE_WAIT_S }), sql.end({ timeout: CLOSE_WAIT_S })]);
        await engine.close();
      })();
      return closing;
    },
  };
}

async function requireVersion(sql: Sql, where: string): Promise<void> {
  let version: number;
  try {
    const [row] = await sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int as version`;
    version = row?.version ?? 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal('config.invalid', {
      en: `The PostgreSQL server ${where} does not let us in: ${reason}`,
      zh: `无法登录 PostgreSQL 服务器 ${where}：${reason}`,
    });
  }
  if (version < OLDEST) {
    throw new Refusal('config.invalid', {
      en: `The PostgreSQL server ${where} is version ${Math.floor(version / 10_000)}; version 15 or newer is needed.`,
      zh: `PostgreSQL 服务器 ${where} 的版本是 ${Math.floor(version / 10_000)}，需要 15 或更新的版本。`,
    });
  }
}

/**
 * The patient socket, where the driver lets us choose one: a single host over plain TCP. Over TLS, through a
 * socket file or with several hosts the driver makes its own.
 */
function patience(
  url: string,
  watch?: Pick<HangWatch, 'isHung' | 'track'>,
): { socket?: () => Promise<PatientSocket> } {
  const { hostname, port, searchParams } = new URL(url);
  const encrypted = ['ssl', 'sslmode', 'host'].some((name) => searchParams.has(name));
  if (encrypted || hostname === '' || hostname.includes('%2F') || hostname.includes(',')) return {};
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    socket: async () => {
      if (watch?.isHung()) return PatientSocket.stillborn(hangError());
      const socket = new PatientSocket();
      watch?.track(socket);
      socket.connect(port === '' ? 5432 : Number(port), bare);
      try {
        await once(socket, 'connect');
        return socket;
      } catch (error) {
        // The driver learns of failures from the socket's events: a rejection would lose it the connection.
        return PatientSocket.stillborn(error);
      }
    },
  };
}

/** The server without the password that its URL may hold. */
function serverName(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    throw new Refusal('config.invalid', {
      en: 'DATABASE_URL is not a URL such as postgres://user:password@host:5432/name.',
      zh: 'DATABASE_URL 不是 postgres://user:password@host:5432/name 这样的地址。',
    });
  }
}
