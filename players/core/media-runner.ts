import type { ManifestMedia } from '../../src/contract/manifest.ts';
import { PLAYER_API } from './http-link.ts';
import type { MediaCache, MediaFetch } from './ports.ts';

/** How many files are fetched at once. */
const LANES = 2;

/** What the runner tells of each file. */
export interface MediaNews {
  ready(sha256: string): void;
  absent(sha256: string): void;
  failed(sha256: string, code: string): void;
}

/** Works through the core's wishes for files: looks for all of them first, then fetches the missing ones. */
export interface MediaRunner {
  /** Replaces the wishes. What is being fetched goes on. Files of `former` are looked for, and never fetched. */
  want(order: readonly ManifestMedia[], keep: readonly string[], former: readonly ManifestMedia[]): void;
  /** Begins nothing more. */
  stop(): void;
}

/** A runner over a body's cache. `open` gets the bytes of one file. */
export function mediaRunner(cache: MediaCache, open: MediaFetch, news: MediaNews): MediaRunner {
  let order: readonly ManifestMedia[] = [];
  let toFetch: ManifestMedia[] = [];
  let round = 0;
  let stopped = false;
  const fetching = new Set<string>();
  /** Files that another host had wrong, or not at all: the server itself is asked for them. */
  const doubted = new Set<string>();

  const openAnywhere: MediaFetch = async (media) => {
    if (!/^https?:/.test(media.url)) return open(media);
    const own = { ...media, url: `${PLAYER_API}/media/${media.sha256}` };
    if (doubted.has(media.sha256)) return open(own);
    const answer = await open(media);
    return answer.ok ? answer : open(own);
  };

  async function lookFor(
    mine: number,
    keep: readonly string[],
    former: readonly ManifestMedia[],
  ): Promise<void> {
    const missing: ManifestMedia[] = [];
    const fetchable = new Set(order);
    for (const media of [...order, ...former]) {
      if (fetching.has(media.sha256)) continue;
      const here = await cache.check(media);
      if (mine !== round || stopped) return;
      if (here) news.ready(media.sha256);
      else {
        if (fetchable.has(media)) missing.push(media);
        news.absent(media.sha256);
      }
      // Telling the news may have changed the wishes.
      if (mine !== round) return;
    }
    toFetch = missing;
    pump();
    await cache.prune(new Set(keep));
  }

  function pump(): void {
    while (!stopped && fetching.size < LANES) {
      const media = toFetch.find((one) => !fetching.has(one.sha256));
      if (!media) return;
      toFetch = toFetch.filter((one) => one !== media);
      fetching.add(media.sha256);
      void fetchOne(media);
    }
  }

  async function fetchOne(media: ManifestMedia): Promise<void> {
    const fault = await cache.fetch(media, openAnywhere);
    if (fault !== null) doubted.add(media.sha256);
    else doubted.delete(media.sha256);
    fetching.delete(media.sha256);
    if (stopped) return;
    for (const sha256 of cache.takeDropped?.() ?? []) news.absent(sha256);
    if (fault === null) news.ready(media.sha256);
    else news.failed(media.sha256, fault);
    pump();
  }

  return {
    want(newOrder, keep, former) {
      order = newOrder;
      round += 1;
      void lookFor(round, keep, former);
    },
    stop() {
      stopped = true;
      toFetch = [];
    },
  };
}
