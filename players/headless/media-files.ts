import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MediaCache } from '../core/ports.ts';
import { flushFolder } from '../node/whole-files.ts';

/** Room on the disk below which files that nobody needs are deleted. */
const WANTED_FREE_BYTES = 512 * 1_048_576;
const HASH = /^[0-9a-f]{64}$/;

/** Media in a folder, each file named by its SHA-256. `pathOf` gives the place of a file that is ready. */
export function mediaFiles(folder: string): MediaCache & { pathOf(sha256: string): string } {
  const checked = new Set<string>();
  const pathOf = (sha256: string) => join(folder, sha256);

  return {
    pathOf,
    async check({ sha256, bytes }) {
      if (checked.has(sha256)) return true;
      try {
        const { size } = await stat(pathOf(sha256));
        const hash = createHash('sha256');
        if (size === bytes) await pipeline(createReadStream(pathOf(sha256)), hash);
        if (size !== bytes || hash.digest('hex') !== sha256) {
          await rm(pathOf(sha256), { force: true });
          return false;
        }
        checked.add(sha256);
        return true;
      } catch {
        return false;
      }
    },
    async fetch(media, openMedia) {
      const answer = await openMedia(media);
      if (!answer.ok) return answer.failure.code;
      const temporary = join(folder, `${media.sha256}.part`);
      const hash = createHash('sha256');
      let size = 0;
      try {
        await mkdir(folder, { recursive: true });
        const file = await open(temporary, 'w');
        try {
          for await (const chunk of answer.value) {
            size += chunk.byteLength;
            if (size > media.bytes) break;
            hash.update(chunk);
            await file.write(chunk);
          }
          await file.sync();
        } finally {
          await file.close();
        }
        if (size !== media.bytes || hash.digest('hex') !== media.sha256) {
          await rm(temporary, { force: true });
          return 'media.hashMismatch';
        }
        await rename(temporary, pathOf(media.sha256));
        await flushFolder(folder);
        checked.add(media.sha256);
        return null;
      } catch (cause) {
        await rm(temporary, { force: true });
        const code = cause instanceof Error && 'code' in cause ? cause.code : '';
        if (code === 'ENOSPC' || code === 'EDQUOT') return 'media.storageFull';
        return typeof code === 'string' && code.startsWith('E') ? 'media.writeFailed' : 'offline';
      }
    },
    async prune(keep) {
      try {
        const { bavail, bsize } = await statfs(folder);
        if (bavail * bsize > WANTED_FREE_BYTES) return;
        for (const name of await readdir(folder)) {
          if (!HASH.test(name) || keep.has(name)) continue;
          checked.delete(name);
          await rm(join(folder, name), { force: true });
        }
      } catch {
        // No folder yet: nothing to delete.
      }
    },
    async usage() {
      try {
        const { bavail, bsize } = await statfs(folder);
        let usedBytes = 0;
        for (const name of await readdir(folder)) usedBytes += (await stat(join(folder, name))).size;
        return { usedBytes, quotaBytes: usedBytes + bavail * bsize };
      } catch {
        return null;
      }
    },
  };
}
