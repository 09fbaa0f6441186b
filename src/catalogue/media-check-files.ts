import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes, EpochMs } from '../base/units.ts';
import { hashFile } from './hash-files.ts';

/** A file that lies in the store. */
export interface LyingFile {
  readonly path: string;
  /** The hash that its name says, of a thumbnail that of its asset; null for a part or an upload. */
  readonly sha256: string | null;
  readonly kind: 'media' | 'thumbnail' | 'part' | 'upload' | 'foreign';
  readonly name: string;
  readonly bytes: Bytes;
  readonly changedAt: EpochMs;
}

/** Goes through all that lies in `<dataDir>/media`. */
export async function* lyingFiles(dataDir: string): AsyncGenerator<LyingFile> {
  const root = join(dataDir, 'media');
  for (const folder of (await readdir(root).catch(() => [])).sort()) {
    for (const name of (await readdir(join(root, folder)).catch(() => [])).sort()) {
      const path = join(root, folder, name);
      const found = await stat(path).catch(() => null);
      if (!found?.isFile()) continue;
      yield { path, name, ...kindOf(folder, name), bytes: found.size, changedAt: found.mtimeMs };
    }
  }
}

/** Whether a file's bytes are those that its name says. */
export async function isIntact(file: LyingFile): Promise<boolean> {
  return (await hashFile(file.path, 'readOnly')).sha256 === file.sha256;
}

/** Removes a file, unless it has changed since it was looked at. */
export async function removeLying(file: LyingFile): Promise<boolean> {
  const found = await stat(file.path).catch(() => null);
  if (found === null || found.mtimeMs !== file.changedAt) return false;
  await rm(file.path);
  return true;
}

function kindOf(folder: string, name: string): Pick<LyingFile, 'kind' | 'sha256'> {
  if (folder === 'incoming') return { kind: 'part', sha256: null };
  if (folder === 'uploads') return { kind: 'upload', sha256: null };
  const [, sha256, rest] = /^([0-9a-f]{64})(\.thumbnail\.webp)?$/.exec(name) ?? [];
  if (sha256?.startsWith(folder)) return { kind: rest === undefined ? 'media' : 'thumbnail', sha256 };
  // The temporary name of a thumbnail that was never finished.
  if (/\.part$/.test(name)) return { kind: 'part', sha256: null };
  return { kind: 'foreign', sha256: null };
}
