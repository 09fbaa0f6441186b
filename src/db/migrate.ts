import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';
import { Refusal } from '../base/refusal.ts';

/** The committed migrations. */
export const MIGRATIONS_FOLDER: string = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** Any number will do that is the same in every server process; this one spells "beac". */
const MIGRATION_LOCK = 0x62656163;

/**
 * Brings the schema up to the newest migration; migrations only ever go forward. Of several servers that
 * start at once on one PostgreSQL, one migrates while the others wait. `sql` must be a client of a single
 * connection, and is not closed.
 * @throws Refusal `config.invalid` when the database is newer than this program.
 */
export async function bringUpToDate(
  sql: Sql,
  options: { readonly shared: boolean; readonly folder: string },
): Promise<void> {
  // The lock belongs to the session, hence the single connection. The embedded engine has one session for
  // everybody and one process for the folder: a lock there would guard nothing.
  if (options.shared) await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
  try {
    await refuseNewer(sql, options.folder);
    await migrate(drizzle(sql), { migrationsFolder: options.folder });
  } finally {
    if (options.shared) await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`;
  }
}

async function refuseNewer(sql: Sql, folder: string): Promise<void> {
  const [table] = await sql<{ known: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as known`;
  if (table?.known !== true) return;
  const [applied] = await sql<{ newest: number | null }[]>`
    select max(created_at)::float8 as newest from drizzle.__drizzle_migrations`;
  const journal: { entries: { when: number }[] } = JSON.parse(
    await readFile(`${folder}/meta/_journal.json`, 'utf8'),
  );
  const newest = Math.max(0, ...journal.entries.map(({ when }) => when));
  if ((applied?.newest ?? 0) > newest) {
    throw new Refusal('config.invalid', {
      en: 'The database was made by a newer version of this program. Start that version, or use another database.',
      zh: '数据库由更新版本的程序建立。请启动该版本，或使用其他数据库。',
    });
  }
}
