import { stat } from 'node:fs/promises';
import { Refusal } from '../base/refusal.ts';
import { type Bytes, type Ms, SECOND_MS } from '../base/units.ts';
import { damaged, type Probed, TOO_MUCH_MEMORY } from './probed.ts';
import { openReaders, type ReaderBounds, ReaderEnded, type Readers } from './reader-process-files.ts';
import type { ReaderOrder, ReaderVerdict } from './reader-program-files.ts';

/** No honest file needs longer to be looked at: a small one, and the more for each byte of one of 4 GiB. */
const PROBE_TIMEOUT_MS: Ms = 8 * SECOND_MS;
const MORE_FOR_LARGEST_MS: Ms = 12 * SECOND_MS;
const LARGEST_BYTES: Bytes = 4_294_967_296;
/** A picture of 100 megapixels is made small in less. */
const THUMBNAIL_TIMEOUT_MS: Ms = 15 * SECOND_MS;

/**
 * Three at a time: one that keeps its reader busy to the end of its time holds up few others. An index that needs
 * 256 MB of heap is not one of a spot. Of the memory a process at rest has 0.6 GB, most of it stacks that nobody touches.
 */
export const READER_BOUNDS: ReaderBounds = {
  ...{ atOnce: 3, heapMb: 256, memoryBytes: 1_610_612_736, idleMs: 30 * SECOND_MS },
};
/** What runs in the processes. */
export const READER_PROGRAM = new URL('./reader-program-files.ts', import.meta.url);
const readers = openReaders(READER_PROGRAM, READER_BOUNDS);

/**
 * Finds out what a file is by its content alone; its name plays no part. A few files are looked at at a time, in
 * processes with bounds of time and memory: whatever the content does to the libraries that read it, the server goes on.
 * @throws Refusal asset.empty, asset.notMedia (also SVG, HEIC and documents), asset.tooLarge (pixels, length),
 * asset.damaged (cut off, unreadable, or beyond the bounds).
 */
export async function probeFile(path: string, timeoutMs?: Ms, by = readers): Promise<Probed> {
  const verdict = await verdictOn(by, { wanted: 'probe', path }, timeoutMs ?? (await timeoutFor(path)));
  if (verdict.is !== 'media') throw new Error(`asked for a probe, told ${verdict.is}`);
  return verdict.probed;
}

/** A small WebP of a stranger's picture, made within the same bounds. @throws Refusal, Error */
export async function pictureThumbnail(path: string): Promise<Uint8Array> {
  const verdict = await verdictOn(readers, { wanted: 'thumbnail', path }, THUMBNAIL_TIMEOUT_MS);
  if (verdict.is !== 'thumbnail') throw new Error(`asked for a thumbnail, told ${verdict.is}`);
  return verdict.webp;
}

async function verdictOn(by: Readers, order: ReaderOrder, timeoutMs: Ms) {
  let verdict: ReaderVerdict;
  try {
    verdict = (await by.ask(order, timeoutMs)) as ReaderVerdict;
  } catch (error) {
    if (error instanceof ReaderEnded) throw damaged(WORDS[error.end]);
    throw error;
  }
  if (verdict.is === 'refused') throw new Refusal(verdict.code, verdict.sentence);
  if (verdict.is === 'bug') throw new Error(`reading failed: ${verdict.message}`);
  return verdict;
}

const WORDS = {
  time: { en: 'takes too long to read', zh: '读取时间过长' },
  memory: TOO_MUCH_MEMORY,
  crash: { en: 'makes the program that reads it break down', zh: '导致读取程序崩溃' },
} as const;

async function timeoutFor(path: string): Promise<Ms> {
  const { size } = await stat(path);
  return PROBE_TIMEOUT_MS + Math.round(MORE_FOR_LARGEST_MS * Math.min(1, size / LARGEST_BYTES));
}
