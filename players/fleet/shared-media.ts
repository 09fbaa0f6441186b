import { createHash } from 'node:crypto';
import type { ManifestMedia } from '../../src/contract/manifest.ts';
import type { MediaCache, MediaFetch } from '../core/ports.ts';

/** The files of a whole fleet: each is fetched once, its hash checked, its bytes dropped. */
export interface SharedMedia extends MediaCache {
  /** Files fetched with the right hash, and their bytes. */
  totals(): { readonly files: number; readonly bytes: number };
}

/** A cache that all players of one process share. */
export function sharedMedia(): SharedMedia {
  const ready = new Set<string>();
  const underway = new Map<string, Promise<string | null>>();
  let bytes = 0;

  async function fetchOnce(media: ManifestMedia, open: MediaFetch): Promise<string | null> {
    const answer = await open(media);
    if (!answer.ok) return answer.failure.code;
    const hash = createHash('sha256');
    let size = 0;
    try {
      for await (const chunk of answer.value) {
        hash.update(chunk);
        size += chunk.byteLength;
      }
    } catch {
      return 'offline';
    }
    if (size !== media.bytes || hash.digest('hex') !== media.sha256) return 'media.hashMismatch';
    ready.add(media.sha256);
    bytes += size;
    return null;
  }

  return {
    check: async ({ sha256 }) => ready.has(sha256),
    fetch(media, open) {
      if (ready.has(media.sha256)) return Promise.resolve(null);
      const running = underway.get(media.sha256);
      if (running) return running;
      const started = fetchOnce(media, open).finally(() => underway.delete(media.sha256));
      underway.set(media.sha256, started);
      return started;
    },
    prune: async () => {},
    usage: async () => null,
    totals: () => ({ files: ready.size, bytes }),
  };
}
