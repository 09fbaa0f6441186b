import { Refusal } from '../base/refusal.ts';
import type { Clock, EpochMs } from '../base/units.ts';
import { BACKUP_FORM, type Backup, type BackupTable, type Content, contentSum } from './backup.ts';
import { type BackupDraft, draftBackup, putBack, readBackup, tableLines } from './backup-files.ts';
import { fillNew, lookAt, oddTables, type Place } from './database-copy-store.ts';
import type { TableShape } from './dump-store.ts';
import { filesOfHome, type Home, putArchiveBack, shareArchive } from './home-files.ts';
import type { Loading } from './load-store.ts';

/** Hears of each table that is done. */
export type OnTable = (table: { readonly name: string; readonly rows: number }) => void;

/** What a backup is made of, beside the database. */
export interface BackupWish {
  readonly place: Place;
  /** The folder to make. */
  readonly folder: string;
  readonly version: string;
  readonly now: Clock;
  /** Where the server's files lie; without it the database alone is kept. */
  readonly home?: Home | undefined;
  /** Whether nobody else may have the database open. */
  readonly isQuiet: boolean;
  readonly onTable?: OnTable;
}

/** A backup that was made or restored. */
export interface Done extends Backup {
  /** Evidence and archived months that the database names and that were found nowhere, by their paths in a data folder. */
  readonly missing: readonly string[];
}

/**
 * Writes one moment of a database into a folder, also while a server works on it; what others commit meanwhile is not in
 * it. The folder has its name only once it is whole and on the disk.
 * @throws Refusal config.invalid, also where the copy could not be restored; database.inUse
 */
export async function makeBackup(wish: BackupWish): Promise<Done> {
  const { place, folder, version, now, home, isQuiet, onTable } = wish;
  const draft = await draftBackup(folder);
  try {
    const { evidence, ...list } = await lookAt(place, { isQuiet }, async (snapshot) => {
      const schema = await snapshot.schema();
      if (schema === null) {
        throw new Refusal('config.invalid', {
          en: 'This database is not one of Beacon Tower.',
          zh: '该数据库不是烽火台的数据库。',
        });
      }
      const madeAt = new Date(now()).toISOString();
      const tables: BackupTable[] = [];
      const shapes = await snapshot.tables();
      await requireKnownShapes(schema, shapes);
      for (const shape of shapes) {
        const content = await written(draft, shape.name, snapshot.lines(shape));
        tables.push({ ...shape, ...content });
        onTable?.({ name: shape.name, rows: content.rows });
      }
      const kind = 'url' in place ? ('postgres' as const) : ('embedded' as const);
      return {
        ...{ version, madeAt, kind, schema, tables },
        sequences: [...(await snapshot.sequences())],
        media: [...(await snapshot.media())],
        archive: await snapshot.archive(),
        evidence: await snapshot.evidence(),
      };
    });
    // After the look, and by the names in it: what came meanwhile is not of it, and what it names was written before.
    const files = home ? await filesOfHome(home, evidence) : { there: [], missing: [] };
    await draft.takeAlong(files.there);
    const missing = home ? await shareArchive(folder, home.dataDir, list.archive) : [];
    return {
      ...(await draft.finish({ form: BACKUP_FORM, ...list })),
      missing: [...files.missing, ...missing],
    };
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/**
 * Fills an empty database from a backup, by the schema that it had, reads every row again and compares, then brings the
 * schema up to date. Files are put where `placeOf` says.
 * @throws Refusal config.invalid when the backup is damaged or the target not empty; then the target stays as it was
 */
export async function restoreBackup(wish: {
  readonly folder: string;
  readonly place: Place;
  readonly placeOf: (path: string) => string;
  /**
   * Now, where a server ran on after the backup and its players know more than the backup does: numbers are lifted so that
   * they believe what comes next. Left out, the copy is exact.
   */
  readonly liftAt?: EpochMs;
  readonly onTable?: OnTable;
}): Promise<Done> {
  const { folder, place, placeOf, liftAt, onTable } = wish;
  const backup = await readBackup(folder);
  await putBack(folder, backup.files, placeOf);
  const missing = await putArchiveBack(folder, backup.archive, placeOf);
  await fillNew(place, backup.schema, async (loading) => {
    await requireSameShapes(loading, backup.tables);
    await loading.clear();
    for (const table of backup.tables) {
      await loading.makeParts(table);
      for await (const lines of tableLines(folder, table.name)) await loading.add(table, lines);
      requireSame(table, await summed(loading.lines(table)));
      onTable?.({ name: table.name, rows: table.rows });
    }
    await loading.setSequences(backup.sequences);
    if (liftAt !== undefined) await loading.liftNumbers(backup, liftAt);
  });
  return { ...backup, missing };
}

async function written(
  draft: BackupDraft,
  name: string,
  lines: AsyncIterable<readonly string[]>,
): Promise<Content> {
  const sum = contentSum();
  const counted = async function* () {
    for await (const some of lines) {
      for (const line of some) sum.add(line);
      yield some;
    }
  };
  await draft.writeTable(name, counted());
  return sum.content();
}

async function summed(lines: AsyncIterable<readonly string[]>): Promise<Content> {
  const sum = contentSum();
  for await (const some of lines) for (const line of some) sum.add(line);
  return sum.content();
}

/** A copy of other tables than those of its schema could never be restored: better no copy, and a word. */
async function requireKnownShapes(schema: EpochMs, shapes: readonly TableShape[]): Promise<void> {
  const odd = (await oddTables(schema, shapes)).join(', ');
  if (odd === '') return;
  throw new Refusal('config.invalid', {
    en: `This database does not have the tables of its version (${odd}): a copy of it could not be restored. Nothing was kept.`,
    zh: `该数据库的数据表与其版本不符（${odd}），其备份将无法恢复，因此未保存备份。`,
  });
}

async function requireSameShapes(loading: Loading, tables: readonly BackupTable[]): Promise<void> {
  const shapes = await loading.shapes();
  const words = (list: readonly Pick<BackupTable, 'name' | 'columns'>[]) =>
    list.map(({ name, columns }) => `${name}(${columns.join(',')})`).join('\n');
  if (words(shapes) === words(tables)) return;
  throw new Refusal('config.invalid', {
    en: 'The tables of the backup are not those of its version.',
    zh: '备份中的数据表与其版本不符。',
  });
}

function requireSame(table: BackupTable, found: Content): void {
  if (found.rows === table.rows && found.digest === table.digest) return;
  throw new Refusal('config.invalid', {
    en: `${table.name}: ${found.rows} rows came back of ${table.rows}, or not the same ones. Nothing was changed.`,
    zh: `数据表 ${table.name}：备份有 ${table.rows} 行，恢复后为 ${found.rows} 行或内容不一致。未作任何更改。`,
  });
}
