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
  /** Between the first start and the last end lie all of them: most plays are outside, and need no search. */
  firstStart: EpochMs;
  lastEnd: EpochMs;
}

/** A memory of the 128 plays heard of last from each of the 20,000 players heard of last. */
export function recentPlays(): RecentPlays {
  const memory = new Map<number, Remembered>();
  return {
    overlaps(playerId, epochNo, { seq, startedAt, durationMs }) {
      const known = memory.get(playerId);
      const endsAt = startedAt + durationMs;
      if (known === undefined || startedAt >= known.lastEnd || endsAt <= known.firstStart) return false;
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
      }
      known.firstStart = known.from.subarray(0, known.size).reduce((a, b) => Math.min(a, b), Infinity);
      known.lastEnd = known.to.subarray(0, known.size).reduce((a, b) => Math.max(a, b), 0);
      memory.delete(playerId);
      memory.set(playerId, known);
      const oldest = memory.size > MOST_PLAYERS ? memory.keys().next().value : undefined;
      if (oldest !== undefined) memory.delete(oldest);
    },
  };
}

function nothingYet(): Remembered {
  const column = () => new Float64Array(MOST_PLAYS);
  const columns = { epochNo: column(), seq: column(), from: column(), to: column() };
  return { ...columns, size: 0, next: 0, firstStart: 0, lastEnd: 0 };
}
