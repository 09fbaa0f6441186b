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
  const journal: { entries: { when: EpochMs; tag: string }[] } = JSON.parse(
    await readFile(join(MIGRATIONS_FOLDER, 'meta', '_journal.json'), 'utf8'),
  );
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
