import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, holesOf, multirangeOf, seqSetFrom, seqSetOf, unionOf } from '../../src/plays/seq-set.ts';

const seqs = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 60 });

describe('seqSetOf', () => {
  it('keeps exactly the given numbers, in ranges that never touch', () => {
    fc.assert(
      fc.property(seqs, (numbers) => {
        const set = seqSetOf(numbers);
        for (let n = 1; n <= 61; n += 1) expect(holds(set, n)).toBe(numbers.includes(n));
        for (const [place, [from]] of set.entries()) {
          if (place > 0) expect(from).toBeGreaterThan((set[place - 1]?.[1] ?? 0) + 1);
        }
      }),
    );
  });

  it('holds the largest exact number without rounding', () => {
    const set = seqSetOf([Number.MAX_SAFE_INTEGER]);
    expect(multirangeOf(set)).toBe('{[9007199254740991,9007199254740992)}');
    expect(seqSetFrom(multirangeOf(set))).toEqual(set);
  });
});

describe('unionOf', () => {
  it('equals the set of both lists and leaves its arguments alone', () => {
    fc.assert(
      fc.property(seqs, seqs, (a, b) => {
        const [left, right] = [seqSetOf(a), seqSetOf(b)];
        const written = multirangeOf(left);
        expect(unionOf(left, right)).toEqual(seqSetOf([...a, ...b]));
        expect(multirangeOf(left)).toBe(written);
      }),
    );
  });
});

describe('holesOf', () => {
  it('fills the set up to its highest number and shares none with it', () => {
    fc.assert(
      fc.property(seqs, (numbers) => {
        const set = seqSetOf(numbers);
        const highest = Math.max(0, ...numbers);
        expect(unionOf(set, holesOf(set))).toEqual(highest === 0 ? [] : [[1, highest]]);
        for (const [from, to] of holesOf(set)) {
          expect(holds(set, from)).toBe(false);
          expect(holds(set, to)).toBe(false);
        }
      }),
    );
  });
});

describe('seqSetFrom', () => {
  it('reads back what multirangeOf wrote', () => {
    fc.assert(
      fc.property(seqs, (numbers) => {
        expect(seqSetFrom(multirangeOf(seqSetOf(numbers)))).toEqual(seqSetOf(numbers));
      }),
    );
  });
});
