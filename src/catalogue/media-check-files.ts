import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes, EpochMs } from '../base/units.ts';
import type { Bucket } from './bucket-files.ts';
import { hashFile } from './hash-files.ts';

/** A file that lies in the store. */
export interface LyingFile {
  /** Of a file in a bucket: `s3://bucket/key`. */
  readonly path: string;
  /** The hash that its name says, of a thumbnail that of its asset; null for a part or an upload. */
  readonly sha256: string | null;
  /** `copy`: on this disk, of what the bucket holds. */
  readonly kind: 'media' | 'copy' | 'thumbnail' | 'part' | 'upload' | 'foreign';
  readonly name: string;
  readonly bytes: Bytes;
  readonly changedAt: EpochMs;
}

/** What a check needs of the store of media. */
export interface CheckedFiles {
  readonly lying: () => AsyncIterable<LyingFile>;
  /** Whether a file's bytes are those that its name says. */
  readonly isIntact: (file: LyingFile) => Promise<boolean>;
  /** Removes a file, unless it has changed since it was looked at. */
  readonly remove: (file: LyingFile) => Promise<boolean>;
}

/** The folder of media, to be checked. */
export function checkedFolder(dataDir: string): CheckedFiles {
  return { lying: () => lyingFiles(dataDir), isIntact, remove: removeLying };
}

/** A bucket and the folder with copies of what it holds, to be checked. */
export function checkedBucket(bucket: Bucket, dataDir: string): CheckedFiles {
  const isThere = ({ path }: LyingFile) => path.startsWith('s3://');
  return {
    async *lying() {
      for await (const { sha256, name, bytes, changedAt } of bucket.list())
        yield { path: name, name, sha256, kind: sha256 === null ? 'foreign' : 'media', bytes, changedAt };
      for await (const file of lyingFiles(dataDir))
        yield file.kind === 'media' ? { ...file, kind: 'copy' } : file;
    },
    async isIntact(file) {
      if (!isThere(file)) return isIntact(file);
      const found = file.sha256 === null ? null : await bucket.open(file.sha256);
      if (found === null) return false;
      const hash = createHash('sha256');
      for await (const chunk of found.source) hash.update(chunk);
      return hash.digest('hex') === file.sha256;
    },
    async remove(file) {
      if (!isThere(file)) return removeLying(file);
      if (file.sha256 === null) return false;
      await bucket.remove(file.sha256);
      return true;
    },
  };
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

async function isIntact(file: LyingFile): Promise<boolean> {
  return (await hashFile(file.path, 'readOnly')).sha256 === file.sha256;
}

async function removeLying(file: LyingFile): Promise<boolean> {
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
