import { statfs } from 'node:fs/promises';
import type { Bytes } from '../base/units.ts';

/** The disk that a folder lies on: all of it, and what an ordinary program may still take. */
export async function diskOf(folder: string): Promise<{ totalBytes: Bytes; freeBytes: Bytes }> {
  const { blocks, bavail, bsize } = await statfs(folder);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}
