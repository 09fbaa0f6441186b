import { dirname, join } from 'node:path';
import type { Backup } from './backup.ts';
import { requireSameOrFree } from './backup-files.ts';
import { copyDurably, isThere, sha256OfFile } from './durable-files.ts';

/** Where a server keeps what is in no table. */
export interface Home {
  readonly dataDir: string;
  readonly signingKeyFile: string;
  /** Of sessions, below the data folder. */
  readonly secretFile: string;
}

/** The small files of a server, each with its place in a backup, and those that its database names and that are not there. */
export async function filesOfHome(
  { dataDir, signingKeyFile, secretFile }: Home,
  evidence: readonly string[],
) {
  const named = evidence.map((sha256) => join('evidence', sha256.slice(0, 2), sha256));
  const all = [
    { from: signingKeyFile, to: 'keys/signing.json' },
    ...[secretFile, ...named].map((path) => ({ from: join(dataDir, path), to: path })),
  ];
  const there = await Promise.all(all.map(({ from }) => isThere(from)));
  return {
    there: all.filter((_, at) => there[at]),
    missing: all.filter(({ to }, at) => !there[at] && named.includes(to)).map(({ to }) => to),
  };
}

/**
 * Copies archived months to where all backups of a folder share them: they are large and never change, so each goes there
 * once. Gives those that are not in `dataDir` as they were written.
 */
export async function shareArchive(
  folder: string,
  dataDir: string,
  months: Backup['archive'],
): Promise<string[]> {
  const missing: string[] = [];
  for (const month of months) {
    const [from, to] = [join(dataDir, 'archive', month.fileName), sharedPath(folder, month)];
    if ((await sha256OfFile(to)) === month.sha256) continue;
    if ((await sha256OfFile(from)) === month.sha256) await copyDurably(from, to);
    else missing.push(join('archive', month.fileName));
  }
  return missing;
}

/**
 * Puts archived months back from beside the backup. Gives those that are in neither place as they were written.
 * @throws Refusal config.invalid when another file is there: nothing is written over
 */
export async function putArchiveBack(
  folder: string,
  months: Backup['archive'],
  placeOf: (path: string) => string,
): Promise<string[]> {
  const missing: string[] = [];
  for (const month of months) {
    const path = join('archive', month.fileName);
    if (await requireSameOrFree(placeOf(path), month.sha256)) continue;
    const from = sharedPath(folder, month);
    if ((await sha256OfFile(from)) === month.sha256) await copyDurably(from, placeOf(path));
    else missing.push(path);
  }
  return missing;
}

/** A month that came back and was taken out again is another file; older backups still mean the former. */
function sharedPath(folder: string, { fileName, sha256 }: Backup['archive'][number]): string {
  return join(dirname(folder), 'archive', `${sha256.slice(0, 16)}-${fileName}`);
}
