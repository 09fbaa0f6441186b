import type { OverrideStore, StoredOverride } from './override-store.ts';
import { type ToldOverride, toldOverride } from './told-override.ts';

/** What overrides told, from memory where it was asked before: receipts and plays are judged by it. */
export interface ToldOverrides {
  /** From memory alone; undefined when it is not there. */
  known(overrideId: number): ToldOverride | undefined;
  /** From the database where memory does not know it; null when no such override was ever on the air. */
  look(overrideId: number): Promise<ToldOverride | null>;
  /** Takes in an override that has just gone on the air. */
  note(override: StoredOverride): void;
}

/** Overrides remembered; each holds its endpoints. */
const MOST_KNOWN = 200;
/** The largest id that the database holds. */
const LARGEST_ID = 2_147_483_647;

/** Makes the memory. Nothing in it can go stale, since what was told never changes. */
export function toldOverrides(store: Pick<OverrideStore, 'aired'>): ToldOverrides {
  const memory = new Map<number, ToldOverride>();
  const looking = new Map<number, Promise<ToldOverride | null>>();

  function note(override: StoredOverride): void {
    const { id, confirmedAt, fromAt, untilAt, parts } = override;
    if (confirmedAt === null || fromAt === null || untilAt === null || memory.has(id)) return;
    memory.set(id, toldOverride({ airedAt: confirmedAt, from: fromAt, until: untilAt, parts }));
    const oldest = memory.size > MOST_KNOWN ? memory.keys().next().value : undefined;
    if (oldest !== undefined) memory.delete(oldest);
  }

  return {
    known: (overrideId) => memory.get(overrideId),
    look(overrideId) {
      const known = memory.get(overrideId);
      if (known) return Promise.resolve(known);
      if (overrideId > LARGEST_ID) return Promise.resolve(null);
      const before = looking.get(overrideId);
      if (before) return before;
      const asked = store
        .aired([overrideId])
        .then(([row]) => {
          if (row) note(row);
          return memory.get(overrideId) ?? null;
        })
        .finally(() => looking.delete(overrideId));
      looking.set(overrideId, asked);
      return asked;
    },
    note,
  };
}
