import { Refusal } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import type { EpochMs } from '../base/units.ts';
import { monthStart } from './ingest.ts';
import { playArchiveFile } from './play-archive-files.ts';
import type { PlayArchiveStore } from './play-archive-store.ts';

/** A month in the archive. */
export interface ArchivedMonth {
  /** For example 2026-01, in UTC. */
  readonly month: string;
  readonly plays: number;
  readonly file: string;
}

/**
 * Takes the plays of a UTC month out of the database into `plays-2026-01.csv.gz`, reads the file back, and
 * only then drops them. Sums and reports stay as they are; late plays of the month are still counted. Begun
 * and broken off, it goes on where it was. The present month and the one before stay.
 * @throws Refusal `request.invalid` when the month is too young, not there, or in the archive already
 */
export async function archiveMonth(
  store: PlayArchiveStore,
  month: string,
  folder: string,
  now: EpochMs,
): Promise<ArchivedMonth> {
  const start = startOf(month);
  if (start >= monthStart(now, -1))
    throw refused({
      en: `${month} is too young: plays of it may still come in.`,
      zh: `${month} 距今太近，仍可能有播放记录补报，暂不能归档。`,
    });
  if ((await store.archived(start)) !== null)
    throw refused({ en: `${month} is in the archive already.`, zh: `${month} 已经归档。` });
  await store.setAside(start);
  const fileName = `plays-${month}.csv.gz`;
  const file = await playArchiveFile(folder, fileName);
  await file.write(store.linesAside(start));
  const { lines, sha256 } = await file.check();
  const plays = await store.countAside(start);
  if (lines !== plays) throw new Error(`the file holds ${lines} of ${plays} plays`);
  await file.keep();
  await store.dropAside(start, { plays, fileName, sha256 }, now);
  return { month, plays, file: file.path };
}

/**
 * Archives every month that is older than the last `keptMonths` whole ones, the oldest first; tells of each when it is done.
 */
export async function archiveOldMonths(
  store: PlayArchiveStore,
  {
    keptMonths,
    folder,
    now,
  }: { readonly keptMonths: number; readonly folder: string; readonly now: EpochMs },
  tell: (archived: ArchivedMonth) => Promise<void>,
): Promise<void> {
  const keptFrom = monthStart(now, -keptMonths);
  for (const month of await store.months()) {
    if (month >= keptFrom) return;
    const name = new Date(month).toISOString().slice(0, 7);
    await tell(await archiveMonth(store, name, folder, now));
  }
}

/**
 * Puts an archived month back, beside plays of it that came in late. The file stays.
 * @throws Refusal `request.invalid` when the month is not in the archive, or its file is another one
 */
export async function restoreMonth(
  store: PlayArchiveStore,
  month: string,
  folder: string,
): Promise<ArchivedMonth> {
  const start = startOf(month);
  const known = await store.archived(start);
  if (known === null) throw refused({ en: `${month} is not in the archive.`, zh: `归档中没有 ${month}。` });
  const file = await playArchiveFile(folder, known.fileName);
  if ((await file.sha256()) !== known.sha256)
    throw refused({
      en: `${file.path} is not the file that was written.`,
      zh: `${file.path} 不是当初写出的归档文件。`,
    });
  await store.beginReturn(start);
  let plays = 0;
  for await (const lines of file.read()) {
    await store.addLines(start, lines);
    plays += lines.length;
  }
  if (plays !== known.plays) throw new Error(`the file gave ${plays} of ${known.plays} plays`);
  await store.endReturn(start);
  return { month, plays, file: file.path };
}

function startOf(month: string): EpochMs {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw refused({ en: 'A month is written like 2026-01.', zh: '月份请写作 2026-01。' });
  return Date.parse(`${month}-01T00:00:00Z`);
}

function refused(message: Sentence): Refusal {
  return new Refusal('request.invalid', message);
}
