import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachedOf, reachOf } from '../../src/impressions/reach.ts';

const endpoint = fc
  .record({ pool: fc.integer({ min: 0, max: 100_000 }), best: fc.integer({ min: 0, max: 1_000_000 }) })
  .map(({ pool, best }) => ({
    pool,
    impressions: { low: Math.floor(best / 2), best, high: best * 2 },
  }));

describe('reachedOf', () => {
  it('gives for as many contacts as people and shape 1 half of them', () => {
    expect(reachedOf(1_000, 1_000, 1)).toBeCloseTo(500, 9);
  });

  it('is never more than the people or the contacts, and grows with both contacts and evenness', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.integer({ min: 0, max: 100_000_000 }),
        (pool, contacts) => {
          const reached = reachedOf(pool, contacts, 1);
          expect(reached).toBeLessThanOrEqual(pool);
          expect(reached).toBeLessThanOrEqual(contacts * (1 + 1e-9));
          expect(reachedOf(pool, contacts, 0.5)).toBeLessThanOrEqual(reached * (1 + 1e-9));
          expect(reachedOf(pool, contacts * 2, 1)).toBeGreaterThanOrEqual(reached);
        },
      ),
    );
  });

  it('is what drawing people with rates of that distribution gives', () => {
    // Shape 1: rates are exponential, and a person stays unreached with the mean of exp(-rate): 1 ÷ (1 + mean).
    const mean = 1.7;
    const steps = 200_000;
    let missed = 0;
    for (let step = 0; step < steps; step++) missed += Math.exp(mean * Math.log(1 - (step + 0.5) / steps));
    expect(reachedOf(1, mean, 1)).toBeCloseTo(1 - missed / steps, 4);
  });
});

describe('reachOf', () => {
  it('keeps low, best and high in order and within the district, whatever the endpoints', () => {
    fc.assert(
      fc.property(
        fc.array(endpoint, { maxLength: 30 }),
        fc.option(fc.integer({ min: 1, max: 1_000_000 })),
        (endpoints, population) => {
          const { low, best, high } = reachOf(endpoints, population);
          expect(low).toBeLessThanOrEqual(high);
          if (population === null) expect(best).toBeNull();
          else {
            expect(low).toBeLessThanOrEqual(best ?? -1);
            expect(best).toBeLessThanOrEqual(high);
            expect(high).toBeLessThanOrEqual(population);
          }
        },
      ),
    );
  });

  it('takes two like endpoints for chance in the district: 10 % and 10 % make 19 %', () => {
    const half = { pool: 2_000, impressions: { low: 2_000, best: 2_000, high: 2_000 } };
    const { best, frequency } = reachOf([half, half], 10_000);
    expect(best).toBe(1_900);
    expect(frequency).toBe(2.1);
  });

  it('says of how many endpoints with impressions nobody knows the people', () => {
    const made = reachOf([{ pool: 0, impressions: { low: 1, best: 2, high: 3 } }], 100);
    expect(made).toMatchObject({ best: 0, frequency: null, endpointsWithoutPeople: 1 });
  });
});
