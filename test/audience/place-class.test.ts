import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openShares, PLACE_CLASSES, profileOf } from '../../src/audience/place-class.ts';

const SEVEN_TO_TEN = [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 420, toMinute: 1_320 }];

describe('PLACE_CLASSES', () => {
  it.each([...PLACE_CLASSES])(
    'has for %s 24 weights a day, notice in order and says that it assumes',
    (_, one) => {
      expect([one.workday.length, one.weekend.length]).toEqual([24, 24]);
      expect(one.notice.low).toBeLessThanOrEqual(one.notice.best);
      expect(one.notice.best).toBeLessThanOrEqual(one.notice.high);
      expect(one.source).toMatch(/assumption/i);
    },
  );
});

describe('openShares', () => {
  it('carries a window over midnight into the next day, and Sunday night into Monday', () => {
    const shares = openShares([{ days: [7], fromMinute: 1_410, toMinute: 30 }]);
    expect([shares[6 * 24 + 23], shares[0], shares[1]]).toEqual([0.5, 0.5, 0]);
  });
});

describe('profileOf', () => {
  it('keeps the average of the open hours and has nobody in the others', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PLACE_CLASSES.keys()),
        fc.integer({ min: 100, max: 100_000 }),
        (key, average) => {
          const assumed = PLACE_CLASSES.get(key);
          if (!assumed) throw new Error(key);
          const people = profileOf(assumed, average, SEVEN_TO_TEN);
          expect(people).toHaveLength(168);
          const open = people.filter((_, at) => at % 24 >= 7 && at % 24 < 22);
          const mean = open.reduce((sum, one) => sum + one, 0) / open.length;
          expect(Math.abs(mean - average)).toBeLessThanOrEqual(0.5);
          expect(people.filter((_, at) => at % 24 < 7 || at % 24 >= 22).every((one) => one === 0)).toBe(true);
        },
      ),
    );
  });

  it('spreads evenly where the class has nobody in any open hour', () => {
    const nobody = { workday: Array(24).fill(0), weekend: Array(24).fill(0) };
    expect(profileOf(nobody, 50, SEVEN_TO_TEN)[7]).toBe(50);
  });
});
