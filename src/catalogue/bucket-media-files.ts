import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../base/refusal.ts';
import { type Bytes, type Clock, HOUR_MS, type Ms } from '../base/units.ts';
import type { Bucket } from './bucket-files.ts';
import { type IncomingFile, type MediaFiles, unreachable } from './media-files.ts';

/** A copy that somebody read so lately stays: it may be about to be opened again. */
const FRESH_MS: Ms = HOUR_MS;

/** The store of media in a bucket; the folder holds copies of what this server has read or written of late. */
export interface BucketMedia extends MediaFiles {
  /** Removes the copies read longest ago until the rest has at most so many bytes. Gives how many are gone. */
  trim(mostBytes: Bytes): Promise<number>;
}

/**
 * Makes a bucket the place where files are kept. A file belongs to the store once the bucket has it; whatever is fetched
 * is hashed on its way, and bytes that do not have the hash of their name are never used. `onTrouble` is told of those.
 */
export function mediaInBucket(deps: {
  folder: MediaFiles;
  /** The folder's path. */
  root: string;
  bucket: Bucket;
  mostBytes: Bytes;
  now: Clock;
  onTrouble: (error: unknown) => void;
}): BucketMedia {
  const { folder, root, bucket, mostBytes, now, onTrouble } = deps;
  const fetching = new Map<string, Promise<string | null>>();

  const keptThere = (incoming: IncomingFile): IncomingFile => ({
    get path() {
      return incoming.path;
    },
    sha256: incoming.sha256,
    bytes: incoming.bytes,
    async keep() {
      const { sha256, bytes, path } = incoming;
      // The bucket first: a file that is in its place here is one that the bucket has.
      if (path !== folder.pathOf(sha256)) await bucket.put(sha256, path, bytes);
      await incoming.keep();
    },
    discard: () => incoming.discard(),
  });

  async function fetchFile(sha256: string): Promise<string | null> {
    const found = await bucket.open(sha256);
    if (found === null) return null;
    const incoming = await folder
      .receive(found.source, { mostBytes, declaredBytes: found.bytes })
      .catch((error: unknown) => {
        if (error instanceof Refusal && error.code === 'disk.full') throw error;
        onTrouble(error);
        throw unreachable();
      });
    try {
      if (incoming.sha256 !== sha256) {
        onTrouble(new Error(`the bucket's ${sha256} has the bytes of ${incoming.sha256}`));
        return null;
      }
      await incoming.keep();
      return await folder.local(sha256);
    } finally {
      await incoming.discard();
    }
  }

  async function local(sha256: string): Promise<string | null> {
    const here = await folder.local(sha256);
    if (here !== null) return here;
    const running = fetching.get(sha256);
    if (running) return running;
    const fetched = fetchFile(sha256).finally(() => fetching.delete(sha256));
    fetching.set(sha256, fetched);
    return fetched;
  }

  async function copies() {
    const found: { sha256: string; bytes: Bytes; readAt: number }[] = [];
    for (const part of (await readdir(root)).filter((name) => /^[0-9a-f]{2}$/.test(name)))
      for (const sha256 of (await readdir(join(root, part))).filter((name) => /^[0-9a-f]{64}$/.test(name))) {
        const facts = await stat(folder.pathOf(sha256)).catch(() => null);
        if (facts !== null)
          found.push({ sha256, bytes: facts.size, readAt: Math.max(facts.atimeMs, facts.mtimeMs) });
      }
    return found;
  }

  return {
    ...folder,
    async receive(source, limits) {
      return keptThere(await folder.receive(source, limits));
    },
    async adopt(path, known) {
      const adopted = await folder.adopt(path, known);
      return adopted && keptThere(adopted);
    },
    scratchFile() {
      const scratch = folder.scratchFile();
      return { ...scratch, takeIn: async (most) => keptThere(await scratch.takeIn(most)) };
    },
    local,
    has: async (sha256) => (await bucket.bytesOf(sha256)) !== null,
    async remove(sha256) {
      await bucket.remove(sha256);
      await folder.remove(sha256);
    },
    async trim(limit) {
      const found = (await copies()).sort((a, b) => b.readAt - a.readAt);
      let [kept, removed] = [0, 0];
      for (const { sha256, bytes, readAt } of found) {
        kept += bytes;
        if (kept <= limit || readAt > now() - FRESH_MS) continue;
        // Copies of before the bucket was set up may be the only ones.
        if ((await bucket.bytesOf(sha256)) !== bytes) continue;
        folder.forget(sha256);
        await rm(folder.pathOf(sha256), { force: true });
        kept -= bytes;
        removed += 1;
      }
      return removed;
    },
  };
}
