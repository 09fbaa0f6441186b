import type { Ms, Window } from '../base/units.ts';
import type { PlaylistTurns } from './playlist-turns.ts';

/** One `share` booking as its class sees it. */
export interface ShareMember {
  readonly bookingId: number;
  /** Whole, 1 to 1,000,000,000. */
  readonly weight: number;
  readonly turns: PlaylistTurns;
  /** When plays of it may start; sorted, disjoint. */
  readonly windows: readonly Window[];
}

/** The same bookings with the same weights, in the same order. */
export function isSame(
  a: readonly { readonly bookingId: number; readonly weight: number }[],
  b: readonly { readonly bookingId: number; readonly weight: number }[],
): boolean {
  return (
    a.length === b.length && a.every((x, i) => x.bookingId === b[i]?.bookingId && x.weight === b[i]?.weight)
  );
}

/** Sum; 0 for none. */
export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** The longest clip of any member; 0 for none. */
export function longestOf(members: readonly ShareMember[]): Ms {
  let most = 0;
  for (const member of members) for (const clip of member.turns.clips) most = Math.max(most, clip.durationMs);
  return most;
}

/** Are all clips of all members equally long? */
export function haveOneLength(members: readonly ShareMember[]): boolean {
  const first = members[0]?.turns.clips[0]?.durationMs;
  return members.every((member) => member.turns.clips.every((clip) => clip.durationMs === first));
}
