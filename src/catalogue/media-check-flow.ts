import { type Clock, DAY_MS, type Ms } from '../base/units.ts';
import type { CheckedFiles, LyingFile } from './media-check-files.ts';
import type { NamedFiles } from './media-check-store.ts';

/** Younger than this a file may belong to somebody who is at work just now. */
export const ORPHAN_AFTER_MS: Ms = DAY_MS;

/** What a look through the store of media has found. */
export interface MediaCheck {
  /** Files looked at that some asset, rendition or manifest names. */
  readonly sound: number;
  /** Files that must be there and are not, with the asset that lacks each. */
  readonly missing: readonly { readonly sha256: string; readonly assetId: number }[];
  /** Files whose bytes are not those that their name says. */
  readonly corrupt: readonly LyingFile[];
  /** Files older than a day that nothing names, and half-written ones that nobody finishes. */
  readonly orphans: readonly LyingFile[];
  /** Files in the folder that are not of its form; never touched. */
  readonly foreign: readonly LyingFile[];
  /** Uploads on their way: no fault. */
  readonly openUploads: number;
  /** Uploads of which the bytes are gone. */
  readonly emptyUploads: readonly string[];
}

/** Looks through the store. Without `hashes` the bytes are not read. Changes nothing. */
export async function checkMedia(
  deps: { names: NamedFiles; files: CheckedFiles; now: Clock },
  how: { hashes: boolean },
): Promise<MediaCheck> {
  const { names, files, now } = deps;
  // The disk first: what comes in meanwhile is named by the time that the names are read.
  const lying: LyingFile[] = [];
  for await (const file of files.lying()) lying.push(file);
  const [named, wanted, uploads] = [await names.all(), await names.wanted(), await names.openUploads()];
  const there = new Set(lying.filter(({ kind }) => kind === 'media').map(({ sha256 }) => sha256));
  const isOld = ({ changedAt }: LyingFile) => changedAt < now() - ORPHAN_AFTER_MS;
  const unfinished = new Set(uploads.map(({ id }) => id));
  const isNamed = (file: LyingFile) =>
    file.kind === 'upload' ? unfinished.has(file.name) : file.sha256 !== null && named.has(file.sha256);
  const corrupt: LyingFile[] = [];
  let sound = 0;
  for (const file of lying.filter(({ kind }) => kind === 'media' || kind === 'copy').filter(isNamed)) {
    if (how.hashes && !(await files.isIntact(file))) corrupt.push(file);
    else if (file.kind === 'media') sound += 1;
  }
  const parts = new Set(lying.filter(({ kind }) => kind === 'upload').map(({ name }) => name));
  return {
    sound,
    corrupt,
    missing: wanted.filter(({ sha256 }) => !there.has(sha256)),
    orphans: lying.filter((file) => file.kind !== 'foreign' && !isNamed(file) && isOld(file)),
    foreign: lying.filter(({ kind }) => kind === 'foreign'),
    openUploads: uploads.length,
    emptyUploads: uploads
      .filter(({ id, state }) => state === 'receiving' && !parts.has(id))
      .map(({ id }) => id),
  };
}

/** Removes orphans, each only while nothing names it and it has not changed. Gives those that are gone. */
export async function removeOrphans(
  { names, files }: { names: NamedFiles; files: CheckedFiles },
  orphans: readonly LyingFile[],
): Promise<LyingFile[]> {
  const gone: LyingFile[] = [];
  for (const file of orphans) {
    if (file.sha256 !== null && (await names.isNamed(file.sha256))) continue;
    if (await files.remove(file)) gone.push(file);
  }
  return gone;
}

/** Whether nothing is amiss; uploads on their way and foreign files are not. */
export function isWell({ missing, corrupt, orphans, emptyUploads }: MediaCheck): boolean {
  return missing.length + corrupt.length + orphans.length + emptyUploads.length === 0;
}
