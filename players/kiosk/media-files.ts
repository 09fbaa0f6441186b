import type { ManifestMedia } from '../../src/contract/manifest.ts';
import type { MediaCache, MediaFetch } from '../core/ports.ts';
import { sha256 } from './sha256.ts';

/** Above this, a file is hashed piece by piece; below, whole by the platform, which is faster. */
const WHOLE_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** Room that is left free, so that plays can always be written. */
const RESERVE_BYTES = 32 * 1024 * 1024;
/** Files that nobody wants any more may stay until this share of the quota is used. */
const FULL_SHARE = 0.8;

/** Storage for whole files, and how full it is; Cache Storage in the page. */
export interface FileShelf {
  readonly cache: Pick<Cache, 'match' | 'put' | 'delete' | 'keys'>;
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
}

/** The player's files, each under its hash, and never handed out before the hash was right in this run. */
export interface MediaFiles extends MediaCache {
  /** The checked file, or null when it is not here (any more). Backed by the disk, not by memory. */
  open(sha256: string): Promise<Blob | null>;
  /** Hashes the file again, after it could not be read or decoded; a wrong one is thrown away. */
  recheck(media: ManifestMedia): Promise<boolean>;
}

/** Media files over a shelf. */
export function mediaFiles(shelf: FileShelf): MediaFiles {
  const { cache } = shelf;
  const checked = new Set<string>();
  /** In the order of need. */
  let wanted: ReadonlySet<string> = new Set();
  let dropped: string[] = [];

  async function isRight(media: ManifestMedia): Promise<boolean> {
    const blob = await (await cache.match(addressOf(media.sha256)))?.blob();
    if (!blob) return false;
    if (blob.size === media.bytes && (await hashOf(blob)) === media.sha256) return true;
    await cache.delete(addressOf(media.sha256));
    return false;
  }

  /** Deletes unwanted files, oldest first, until `enough` says so. */
  async function makeRoom(enough: () => Promise<boolean>): Promise<void> {
    for (const { url } of await cache.keys()) {
      const name = url.slice(url.lastIndexOf('/') + 1);
      if (wanted.has(name)) continue;
      if (await enough()) return;
      checked.delete(name);
      await cache.delete(addressOf(name));
    }
  }

  /** Deletes the file that is needed least, if there is one that is needed less than this one; false when not. */
  async function dropOneFor(sha256: string): Promise<boolean> {
    const here = (await cache.keys()).map(({ url }) => url.slice(url.lastIndexOf('/') + 1));
    const order = [...wanted];
    const least = order.slice(order.indexOf(sha256) + 1).findLast((name) => here.includes(name));
    const victim = here.find((name) => !wanted.has(name)) ?? (wanted.has(sha256) ? least : undefined);
    if (victim === undefined || !(await cache.delete(addressOf(victim)))) return false;
    checked.delete(victim);
    if (wanted.has(victim)) dropped.push(victim);
    return true;
  }

  async function fetchOnce(media: ManifestMedia, open: MediaFetch): Promise<string | null> {
    const answer = await open(media);
    if (!answer.ok) return answer.failure.code;
    const counted = countedAndHashed(answer.value, media.bytes);
    try {
      const headers = { 'content-type': media.type };
      await cache.put(addressOf(media.sha256), new Response(counted.stream, { headers }));
    } catch (cause) {
      return counted.tooLong() ? 'media.hashMismatch' : faultOf(cause);
    }
    if (counted.hex() === media.sha256) {
      checked.add(media.sha256);
      return null;
    }
    await cache.delete(addressOf(media.sha256));
    return 'media.hashMismatch';
  }

  async function hasRoomFor(bytes: number): Promise<boolean> {
    const { usage = 0, quota = Number.POSITIVE_INFINITY } = await shelf.estimate();
    return quota - usage >= bytes + RESERVE_BYTES;
  }

  const files: MediaFiles = {
    async check(media) {
      try {
        if (checked.has(media.sha256)) return (await cache.match(addressOf(media.sha256))) !== undefined;
        const right = await isRight(media);
        if (right) checked.add(media.sha256);
        return right;
      } catch {
        return false;
      }
    },

    async fetch(media, open) {
      try {
        if (!(await hasRoomFor(media.bytes))) await makeRoom(() => hasRoomFor(media.bytes));
        // Browsers tell more room than they give (Chromium: what is used and 10 GiB): only a full disk tells the truth.
        for (;;) {
          const fault = await fetchOnce(media, open);
          if (fault !== 'media.storageFull' || !(await dropOneFor(media.sha256))) return fault;
        }
      } catch {
        return 'media.writeFailed';
      }
    },

    async prune(keep) {
      wanted = keep;
      await makeRoom(async () => {
        const { usage = 0, quota = Number.POSITIVE_INFINITY } = await shelf.estimate();
        return usage < quota * FULL_SHARE;
      });
    },

    takeDropped() {
      const taken = dropped;
      dropped = [];
      return taken;
    },

    async usage() {
      const { usage, quota } = await shelf.estimate();
      return usage === undefined || quota === undefined ? null : { usedBytes: usage, quotaBytes: quota };
    },

    async open(name) {
      if (!checked.has(name)) return null;
      return (await (await cache.match(addressOf(name)))?.blob()) ?? null;
    },

    async recheck(media) {
      checked.delete(media.sha256);
      return files.check(media);
    },
  };
  return files;
}

/** The name of a file in Cache Storage, which wants addresses; none is ever fetched from there. */
function addressOf(name: string): string {
  return `/player/media/${name}`;
}

/** A stream that breaks off when it is longer than promised, and its hash once it has run through. */
function countedAndHashed(source: AsyncIterable<Uint8Array<ArrayBuffer>>, bytes: number) {
  const hash = sha256();
  const pieces = source[Symbol.asyncIterator]();
  let length = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(output) {
      const { done, value } = await pieces.next();
      if (done) return output.close();
      length += value.length;
      if (length > bytes) {
        await pieces.return?.();
        throw new RangeError('longer than promised');
      }
      hash.update(value);
      output.enqueue(value);
    },
    cancel: async () => void (await pieces.return?.()),
  });
  return { stream, tooLong: () => length > bytes, hex: () => (length === bytes ? hash.hex() : '') };
}

function faultOf(cause: unknown): string {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'QuotaExceededError') return 'media.storageFull';
  // The connection broke in mid-file.
  return name === 'AbortError' || name === 'TypeError' ? 'offline' : 'media.writeFailed';
}

async function hashOf(blob: Blob): Promise<string> {
  if (blob.size <= WHOLE_BYTES) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  const hash = sha256();
  for (let at = 0; at < blob.size; at += PIECE_BYTES) {
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer()));
  }
  return hash.hex();
}
