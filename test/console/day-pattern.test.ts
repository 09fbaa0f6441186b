import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRrule } from '../../src/campaigns/recurrence.ts';
import { formOf } from '../../src/console/booking-form-state.ts';
import {
  type DayPattern,
  datesBetween,
  joinDayparts,
  patternOf,
  rruleOf,
  runsOf,
  splitDayparts,
  withDay,
} from '../../src/console/day-pattern.ts';
import { daysInWords } from '../../src/console/parts/days-in-words.ts';
import { dayWords } from '../../src/console/words/day-words.ts';

const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }).map((all) => all.toSorted());
const patterns: fc.Arbitrary<DayPattern> = fc.oneof(
  fc.constant({ kind: 'everyDay' as const }),
  fc.record({ kind: fc.constant('everyDays' as const), every: fc.integer({ min: 2, max: 366 }) }),
  fc.record({ kind: fc.constant('weekdays' as const), days, every: fc.integer({ min: 1, max: 52 }) }),
  fc.record({
    kind: fc.constant('nthWeekday' as const),
    nth: fc.constantFrom(1, 2, 3, 4, -1),
    day: fc.integer({ min: 1, max: 7 }),
  }),
  fc
    .uniqueArray(fc.constantFrom(1, 2, 15, 28, 31, -1), { minLength: 1 })
    .map((some) => ({ kind: 'monthDays' as const, days: some.reduce(withDay, []) })),
);

describe('patternOf', () => {
  test('reads back every choice of the form from the recurrence that the server stores for it', () => {
    fc.assert(
      fc.property(patterns, (pattern) => {
        const rrule = rruleOf(pattern);
        expect(patternOf(rrule === null ? null : readRrule(rrule))).toEqual(pattern);
      }),
    );
  });

  test.each(['FREQ=WEEKLY', 'FREQ=DAILY;COUNT=3', 'FREQ=YEARLY;BYMONTH=5', 'FREQ=MONTHLY;BYMONTHDAY=-2'])(
    'keeps %s, which the form cannot show, as it is',
    (rrule) => expect(rruleOf(patternOf(rrule))).toBe(rrule),
  );

  test('takes parts in any order for the same choice', () => {
    expect(patternOf('BYDAY=MO;FREQ=WEEKLY;WKST=MO')).toEqual({ kind: 'weekdays', days: [1], every: 1 });
  });
});

describe('splitDayparts', () => {
  const morning = { days: [1, 2], from: '07:00', to: '09:00' };

  test('finds again what was said of holidays, with hours and without', () => {
    for (const on of ['everyDay', 'notHolidays', 'holidays', 'workdays'] as const) {
      expect(splitDayparts(joinDayparts([], on))).toEqual({ on, hours: [] });
      expect(splitDayparts(joinDayparts([morning], on))).toEqual({ on, hours: [{ ...morning, on }] });
    }
    expect(joinDayparts([], 'everyDay')).toEqual([]);
  });

  test('leaves hours alone that differ in what they make of holidays', () => {
    const mixed = [morning, { ...morning, on: 'holidays' as const }];
    expect(splitDayparts(mixed)).toEqual({ on: 'mixed', hours: mixed });
    expect(joinDayparts(mixed, 'mixed')).toEqual(mixed);
  });
});

test('dates left out are told as stretches, over the end of a month', () => {
  const dates = ['2027-01-09', ...datesBetween('2027-01-30', '2027-02-02')];
  expect(runsOf(dates.toReversed())).toEqual([
    { from: '2027-01-09', to: '2027-01-09' },
    { from: '2027-01-30', to: '2027-02-02' },
  ]);
  expect(datesBetween('2027-01-02', '2027-01-01')).toEqual([]);
});

describe('daysInWords', () => {
  const format = (language: 'zh' | 'en') => ({ language, number: String, date: (date: string) => date });
  const stored = {
    ...{ id: 1, campaignId: 1, playlistId: 1, name: 'Winter', endpoints: {}, version: 1, tier: 0 },
    ...{ changedBy: null, changedAt: null, withdrawnAt: null, maxPerHour: null, maxPerDay: null },
    ...{ fromDate: '2027-01-01', toDate: '2027-03-31', rate: { kind: 'perHour' as const, plays: 6 } },
    dayparts: joinDayparts([], 'notHolidays'),
    rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE',
    exdates: datesBetween('2027-02-15', '2027-02-16'),
  };

  test('says recurrence, holidays and dates left out of a stored booking in either language', () => {
    expect(daysInWords(formOf(stored), dayWords.en, format('en'))).toBe(
      '2027-01-01 to 2027-03-31: on Monday and Wednesday of every 2 weeks, counted from the week of the first ' +
        'day, but not on public holidays, except 2027-02-15 to 2027-02-16.',
    );
    expect(daysInWords(formOf(stored), dayWords.zh, format('zh'))).toBe(
      '2027-01-01 至 2027-03-31：每 2 周的周一和周三播，从开始那一周算起，法定节假日不播，2027-02-15 至 2027-02-16除外。',
    );
  });

  test('says working days as such, and not as a rule about holidays', () => {
    const form = { ...formOf(stored), rrule: null, exdates: [], dayparts: joinDayparts([], 'workdays') };
    expect(daysInWords(form, dayWords.en, format('en'))).toBe(
      '2027-01-01 to 2027-03-31: on working days (moved ones included).',
    );
  });
});
