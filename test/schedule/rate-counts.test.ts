import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/base/units.ts';
import { CREDIT_START_MS, grantPlays, owedPlays, type RateAsk } from '../../src/schedule/rate-counts.ts';

const ask = (bookingId: number, asked: number, clipMs: number, tier = 0, lost = 0): RateAsk => ({
  bookingId,
  tier,
  asked,
  airtimeMs: asked * clipMs,
  lost,
});

describe('owedPlays', () => {
  it('owes exactly the rate for each whole hour, whatever the windows between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 240 }),
        fc.array(fc.nat(HOUR_MS), { maxLength: 30 }),
        (plays, windows) => {
          let credit = CREDIT_START_MS;
          let sum = 0;
          let passed = 0;
          for (const windowMs of [...windows, HOUR_MS]) {
            const owed = owedPlays(plays, windowMs, credit);
            if (windowMs === HOUR_MS) expect(owed.asked).toBe(plays);
            credit = owed.creditMs;
            sum += owed.asked;
            passed += windowMs;
          }
          expect(Math.abs(sum - (plays * passed) / HOUR_MS)).toBeLessThanOrEqual(0.5);
        },
      ),
    );
  });
});

describe('grantPlays', () => {
  it('grants all where all fit', () => {
    expect(grantPlays([ask(1, 3, 10), ask(2, 4, 20)], 110).map((g) => g.granted)).toEqual([3, 4]);
  });

  it('gives each its quota rounded down or up, within the capacity', () => {
    const asks = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 240 }), fc.integer({ min: 1_000, max: 60_000 })),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: HOUR_MS }), (list, capacity) => {
        const all = list.map(([plays, clipMs], i) => ask(i + 1, plays, clipMs));
        const wanted = all.reduce((sum, one) => sum + one.airtimeMs, 0);
        fc.pre(wanted > capacity);
        const grants = grantPlays(all, capacity);
        let used = 0;
        grants.forEach(({ granted }, i) => {
          const quota = ((list[i]?.[0] ?? 0) * capacity) / wanted;
          expect(Math.abs(granted - quota)).toBeLessThan(1);
          used += granted * (list[i]?.[1] ?? 0);
        });
        expect(used).toBeLessThanOrEqual(capacity);
      }),
    );
  });

  it('leaves lower tiers what higher ones do not need', () => {
    const grants = grantPlays([ask(1, 10, 10, 1), ask(2, 10, 10, 2), ask(3, 5, 10, 0)], 150);
    expect(grants.map((grant) => grant.granted)).toEqual([5, 10, 0]);
    expect(grants.map((grant) => grant.why)).toEqual(['overFull', null, 'outranked']);
  });

  it('does not let the same booking lose every hour', () => {
    const totals = [0, 0, 0];
    let lost = [0, 0, 0];
    for (let hour = 0; hour < 30; hour++) {
      const grants = grantPlays(
        [1, 2, 3].map((id, i) => ask(id, 1, 10, 0, lost[i] ?? 0)),
        10,
      );
      lost = grants.map((grant) => grant.lost);
      grants.forEach((grant, i) => {
        totals[i] = (totals[i] ?? 0) + grant.granted;
      });
    }
    expect(totals).toEqual([10, 10, 10]);
  });
});
