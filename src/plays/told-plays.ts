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
  /** By file, then asset, then booking (0 for none): no key has to be put together for a look-up. */
  const files = new Map<string, Map<number, Map<number, Ms>>>();
  for (const { sha256, assetId, bookingId, longestMs } of rows) {
    const assets = files.get(sha256) ?? new Map<number, Map<number, Ms>>();
    files.set(sha256, assets);
    const bookings = assets.get(assetId) ?? new Map<number, Ms>();
    assets.set(assetId, bookings);
    bookings.set(bookingId ?? 0, Math.max(bookings.get(bookingId ?? 0) ?? 0, longestMs));
  }
  return {
    longestMs: ({ sha256, assetId, bookingId }) =>
      files
        .get(sha256)
        ?.get(assetId)
        ?.get(bookingId ?? 0),
  };
}
