import { Refusal } from '../base/refusal.ts';
import { type Ms, SECOND_MS } from '../base/units.ts';
import type { FindingStore, ListenedAsset } from './finding-store.ts';
import type { Findings } from './findings.ts';
import type { MediaFiles } from './media-files.ts';

/** How often a look says that it lives; must be well below the life of a claim. */
const RENEW_EVERY_MS: Ms = 5 * SECOND_MS;

/** Plays new films and sounds through, one after another, and writes down what it found. */
export interface FindingFlow {
  /** Works until none is left. */
  work(): Promise<void>;
  /** Ends the look at hand; another process, or the next start, begins it anew. */
  stop(): Promise<void>;
}

/** Makes the flow. `listen` is null where ffmpeg is not installed. */
export function findingFlow(deps: {
  store: FindingStore;
  files: Pick<MediaFiles, 'local'>;
  listen: ((path: string, asset: ListenedAsset, signal: AbortSignal) => Promise<Findings | null>) | null;
  onTrouble: (error: unknown) => void;
}): FindingFlow {
  const { store, files, listen, onTrouble } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let working: Promise<void> = Promise.resolve();

  async function workOff(): Promise<void> {
    if (listen === null) return;
    for (let next = await store.claim(); next !== null; next = await store.claim()) {
      const { assetId, sha256 } = next;
      const renewing = setInterval(() => void store.renew(assetId).catch(onTrouble), RENEW_EVERY_MS);
      try {
        const path = await files.local(sha256);
        await store.finish(assetId, path === null ? null : await listen(path, next, signal));
      } catch (error) {
        // A store that does not answer says nothing of the file either.
        if (signal.aborted || error instanceof Refusal) await store.giveBack(assetId);
        if (signal.aborted) return;
        throw error;
      } finally {
        clearInterval(renewing);
      }
    }
  }

  return {
    work() {
      working = workOff();
      return working;
    },
    async stop() {
      stopping.abort();
      await working.catch(() => {});
    },
  };
}
