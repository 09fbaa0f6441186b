import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../base/refusal.ts';
import type { EpochMs } from '../base/units.ts';
import { MIGRATIONS_FOLDER } from './migrate.ts';

/**
 * Lets `use` have a folder of the migrations that a database had whose newest was made at `newest`.
 * @throws Refusal config.invalid when this program does not know that migration
 */
export async function withMigrationsUpTo<T>(
  newest: EpochMs,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const journal = await readJournal();
  if (!journal.entries.some(({ when }) => when === newest)) {
    throw new Refusal('config.invalid', {
      en: 'This comes from a version that this program does not know. Use that version or a newer one.',
      zh: '该备份来自本程序不认识的版本，请使用同一版本或更新的版本。',
    });
  }
  const entries = journal.entries.filter(({ when }) => when <= newest);
  const folder = await mkdtemp(join(tmpdir(), 'beacon-migrations-'));
  try {
    await mkdir(join(folder, 'meta'));
    await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify({ ...journal, entries }));
    for (const { tag } of entries)
      await cp(join(MIGRATIONS_FOLDER, `${tag}.sql`), join(folder, `${tag}.sql`));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The columns of each table that a database has whose newest migration was made at `newest`, in no certain order; null
 * when this program does not know that migration.
 */
export async function columnsAt(newest: EpochMs): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const entry = (await readJournal()).entries.find(({ when }) => when === newest);
  if (!entry) return null;
  const path = join(MIGRATIONS_FOLDER, 'meta', `${entry.tag.slice(0, 4)}_snapshot.json`);
  const { tables }: { tables: Record<string, { name: string; columns: Record<string, unknown> }> } =
    JSON.parse(await readFile(path, 'utf8'));
  return new Map(Object.values(tables).map(({ name, columns }) => [name, Object.keys(columns)]));
}

interface Journal {
  readonly entries: readonly { readonly when: EpochMs; readonly tag: string }[];
}

async function readJournal(): Promise<Journal> {
  return JSON.parse(await readFile(join(MIGRATIONS_FOLDER, 'meta', '_journal.json'), 'utf8'));
}
