import { describe, expect, test } from 'vitest';
import { hoursOfDay, type LocalHour } from '../../src/base/local-time.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { holidayCalendar } from '../../src/campaigns/holiday.ts';
import { type BookingFacts, eligible, openWindows } from '../../src/schedule/eligible.ts';
import { windowsLength } from '../../src/schedule/windows.ts';
import { bookingFacts, endpointFacts, entryOf, SEVEN_TO_NINE } from '../support/world-facts.ts';

const ALL = [1, 2, 3, 4, 5, 6, 7];
const ROUND_THE_CLOCK = [{ days: ALL, fromMinute: 0, toMinute: 1_440 }];
const calendar = holidayCalendar([
  { date: '2027-02-06', kind: 'holiday', nameZh: '春节', nameEn: 'Spring Festival' },
  { date: '2027-02-14', kind: 'workday', nameZh: '调休', nameEn: 'moved' },
]);
const always = endpointFacts(1, { openingHours: ROUND_THE_CLOCK });

function hourAt(date: string, index: number, zone = 'Asia/Shanghai'): LocalHour {
  const hour = hoursOfDay(date, zone)[index];
  if (!hour) throw new Error('no such hour');
  return hour;
}

/** Minutes of an hour in which a booking may start, or why it may not. */
function minutes(booking: BookingFacts, date: string, index: number, endpoint = always): number | string {
  const hour = hourAt(date, index, endpoint.timeZone);
  const answer = eligible(endpoint, booking, hour, openWindows(endpoint, hour), calendar);
  return typeof answer === 'string' ? answer : windowsLength(answer.windows) / MINUTE_MS;
}

/** Hours of a date in which a booking takes part, summed. */
function openHours(booking: BookingFacts, date: string, endpoint = always): number {
  return hoursOfDay(date, endpoint.timeZone)
    .map((hour) => eligible(endpoint, booking, hour, openWindows(endpoint, hour), calendar))
    .reduce((sum, one) => sum + (typeof one === 'string' ? 0 : windowsLength(one.windows) / HOUR_MS), 0);
}

describe('eligible', () => {
  test('plays a daypart over midnight on the date it starts and into the next morning', () => {
    const night = bookingFacts(1, {
      fromDate: '2027-02-05',
      toDate: '2027-02-06',
      dayparts: [{ days: ALL, fromMinute: 22 * 60, toMinute: 2 * 60 }],
    });
    expect(minutes(night, '2027-02-05', 1)).toBe('outsideDaypart');
    expect(minutes(night, '2027-02-05', 22)).toBe(60);
    expect(minutes(night, '2027-02-06', 1)).toBe(60);
    expect(minutes(night, '2027-02-07', 1)).toBe(60);
    expect(minutes(night, '2027-02-07', 2)).toBe('over');
    expect(minutes(night, '2027-02-07', 22)).toBe('over');
    expect(minutes(night, '2027-02-04', 23)).toBe('notYet');
  });

  test('keeps a night with the date on which it starts when the booking recurs', () => {
    const friday = bookingFacts(1, {
      dates: new Set(['2027-02-05']),
      dayparts: [{ days: ALL, fromMinute: 23 * 60, toMinute: 60 }],
    });
    expect(minutes(friday, '2027-02-05', 0)).toBe('outsideDaypart');
    expect(minutes(friday, '2027-02-06', 0)).toBe(60);
    expect(minutes(friday, '2027-02-06', 23)).toBe('notThisDate');
  });

  test('leaves out the dates that a recurrence leaves out', () => {
    const once = bookingFacts(1, { dates: new Set(['2027-02-09']) });
    expect(minutes(once, '2027-02-09', 12)).toBe(60);
    expect(minutes(once, '2027-02-10', 12)).toBe('notThisDate');
  });

  test('follows the holiday calendar with moved workdays', () => {
    const on = (dayClass: 'workdays' | 'holidays') =>
      bookingFacts(1, { dayparts: [{ days: ALL, fromMinute: 0, toMinute: 1_440, on: dayClass }] });
    expect(minutes(on('workdays'), '2027-02-14', 12)).toBe(60);
    expect(minutes(on('workdays'), '2027-02-06', 12)).toBe('outsideDaypart');
    expect(minutes(on('holidays'), '2027-02-06', 12)).toBe(60);
    expect(minutes(on('holidays'), '2027-02-20', 12)).toBe('outsideDaypart');
  });

  test('needs both the weekday and the class of day of a daypart', () => {
    const part = { days: [1, 2, 3, 4, 5], fromMinute: 0, toMinute: 1_440, on: 'workdays' as const };
    expect(minutes(bookingFacts(1, { dayparts: [part] }), '2027-02-14', 12)).toBe('outsideDaypart');
  });

  test('closes a loudspeaker in its quiet hours, and no screen', () => {
    const quietHours = [{ days: ALL, fromMinute: 12 * 60, toMinute: 14 * 60 }];
    const speaker = endpointFacts(1, { kind: 'loudspeaker', openingHours: ROUND_THE_CLOCK, quietHours });
    const screen = endpointFacts(2, { kind: 'screen', openingHours: ROUND_THE_CLOCK, quietHours });
    expect(minutes(bookingFacts(1), '2027-02-06', 13, speaker)).toBe('closed');
    expect(minutes(bookingFacts(1), '2027-02-06', 13, screen)).toBe(60);
  });

  test('says first what the booking is, then what the hour is, then what the material is', () => {
    const shut = endpointFacts(1, { openingHours: SEVEN_TO_NINE });
    expect(minutes(bookingFacts(1, { selection: { endpointIds: [2] } }), '2027-02-06', 3, shut)).toBe(
      'otherEndpoints',
    );
    expect(minutes(bookingFacts(1, { fromDate: '2027-03-01' }), '2027-02-06', 3, shut)).toBe('notYet');
    expect(minutes(bookingFacts(1), '2027-02-06', 3, shut)).toBe('closed');
    expect(minutes(bookingFacts(1, { entries: [entryOf(7, 15_000, 'submitted')] }), '2027-02-06', 9)).toBe(
      'nothingApproved',
    );
    expect(minutes(bookingFacts(1, { entries: [] }), '2027-02-06', 9)).toBe('nothingApproved');
    const silent = { ...entryOf(7), material: { ...entryOf(7).material, files: [] } };
    expect(minutes(bookingFacts(1, { entries: [silent] }), '2027-02-06', 9)).toBe('nothingPlayable');
  });

  test('covers 23 and 25 hours where the clock is set, and half an hour more at Lord Howe', () => {
    const berlin = endpointFacts(1, { timeZone: 'Europe/Berlin', openingHours: ROUND_THE_CLOCK });
    const howe = endpointFacts(1, { timeZone: 'Australia/Lord_Howe', openingHours: ROUND_THE_CLOCK });
    expect(openHours(bookingFacts(1), '2027-03-28', berlin)).toBe(23);
    expect(openHours(bookingFacts(1), '2027-10-31', berlin)).toBe(25);
    expect(openHours(bookingFacts(1), '2027-04-04', howe)).toBe(24.5);
    expect(openHours(bookingFacts(1), '2027-10-03', howe)).toBe(23.5);
  });

  test('loses the hour of a night daypart that the clock skips and plays the repeated one twice', () => {
    const berlin = endpointFacts(1, { timeZone: 'Europe/Berlin', openingHours: ROUND_THE_CLOCK });
    const night = bookingFacts(1, { dayparts: [{ days: ALL, fromMinute: 60, toMinute: 240 }] });
    expect(openHours(night, '2027-03-28', berlin)).toBe(2);
    expect(openHours(night, '2027-10-31', berlin)).toBe(4);
  });
});
