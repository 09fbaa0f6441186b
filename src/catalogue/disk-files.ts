import { open, statfs } from 'node:fs/promises';
import { Refusal } from '../base/refusal.ts';
import type { Bytes } from '../base/units.ts';

/** Space that is never given to media, so that database and logs go on. */
const RESERVED_BYTES: Bytes = 268_435_456;

/**
 * Makes sure that the disk of a folder takes so many bytes and keeps some for database and logs.
 * @throws Refusal disk.full
 */
export async function requireSpace(folder: string, wanted: Bytes): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < wanted + RESERVED_BYTES) throw noSpace();
}

/** The refusal in an error of the disk that means that it is full, or null. */
export function diskRefusal(error: unknown): Refusal | null {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? noSpace() : null;
}

function noSpace(): Refusal {
  return new Refusal('disk.full', {
    en: "The server's disk has no room for this file; tell the administrator. What has come so far is kept.",
    zh: '服务器磁盘空间不足，放不下此文件，请告知管理员。已上传的部分会保留。',
  });
}

/** Writes a whole chunk at a place of an open file. */
export async function writeAll(
  file: {
    write(
      chunk: Uint8Array,
      offset: number,
      length: number,
      position: number,
    ): Promise<{ bytesWritten: number }>;
  },
  chunk: Uint8Array,
  position: Bytes,
): Promise<void> {
  for (let at = 0; at < chunk.byteLength; )
    at += (await file.write(chunk, at, chunk.byteLength - at, position + at)).bytesWritten;
}

/** Makes what was moved into a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
