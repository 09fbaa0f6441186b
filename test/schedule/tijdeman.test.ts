import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFractions, nextTurn } from '../../src/schedule/tijdeman.ts';

describe('nextTurn', () => {
  it('keeps every state within 1 - 1/(2n-2) turns of its exact share at every prefix', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 12 }), (weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const bound = 1 - 1 / (2 * weights.length - 2) + 1e-9;
        const played = weights.map(() => 0);
        for (let k = 1; k <= Math.min(total, 400); k++) {
          const turn = nextTurn(played, weights);
          played[turn] = (played[turn] ?? 0) + 1;
          weights.forEach((weight, i) => {
            expect(Math.abs((played[i] ?? 0) - (k * weight) / total)).toBeLessThanOrEqual(bound);
          });
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('gives -1 for nobody and the only one for one', () => {
    expect(nextTurn([], [])).toBe(-1);
    expect(nextTurn([41], [3])).toBe(0);
  });
});

describe('compareFractions', () => {
  it('agrees with exact arithmetic, negative numerators included', () => {
    const numerator = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
    const denominator = fc.integer({ min: 1, max: 50_000_000 });
    fc.assert(
      fc.property(numerator, denominator, numerator, denominator, (a, b, c, d) => {
        const exact = BigInt(a) * BigInt(d) - BigInt(c) * BigInt(b);
        expect(Math.sign(compareFractions(a, b, c, d))).toBe(exact === 0n ? 0 : exact > 0n ? 1 : -1);
      }),
    );
  });
});
