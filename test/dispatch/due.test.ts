import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { datesOf, lastDueAt, pauseAfter } from '../../src/dispatch/due.ts';

const plan = { what: 'daily', timeZone: 'Asia/Shanghai', atMinute: 480, weekday: 1 } as const;
const at = (text: string) => Date.parse(`${text}+08:00`);

describe('lastDueAt', () => {
  it.each([
    ['daily', '2027-02-05T07:59', '2027-02-04T08:00'],
    ['daily', '2027-02-05T08:00', '2027-02-05T08:00'],
    ['weekly', '2027-02-05T08:00', '2027-02-01T08:00'],
    ['weekly', '2027-02-01T07:59', '2027-01-25T08:00'],
    ['rollCall', '2027-02-05T05:59', '2027-02-05T00:00'],
    ['rollCall', '2027-02-05T18:00', '2027-02-05T18:00'],
  ] as const)('finds for a %s plan at %s the instant %s', (what, now, due) => {
    expect(lastDueAt({ ...plan, what }, at(now))).toBe(at(due));
  });

  it('never lies in the future, nor further back than its rhythm, in zones that change their offset too', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('daily' as const, 'weekly' as const, 'rollCall' as const),
        fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
        fc.integer({ min: 0, max: 1_439 }),
        fc.integer({ min: at('2027-01-01T00:00'), max: at('2028-01-01T00:00') }),
        (what, timeZone, atMinute, now) => {
          const due = lastDueAt({ what, timeZone, atMinute, weekday: 3 }, now);
          const longest = { daily: DAY_MS, weekly: 7 * DAY_MS, rollCall: 6 * HOUR_MS }[what];
          expect(due).toBeLessThanOrEqual(now);
          expect(now - due).toBeLessThanOrEqual(longest + 2 * HOUR_MS);
        },
      ),
    );
  });
});

describe('datesOf', () => {
  it('is the day before for a daily report and the seven days before for a weekly one', () => {
    expect(datesOf(plan, at('2027-03-01T08:00'))).toEqual({ from: '2027-02-28', to: '2027-02-28' });
    expect(datesOf({ ...plan, what: 'weekly' }, at('2027-03-01T08:00'))).toEqual({
      from: '2027-02-22',
      to: '2027-02-28',
    });
  });
});

describe('pauseAfter', () => {
  it('grows from attempt to attempt and ends', () => {
    const pauses = Array.from({ length: 7 }, (_, n) => pauseAfter(n + 1) ?? 0);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauseAfter(8)).toBeNull();
  });
});
