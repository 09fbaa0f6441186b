import type { Ms } from '../base/units.ts';

/** One thing that a manifest allowed an endpoint to play. */
export interface ToldPlay {
  readonly sha256: string;
  readonly assetId: number;
  /** Null for filler and standing emergency material. */
  readonly bookingId: number | null;
  /** The longest that one play of it was to last. */
  readonly longestMs: Ms;
}

/** All that an endpoint was ever told to play. Only grows. */
export interface ToldPlays {
  /** The longest play told for this file, asset and booking; undefined when it was never told. */
  longestMs(play: Omit<ToldPlay, 'longestMs'>): Ms | undefined;
  /** Whether this file of this asset was told at all, for whatever purpose. */
  knows(file: Pick<ToldPlay, 'sha256' | 'assetId'>): boolean;
}

/** Gathers told plays; of equal ones the longest duration counts. */
export function toldPlays(rows: Iterable<ToldPlay>): ToldPlays {
  const longest = new Map<string, Ms>();
  const files = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row);
    longest.set(key, Math.max(longest.get(key) ?? 0, row.longestMs));
    files.add(fileOf(row));
  }
  return {
    longestMs: (play) => longest.get(keyOf(play)),
    knows: (file) => files.has(fileOf(file)),
  };
}

function fileOf({ sha256, assetId }: Pick<ToldPlay, 'sha256' | 'assetId'>): string {
  return `${assetId} ${sha256}`;
}

function keyOf(play: Omit<ToldPlay, 'longestMs'>): string {
  return `${play.bookingId ?? 0} ${fileOf(play)}`;
}
