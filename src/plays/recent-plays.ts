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
  /** Remembers plays that were counted. */
  remember(playerId: number, epochNo: number, plays: readonly BelievedPlay[]): void;
}

interface Remembered {
  readonly epochNo: number;
  readonly seq: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A memory of 128 plays of each of the 20,000 players heard of last. */
export function recentPlays(): RecentPlays {
  const memory = new Map<number, readonly Remembered[]>();
  return {
    overlaps(playerId, epochNo, { seq, startedAt, durationMs }) {
      const known = memory.get(playerId);
      const newest = known?.at(-1);
      if (known === undefined || newest === undefined || startedAt >= newest.to) return false;
      const endsAt = startedAt + durationMs;
      return known.some((one) => {
        if (one.seq === seq && one.epochNo === epochNo) return false;
        const shared = Math.min(endsAt, one.to) - Math.max(startedAt, one.from);
        return shared > Math.max(SHORTEST_OVERLAP_MS, Math.min(durationMs, one.to - one.from) / 2);
      });
    },
    remember(playerId, epochNo, plays) {
      const known = memory.get(playerId) ?? [];
      const fresh = plays.slice(-MOST_PLAYS).map(({ seq, startedAt, durationMs }) => ({
        epochNo,
        seq,
        from: startedAt,
        to: startedAt + durationMs,
      }));
      const all = [...known, ...fresh].sort((a, b) => a.from - b.from).slice(-MOST_PLAYS);
      memory.delete(playerId);
      memory.set(playerId, all);
      const oldest = memory.size > MOST_PLAYERS ? memory.keys().next().value : undefined;
      if (oldest !== undefined) memory.delete(oldest);
    },
  };
}
