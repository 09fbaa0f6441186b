import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  capped,
  confirmed,
  nextBatch,
  type Outbox,
  rangesOf,
  rewound,
  stored,
  takeSeq,
  withPlay,
} from '../../../players/core/outbox.ts';
import { virtualLedger } from '../../../players/fleet/virtual-ledger.ts';
import type { Play } from '../../../src/contract/play-report.ts';

const EMPTY: Outbox = {
  epoch: 'epoch-of-test',
  lastSeq: 0,
  pending: [],
  unsafe: new Set(),
  cursor: 0,
  summary: null,
};

function play(seq: number): Play {
  return {
    seq,
    assetId: 1,
    sha256: 'a'.repeat(64),
    startedAt: new Date(seq).toISOString(),
    durationMs: 1_000,
    outcome: 'completed',
  };
}

function holding(...seqs: number[]): Outbox {
  let outbox = EMPTY;
  for (const seq of seqs) outbox = stored(withPlay({ ...outbox, lastSeq: seq }, play(seq)), [seq]);
  return outbox;
}

describe('nextBatch', () => {
  it('never sends a play that the storage does not hold safely', () => {
    const outbox = withPlay(holding(1, 2), play(3));
    expect(nextBatch(outbox, 10)[0].map((one) => one.seq)).toEqual([1, 2]);
    expect(nextBatch(stored(outbox, [3]), 10)[0].map((one) => one.seq)).toEqual([1, 2, 3]);
  });

  it('goes on behind what was sent, and begins again when nothing is left ahead', () => {
    const [first, after] = nextBatch(holding(1, 2, 3), 2);
    const [second, last] = nextBatch(after, 2);
    expect([first, second, nextBatch(last, 2)[0]].map((batch) => batch.map((one) => one.seq))).toEqual([
      [1, 2],
      [3],
      [1, 2],
    ]);
  });
});

describe('confirmed', () => {
  it('forgets exactly what the ranges cover', () => {
    const [removed, outbox] = confirmed(holding(1, 2, 3, 5, 6), [
      [2, 3],
      [6, 90],
    ]);
    expect(removed).toEqual([
      [2, 3],
      [6, 6],
    ]);
    expect(outbox.pending.map((one) => one.seq)).toEqual([1, 5]);
  });
});

describe('rewound', () => {
  it('sends again from the lowest play that the server misses and the player still has', () => {
    const [, sent] = nextBatch(holding(2, 3, 4), 10);
    expect(nextBatch(rewound(sent, [[1, 3]]), 10)[0].map((one) => one.seq)).toEqual([2, 3, 4]);
  });
});

describe('capped', () => {
  it('sums up the oldest, so that plays held and plays summed up are all that were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 10, max: 60 }), (count, cap) => {
        let outbox = EMPTY;
        for (let i = 0; i < count; i += 1) {
          const [seq, taken] = takeSeq(outbox);
          outbox = capped(withPlay(taken, play(seq)), cap)[1];
        }
        expect(outbox.pending.length).toBeLessThanOrEqual(cap);
        expect(outbox.pending.length + (outbox.summary?.plays ?? 0)).toBe(count);
        expect(outbox.summary?.airtimeMs ?? 0).toBe(1_000 * (outbox.summary?.plays ?? 0));
      }),
    );
  });
});

describe('rangesOf', () => {
  it('covers each number once with as few ranges as can be', () => {
    expect(rangesOf([1, 2, 3, 7, 9, 10])).toEqual([
      [1, 3],
      [7, 7],
      [9, 10],
    ]);
    expect(rangesOf([])).toEqual([]);
  });
});

describe('virtualLedger', () => {
  it('counts each number once in any order, and names what it holds and misses', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (seqs) => {
        const ledger = virtualLedger();
        let receipt = ledger.take('epoch-of-test', []);
        for (const seq of seqs) receipt = ledger.take('epoch-of-test', [play(seq)]);
        const distinct = [...new Set(seqs)].toSorted((a, b) => a - b);
        const last = distinct.at(-1) ?? 0;
        expect(receipt.received).toEqual(rangesOf(distinct));
        expect(receipt.missing).toEqual(
          rangesOf(Array.from({ length: last }, (_, i) => i + 1).filter((seq) => !distinct.includes(seq))),
        );
        expect(ledger.plays).toHaveLength(distinct.length);
        expect(ledger.duplicates).toBe(seqs.length - distinct.length);
      }),
    );
  });
});
