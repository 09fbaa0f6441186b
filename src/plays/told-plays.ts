import type { Ms } from '../base/units.ts';

/** One thing that a manifest allowed an endpoint to play. */
export interface ToldPlay {
  readonly sha256: string;
  readonly assetId: number;
  /** Null for filler. */
  readonly bookingId: number | null;
  /** The longest that one play of it was to last. */
  readonly longestMs: Ms;
}

/** All that an endpoint was ever told to play. Only grows. */
export interface ToldPlays {
  /** The longest play told for this file, asset and booking; undefined when it was never told. */
  longestMs(play: Omit<ToldPlay, 'longestMs'>): Ms | undefined;
}

/** Gathers told plays; of equal ones the longest duration counts. */
export function toldPlays(rows: Iterable<ToldPlay>): ToldPlays {
  const longest = new Map<string, Ms>();
  for (const row of rows) {
    const key = keyOf(row);
    longest.set(key, Math.max(longest.get(key) ?? 0, row.longestMs));
  }
  return {
    longestMs: (play) => longest.get(keyOf(play)),
  };
}

function keyOf(play: Omit<ToldPlay, 'longestMs'>): string {
  return `${play.bookingId ?? 0} ${play.assetId} ${play.sha256}`;
}
