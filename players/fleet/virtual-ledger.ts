import type { Play, PlayReceipt, SeqRange } from '../../src/contract/play-report.ts';

/** A server's book of plays, in memory: counts each number of each epoch once. The model that a real one must meet. */
export interface VirtualLedger {
  /** Takes in a batch, whatever was in it before, and says what is held. */
  take(epoch: string, plays: readonly Play[]): PlayReceipt;
  /** Every play counted, in the order of arrival. */
  readonly plays: readonly (Play & { readonly epoch: string })[];
  /** How often a play came that was held already. */
  readonly duplicates: number;
}

/** An empty ledger. */
export function virtualLedger(): VirtualLedger {
  const held = new Map<string, SeqRange[]>();
  const plays: (Play & { readonly epoch: string })[] = [];
  let duplicates = 0;
  return {
    take(epoch, batch) {
      const ranges = held.get(epoch) ?? [];
      held.set(epoch, ranges);
      let accepted = 0;
      for (const play of batch) {
        if (!addSeq(ranges, play.seq)) continue;
        accepted += 1;
        plays.push({ ...play, epoch });
      }
      duplicates += batch.length - accepted;
      const received = ranges.map(([from, to]): SeqRange => [from, to]);
      return {
        accepted,
        duplicates: batch.length - accepted,
        rejected: [],
        received,
        missing: holesOf(ranges),
      };
    },
    plays,
    get duplicates() {
      return duplicates;
    },
  };
}

/** Adds a number to sorted, disjoint, closed ranges, in place; false when it was there. */
function addSeq(ranges: SeqRange[], seq: number): boolean {
  let index = ranges.length;
  while (index > 0 && (ranges[index - 1]?.[0] ?? 0) > seq) index -= 1;
  const before = ranges[index - 1];
  const after = ranges[index];
  if (before && before[1] >= seq) return false;
  const joinsBefore = before !== undefined && before[1] === seq - 1;
  const joinsAfter = after !== undefined && after[0] === seq + 1;
  if (joinsBefore && joinsAfter) ranges.splice(index - 1, 2, [before[0], after[1]]);
  else if (joinsBefore) before[1] = seq;
  else if (joinsAfter) after[0] = seq;
  else ranges.splice(index, 0, [seq, seq]);
  return true;
}

function holesOf(ranges: readonly SeqRange[]): SeqRange[] {
  const holes: SeqRange[] = [];
  let expected = 1;
  for (const [from, to] of ranges) {
    if (from > expected) holes.push([expected, from - 1]);
    expected = to + 1;
  }
  return holes;
}
