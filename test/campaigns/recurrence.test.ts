import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import { readRrule, recurringDates } from '../../src/campaigns/recurrence.ts';

const dates = (rrule: string, from: string, to: string, exdates: string[] = []) =>
  recurringDates({ rrule, exdates }, from, to);
const refusalOf = (act: () => unknown): Refusal => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('recurringDates', () => {
  test('finds every second Tuesday of the month', () => {
    expect(dates('FREQ=MONTHLY;BYDAY=2TU', '2027-01-01', '2027-04-30')).toEqual([
      '2027-01-12',
      '2027-02-09',
      '2027-03-09',
      '2027-04-13',
    ]);
  });

  test('counts INTERVAL from the first date of the booking', () => {
    expect(dates('FREQ=DAILY;INTERVAL=3', '2027-02-01', '2027-02-10')).toEqual([
      '2027-02-01',
      '2027-02-04',
      '2027-02-07',
      '2027-02-10',
    ]);
  });

  test('takes UNTIL as a date that is included, and leaves EXDATE out', () => {
    expect(dates('FREQ=DAILY;UNTIL=20270203', '2027-02-01', '2027-02-28', ['2027-02-02'])).toEqual([
      '2027-02-01',
      '2027-02-03',
    ]);
    expect(dates('FREQ=DAILY;UNTIL=20270203T000000Z', '2027-02-01', '2027-02-28')).toHaveLength(3);
  });

  test('finds the last workday of each month by BYSETPOS', () => {
    expect(dates('FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '2027-01-01', '2027-03-31')).toEqual([
      '2027-01-29',
      '2027-02-26',
      '2027-03-31',
    ]);
  });

  test('gives no date for a rule that never fires, in bounded time', () => {
    const started = performance.now();
    expect(dates('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', '2027-01-01', '2036-12-31')).toEqual([]);
    expect(dates('FREQ=YEARLY;BYYEARDAY=366;BYMONTH=3', '2027-01-01', '2036-12-31')).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('agrees with weekday arithmetic for weekly rules, whatever days and interval', () => {
    const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
    fc.assert(
      fc.property(
        fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 400 }),
        (days, interval, ahead) => {
          const from = Temporal.PlainDate.from('2026-12-01').add({ days: ahead });
          const to = from.add({ days: 90 });
          const monday = from.subtract({ days: from.dayOfWeek - 1 });
          const expected: string[] = [];
          for (let date = from; Temporal.PlainDate.compare(date, to) <= 0; date = date.add({ days: 1 })) {
            const weeks = Math.floor(monday.until(date, { largestUnit: 'days' }).days / 7);
            if (days.includes(date.dayOfWeek) && weeks % interval === 0) expected.push(date.toString());
          }
          const byDay = days.map((day) => names[day - 1]).join(',');
          const rule = `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${byDay}`;
          expect(dates(rule, from.toString(), to.toString())).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('refuses a recurrence over more than ten years', () => {
    expect(refusalOf(() => dates('FREQ=DAILY', '2027-01-01', '2099-01-01')).code).toBe(
      'booking.badRecurrence',
    );
  });
});

describe('readRrule', () => {
  test('drops the leading name and writes capitals', () => {
    expect(readRrule(' RRULE:freq=weekly;byday=tu; ')).toBe('FREQ=WEEKLY;BYDAY=TU');
  });

  test.each(['HOURLY', 'MINUTELY', 'SECONDLY'])(
    'refuses FREQ=%s, and says where the hours belong',
    (freq) => {
      expect(refusalOf(() => readRrule(`FREQ=${freq}`))).toMatchObject({
        code: 'booking.badRecurrence',
        message: expect.stringContaining('dayparts'),
      });
    },
  );

  test.each([
    '',
    'FREQ=',
    'FREQ=FORTNIGHTLY',
    'COUNT=3',
    'FREQ=DAILY;INTERVAL=0',
    'FREQ=DAILY;INTERVAL=99999999999',
    'FREQ=DAILY;COUNT=-1',
    'FREQ=DAILY;COUNT=1e9',
    'FREQ=DAILY;UNTIL=20270230',
    'FREQ=DAILY;COUNT=2;UNTIL=20270203',
    'FREQ=DAILY;BYHOUR=7',
    'FREQ=WEEKLY;BYDAY=2TU',
    'FREQ=MONTHLY;BYMONTHDAY=0',
    'FREQ=MONTHLY;BYMONTHDAY=32',
    'FREQ=YEARLY;BYEASTER=1',
    'FREQ=YEARLY;BYWEEKNO=60',
    'FREQ=DAILY;FREQ=WEEKLY',
    'FREQ=MONTHLY;BYSETPOS=1',
    'FREQ=DAILY\nDTSTART:20270101T000000Z',
    'FREQ=DAILY;CONSTRUCTOR=1',
    `FREQ=MONTHLY;BYMONTHDAY=${'1,'.repeat(400)}1`,
  ])('refuses the rule %j', (rule) => {
    expect(refusalOf(() => readRrule(rule)).code).toBe('booking.badRecurrence');
  });

  test('never throws anything but a refusal, whatever the text', () => {
    const part = fc.constantFrom('FREQ=DAILY', 'FREQ=MONTHLY', 'BYDAY=MO', 'BYDAY=-1FR', 'BYMONTHDAY=-1');
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join(';')),
    );
    fc.assert(
      fc.property(text, (rule) => {
        try {
          recurringDates({ rrule: rule, exdates: [] }, '2027-01-01', '2027-03-01');
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 500 },
    );
  });
});
