import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Refusal } from '../base/refusal.ts';
import type { Bytes, EpochMs, Ms } from '../base/units.ts';
import type { ByteRange } from './byte-range.ts';
import { diskRefusal, requireSpace, syncFolder, writeAll } from './disk-files.ts';
import { hashFile } from './hash-files.ts';
import { emptyFile } from './probed.ts';

/** A file that has come in whole but does not belong to the store yet. End it by `keep` or `discard`. */
export interface IncomingFile {
  /** Where the bytes are now. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: Bytes;
  /** Makes it part of the store under its hash; from now on it survives a power cut. Safe to call twice. */
  keep(): Promise<void>;
  /** Removes it, unless it was kept. */
  discard(): Promise<void>;
}

/** A file that another program makes for the store. */
export interface ScratchFile {
  /** Where it is to be written. */
  readonly path: string;
  /** Hashes what was written where it lies. @throws Refusal asset.empty, asset.tooLarge, disk.full */
  takeIn(mostBytes: Bytes): Promise<IncomingFile>;
  discard(): Promise<void>;
}

/** The store of media: files named by the SHA-256 of their bytes, written once, never changed. */
export interface MediaFiles {
  /**
   * Writes a stream to disk while hashing it; never holds more than a chunk. Nothing stays behind when it
   * fails. `declaredBytes`: the length that the sender announced, where it did.
   * @throws Refusal asset.tooLarge (more than `mostBytes`), disk.full, asset.empty, asset.damaged when the stream
   * breaks off or is not as long as was declared.
   */
  receive(
    source: AsyncIterable<Uint8Array>,
    limits: { mostBytes: Bytes; declaredBytes?: Bytes },
  ): Promise<IncomingFile>;
  /**
   * Takes a whole file that lies on the same disk already: hashed in a thread of its own and moved, never copied.
   * `known`: its hash where it was found before; then it may have been moved already. Null when there is no file.
   */
  adopt(path: string, known?: string | null): Promise<IncomingFile | null>;
  /** Room for a file that is being made here. End it by `discard`, also after `takeIn`. */
  scratchFile(): ScratchFile;
  /** Where a file with this hash is on this disk, or would be. */
  pathOf(sha256: string): string;
  /** Where a file of the store can be read on this disk, brought here first if need be; null when there is none. */
  local(sha256: string): Promise<string | null>;
  /** The same without waiting, for files that were read here before; null for all others. */
  localAtOnce(sha256: string): string | null;
  /** Tells that a file read here before is gone from this disk. */
  forget(sha256: string): void;
  /** Where its thumbnail is, or would be. */
  thumbnailPathOf(sha256: string): string;
  /** Whether the store has this file. */
  has(sha256: string): Promise<boolean>;
  hasThumbnail(sha256: string): Promise<boolean>;
  remove(sha256: string): Promise<void>;
  /** Removes what uploads left half-written before `before`. Returns how many files that were. */
  cleanLeftovers(before: EpochMs): Promise<number>;
}

/** How old a half-written file must be before another process may take it for a leftover. */
export const LEFTOVER_AFTER_MS: Ms = 3_600_000;

/** Opens the store under `<dataDir>/media`; makes its folders. */
export async function mediaFiles(dataDir: string): Promise<MediaFiles> {
  const root = join(dataDir, 'media');
  const incoming = join(root, 'incoming');
  await mkdir(incoming, { recursive: true });

  const pathOf = (sha256: string): string => join(root, sha256.slice(0, 2), requireHash(sha256));
  const thumbnailPathOf = (sha256: string): string => `${pathOf(sha256)}.thumbnail.webp`;

  const readHere = new Set<string>();
  const scratchPath = (): string => join(incoming, `${randomUUID()}.part`);

  const store: MediaFiles = {
    scratchFile() {
      const path = scratchPath();
      return {
        path,
        async takeIn(mostBytes) {
          await requireSpace(incoming, 0);
          const { sha256, bytes } = await hashFile(path);
          if (bytes === 0) throw emptyFile();
          if (bytes > mostBytes) throw tooLarge(mostBytes);
          return incomingFile(path, pathOf(sha256), sha256, bytes);
        },
        discard: () => rm(path, { force: true }),
      };
    },
    async receive(source, { mostBytes, declaredBytes }) {
      if (declaredBytes !== undefined && declaredBytes > mostBytes) throw tooLarge(mostBytes);
      await requireSpace(incoming, declaredBytes ?? 0);
      const path = scratchPath();
      try {
        const { sha256, bytes } = await writeStream(source, path, mostBytes);
        if (bytes === 0) throw emptyFile();
        if (declaredBytes !== undefined && bytes !== declaredBytes) throw brokeOff();
        return incomingFile(path, pathOf(sha256), sha256, bytes);
      } catch (error) {
        await rm(path, { force: true });
        throw diskRefusal(error) ?? error;
      }
    },
    async adopt(path, known = null) {
      if (await isThere(path)) {
        const { sha256, bytes } = await hashFile(path);
        return incomingFile(path, pathOf(sha256), sha256, bytes);
      }
      if (known === null || !(await isThere(pathOf(known)))) return null;
      return incomingFile(pathOf(known), pathOf(known), known, (await stat(pathOf(known))).size);
    },
    pathOf,
    thumbnailPathOf,
    async local(sha256) {
      const path = pathOf(sha256);
      if (!(await isThere(path))) return null;
      readHere.add(sha256);
      return path;
    },
    localAtOnce: (sha256) => (readHere.has(sha256) ? pathOf(sha256) : null),
    forget: (sha256) => void readHere.delete(sha256),
    has: (sha256) => isThere(pathOf(sha256)),
    hasThumbnail: (sha256) => isThere(thumbnailPathOf(sha256)),
    async remove(sha256) {
      readHere.delete(sha256);
      await rm(pathOf(sha256), { force: true });
      await rm(thumbnailPathOf(sha256), { force: true });
    },
    async cleanLeftovers(before) {
      let removed = 0;
      for (const name of await readdir(incoming)) {
        const path = join(incoming, name);
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
        if (mtimeMs >= before) continue;
        await rm(path, { force: true });
        removed += 1;
      }
      return removed;
    },
  };
  return store;
}

/** Large enough that the work per chunk does not show. */
const CHUNK_BYTES: Bytes = 262_144;

/** Reads a part of a file as a stream; destroy the stream to close the file. */
export function readPart(path: string, { from, to }: ByteRange): Readable {
  return createReadStream(path, { start: from, end: to, highWaterMark: CHUNK_BYTES });
}

/** Size and time of the last change of a file. */
export async function fileFacts(path: string): Promise<{ bytes: Bytes; changedAt: EpochMs }> {
  const { size, mtimeMs } = await stat(path);
  return { bytes: size, changedAt: Math.round(mtimeMs) };
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function incomingFile(path: string, target: string, sha256: string, bytes: Bytes): IncomingFile {
  let current = path;
  return {
    get path() {
      return current;
    },
    sha256,
    bytes,
    async keep() {
      if (current === target) return;
      await mkdir(dirname(target), { recursive: true });
      await rename(path, target);
      current = target;
      await syncFolder(dirname(target));
    },
    async discard() {
      if (current !== target) await rm(path, { force: true });
    },
  };
}

async function writeStream(
  source: AsyncIterable<Uint8Array>,
  path: string,
  mostBytes: Bytes,
): Promise<{ sha256: string; bytes: Bytes }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o640);
  try {
    for await (const chunk of untilBroken(source)) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      hash.update(chunk);
      await writeAll(file, chunk, bytes - chunk.byteLength);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** The same stream; a sender that goes away is an expected no. */
async function* untilBroken(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      let step: IteratorResult<Uint8Array>;
      try {
        step = await iterator.next();
      } catch (error) {
        isDone = true;
        throw error instanceof Refusal ? error : brokeOff();
      }
      if (step.done) {
        isDone = true;
        return;
      }
      yield step.value;
    }
  } finally {
    if (!isDone) await iterator.return?.();
  }
}

/** The refusal of a file that has not come whole. */
export function brokeOff(): Refusal {
  return new Refusal('asset.damaged', {
    en: 'The upload broke off before the whole file had come; send it again.',
    zh: '上传中断，文件没有传完，请重新上传。',
  });
}

/** The refusal of a store of media that does not answer, or breaks off. */
export function unreachable(): Refusal {
  return new Refusal('storage.unreachable', {
    en: 'The store of media does not answer; nothing is lost. Try again in a moment, or tell the administrator.',
    zh: '媒体存储暂时无法访问，数据不会丢失。请稍后重试，或告知管理员。',
  });
}

/** The refusal of a file that has more bytes than are taken. */
export function tooLarge(mostBytes: Bytes): Refusal {
  return new Refusal('asset.tooLarge', {
    en: `A file may have at most ${sizeText(mostBytes)}.`,
    zh: `单个文件最大 ${sizeText(mostBytes)}，请压缩后再上传。`,
  });
}

function requireHash(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('a file of the store is named by a SHA-256');
  return sha256;
}

function sizeText(bytes: Bytes): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  const step = bytes === 0 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${Math.round((bytes / 1024 ** step) * 10) / 10} ${units[step]}`;
}
