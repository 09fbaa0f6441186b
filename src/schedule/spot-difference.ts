import type { Spot } from './compiled-hour.ts';

/** What a change does to one loop. */
export interface SpotDifference {
  /** Spots of `after` that `before` has at no instant: more plays of that booking and asset. */
  readonly added: readonly Spot[];
  /** Spots of `before` that `after` has at no instant. */
  readonly removed: readonly Spot[];
  /** Plays that both have, at different instants. */
  readonly moved: number;
  /** Plays that stand where they stood. */
  readonly kept: number;
}

/**
 * Compares two loops play by play: the k-th play of an asset by a booking with the k-th. What one has more of
 * is added or removed from the end.
 */
export function spotDifference(before: readonly Spot[], after: readonly Spot[]): SpotDifference {
  const [was, is] = [byPlay(before), byPlay(after)];
  const added: Spot[] = [];
  const removed: Spot[] = [];
  let moved = 0;
  let kept = 0;
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [old, fresh] = [was.get(key) ?? [], is.get(key) ?? []];
    const both = Math.min(old.length, fresh.length);
    for (let k = 0; k < both; k++) {
      if (old[k]?.atMs === fresh[k]?.atMs) kept++;
      else moved++;
    }
    added.push(...fresh.slice(both));
    removed.push(...old.slice(both));
  }
  const inOrder = (spots: Spot[]) => spots.sort((a, b) => a.atMs - b.atMs);
  return { added: inOrder(added), removed: inOrder(removed), moved, kept };
}

function byPlay(spots: readonly Spot[]): Map<string, Spot[]> {
  const groups = new Map<string, Spot[]>();
  for (const spot of spots) {
    const key = `${spot.bookingId} ${spot.assetId} ${spot.sha256}`;
    const group = groups.get(key);
    if (group) group.push(spot);
    else groups.set(key, [spot]);
  }
  return groups;
}
