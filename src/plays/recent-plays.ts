import { type EpochMs, type Ms, SECOND_MS } from '../base/units.ts';
import type { BelievedPlay } from './play.ts';

/** A play that shares less than this with an earlier one is no contradiction, whatever its length. */
const SHORTEST_OVERLAP_MS: Ms = SECOND_MS;
/** Half an hour of 15 s spots. */
const MOST_PLAYS = 128;
const MOST_PLAYERS = 20_000;

/** The latest counted plays of each player: a witness that may forget, and never remembers too much. */
export interface RecentPlays {
  /** Whether the play runs beside a remembered one with another number for more than half of the shorter. */
  overlaps(playerId: number, epochNo: number, play: BelievedPlay): boolean;
  /** Remembers plays that were counted, in order of their starts. */
  remember(playerId: number, epochNo: number, plays: readonly BelievedPlay[]): void;
}

/** Four numbers a play, at one place of all four; the places are taken in turn. */
interface Remembered {
  readonly epochNo: Float64Array;
  readonly seq: Float64Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  size: number;
  next: number;
  newestEnd: EpochMs;
}

/** A memory of the 128 plays heard of last from each of the 20,000 players heard of last. */
export function recentPlays(): RecentPlays {
  const memory = new Map<number, Remembered>();
  return {
    overlaps(playerId, epochNo, { seq, startedAt, durationMs }) {
      const known = memory.get(playerId);
      if (known === undefined || startedAt >= known.newestEnd) return false;
      const endsAt = startedAt + durationMs;
      for (let at = 0; at < known.size; at += 1) {
        const [from = 0, to = 0] = [known.from[at], known.to[at]];
        const shared = Math.min(endsAt, to) - Math.max(startedAt, from);
        if (shared <= Math.max(SHORTEST_OVERLAP_MS, Math.min(durationMs, to - from) / 2)) continue;
        if (known.seq[at] !== seq || known.epochNo[at] !== epochNo) return true;
      }
      return false;
    },
    remember(playerId, epochNo, plays) {
      if (plays.length === 0) return;
      const known = memory.get(playerId) ?? nothingYet();
      for (const { seq, startedAt, durationMs } of plays.slice(-MOST_PLAYS)) {
        const at = known.next;
        known.epochNo[at] = epochNo;
        known.seq[at] = seq;
        known.from[at] = startedAt;
        known.to[at] = startedAt + durationMs;
        known.next = (at + 1) % MOST_PLAYS;
        known.size = Math.max(known.size, at + 1);
        known.newestEnd = Math.max(known.newestEnd, startedAt + durationMs);
      }
      memory.delete(playerId);
      memory.set(playerId, known);
      const oldest = memory.size > MOST_PLAYERS ? memory.keys().next().value : undefined;
      if (oldest !== undefined) memory.delete(oldest);
    },
  };
}

function nothingYet(): Remembered {
  const column = () => new Float64Array(MOST_PLAYS);
  return { epochNo: column(), seq: column(), from: column(), to: column(), size: 0, next: 0, newestEnd: 0 };
}
