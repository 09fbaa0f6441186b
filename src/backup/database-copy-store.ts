import { Refusal } from '../base/refusal.ts';
import type { EpochMs } from '../base/units.ts';
import { type DatabaseOptions, openDatabase } from '../db/connect.ts';
import { columnsAt, withMigrationsUpTo } from '../db/older-schema.ts';
import { openPlain } from '../db/open-plain.ts';
import { LEFT_OUT, othersConnected, type Snapshot, type TableShape, withSnapshot } from './dump-store.ts';
import { isUntouched, type Loading, withLoading } from './load-store.ts';

/** Which database a copy is of, or goes to. */
export type Place = DatabaseOptions;

/**
 * Lets `look` see one moment of a database, as it is and without a migration.
 * `isQuiet`: nobody else may have it open, since what is written after the moment would be lost.
 * @throws Refusal database.inUse, config.invalid
 */
export async function lookAt<T>(
  place: Place,
  { isQuiet }: { readonly isQuiet: boolean },
  look: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const database = await openPlain(place, { beside: !isQuiet });
  try {
    if (isQuiet && 'url' in place && (await othersConnected(database.sql))) {
      throw new Refusal('database.inUse', {
        en: 'A server is running on this database. Stop it first: what it writes from now on would be lost.',
        zh: '仍有服务器在使用该数据库。请先停止，否则此后写入的数据会丢失。',
      });
    }
    return await withSnapshot(database.sql, look);
  } finally {
    await database.close();
  }
}

/**
 * The tables that a database whose newest migration was made at `schema` has too many or lacks, or that have other columns;
 * none where this program does not know that migration.
 */
export async function oddTables(schema: EpochMs, shapes: readonly TableShape[]): Promise<string[]> {
  const known = await columnsAt(schema);
  if (known === null) return [];
  const wordsOf = (columns: readonly string[] | undefined) => columns?.toSorted().join(',');
  const there = new Map(shapes.map(({ name, columns }) => [name, columns]));
  return [...new Set([...known.keys(), ...there.keys()])]
    .filter((name) => !LEFT_OUT.includes(name) && wordsOf(known.get(name)) !== wordsOf(there.get(name)))
    .toSorted();
}

/**
 * Makes a database with the schema that it had at `schema`, lets `fill` fill it in one transaction, and brings it up to
 * date afterwards.
 * @throws Refusal config.invalid when somebody has worked in it already, or when the schema is not known
 */
export async function fillNew<T>(
  place: Place,
  schema: number,
  fill: (loading: Loading) => Promise<T>,
): Promise<T> {
  const outcome = await withMigrationsUpTo(schema, async (migrations) => {
    const database = await openDatabase({ ...place, migrations });
    try {
      if (!(await isUntouched(database.sql))) {
        throw new Refusal('config.invalid', {
          en: 'There is data in this database already. Restore into an empty one.',
          zh: '目标数据库中已有数据，请恢复到空数据库。',
        });
      }
      return await withLoading(database.sql, fill);
    } finally {
      await database.close();
    }
  });
  await (await openDatabase(place)).close();
  return outcome;
}
