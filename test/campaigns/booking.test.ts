import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import {
  bookedDates,
  bookingDraftSchema,
  checkBookingTimes,
  playsPerHour,
  type Rate,
  rateOf,
  rateSchema,
  rateToStore,
} from '../../src/campaigns/booking.ts';
import { holidayCalendar } from '../../src/campaigns/holiday.ts';

const calendar = holidayCalendar([]);
const ALL = [1, 2, 3, 4, 5, 6, 7];
const times = { fromDate: '2027-02-01', toDate: '2027-02-10', rrule: null, exdates: [], dayparts: [] };

describe('rateSchema', () => {
  test.each([0, -1, 1.5, 1e308, Number.NaN, Number.POSITIVE_INFINITY, '7'])(
    'takes no weight of %s',
    (weight) => {
      expect(rateSchema.safeParse({ kind: 'share', weight }).success).toBe(false);
      expect(rateSchema.safeParse({ kind: 'perHour', plays: weight }).success).toBe(false);
      expect(rateSchema.safeParse({ kind: 'everyMinutes', minutes: weight }).success).toBe(false);
    },
  );

  test('takes 1 and 240 plays an hour and not 241', () => {
    const fits = (plays: number) => rateSchema.safeParse({ kind: 'perHour', plays }).success;
    expect([1, 240, 241].map(fits)).toEqual([true, true, false]);
  });
});

describe('playsPerHour', () => {
  test('rounds "at least every k minutes" up to plays that keep within k', () => {
    const every = (minutes: number) => playsPerHour({ kind: 'everyMinutes', minutes });
    expect([1, 5, 7, 45, 60].map(every)).toEqual([60, 12, 9, 2, 1]);
    for (let k = 1; k <= 60; k++) expect(60 / (every(k) ?? 0)).toBeLessThanOrEqual(k);
  });
});

describe('rateToStore and rateOf', () => {
  test('give back every kind of rate', () => {
    const rates: Rate[] = [
      { kind: 'perHour', plays: 12 },
      { kind: 'everyMinutes', minutes: 7 },
      { kind: 'share', weight: 3 },
      { kind: 'target' },
    ];
    for (const rate of rates) expect(rateOf(rateToStore(rate))).toEqual(rate);
  });
});

describe('bookedDates', () => {
  test('means every date when neither recurrence nor exception is given', () => {
    expect(bookedDates(times)).toBeNull();
  });

  test('leaves exceptions out of a booking without a recurrence', () => {
    expect(bookedDates({ ...times, exdates: ['2027-02-02'] })?.size).toBe(9);
  });
});

describe('checkBookingTimes', () => {
  const codeOf = (over: Partial<Parameters<typeof checkBookingTimes>[0]>) => {
    try {
      checkBookingTimes({ ...times, ...over }, calendar);
      return null;
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  };

  test('refuses a recurrence that never falls on the dates of the booking', () => {
    expect(codeOf({ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' })).toBe('booking.contradictory');
    expect(codeOf({ rrule: 'FREQ=MONTHLY;BYMONTHDAY=20' })).toBe('booking.contradictory');
  });

  test('refuses exceptions that leave no date', () => {
    expect(codeOf({ toDate: '2027-02-02', exdates: ['2027-02-01', '2027-02-02'] })).toBe(
      'booking.contradictory',
    );
  });

  test('refuses dayparts whose weekdays never meet the dates', () => {
    const monday = [{ days: [1], fromMinute: 420, toMinute: 480 }];
    expect(codeOf({ dayparts: monday, rrule: 'FREQ=WEEKLY;BYDAY=TU' })).toBe('booking.contradictory');
    expect(codeOf({ dayparts: monday, rrule: 'FREQ=WEEKLY;BYDAY=MO' })).toBeNull();
  });

  test('refuses a daypart on holidays over dates that hold none', () => {
    const onHolidays = [{ days: ALL, fromMinute: 420, toMinute: 480, on: 'holidays' as const }];
    expect(codeOf({ dayparts: onHolidays })).toBeNull();
    expect(codeOf({ dayparts: onHolidays, toDate: '2027-02-04' })).toBe('booking.contradictory');
  });
});

describe('bookingDraftSchema', () => {
  test('refuses a daypart that ends when it starts', () => {
    const draft = {
      campaignId: 1,
      playlistId: 1,
      name: 'a',
      fromDate: '2027-02-01',
      toDate: '2027-02-10',
      rate: { kind: 'perHour', plays: 1 },
    };
    const fits = (to: string) =>
      bookingDraftSchema.safeParse({ ...draft, dayparts: [{ from: '07:00', to }] }).success;
    expect([fits('07:00'), fits('06:00'), fits('08:00')]).toEqual([false, true, true]);
  });
});
