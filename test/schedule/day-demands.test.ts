import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateAfter, hoursOfDay } from '../../src/base/local-time.ts';
import { CompiledDays } from '../../src/schedule/compile-programme.ts';
import type { BookingFacts } from '../../src/schedule/eligible.ts';
import { bookingFacts, endpointFacts, entryOf, worldFacts } from '../support/world-facts.ts';

const ALL = [1, 2, 3, 4, 5, 6, 7];

/** Plays of each hour of a date that start at the first endpoint, by booking. */
function playsOf(
  bookings: readonly BookingFacts[],
  bookingId: number | null,
  zone = 'Asia/Shanghai',
): number[] {
  const endpoint = endpointFacts(1, { timeZone: zone });
  const world = worldFacts(bookings, {
    endpoints: [endpoint],
    targets: [{ campaignId: 1, plays: 420, date: '2027-03-28', played: 0 }],
  });
  const hours = hoursOfDay('2027-03-28', zone);
  return new CompiledDays()
    .day(world, endpoint, hours)
    .hours.map(({ spots }) => spots.filter((spot) => spot.bookingId === bookingId).length);
}
const sum = (counts: readonly number[]) => counts.reduce((all, n) => all + n, 0);

describe('CompiledDays.day', () => {
  test('plays "at least every 7 minutes" nine times in each full hour', () => {
    const plays = playsOf([bookingFacts(1, { rate: { kind: 'everyMinutes', minutes: 7 } })], 1);
    expect(plays.filter((n) => n > 0)).toEqual(Array(14).fill(9));
  });

  test('holds a rate to its cap for the hour', () => {
    const plays = playsOf([bookingFacts(1, { maxPerHour: 5 })], 1);
    expect(Math.max(...plays)).toBe(5);
  });

  test('spreads a cap for the day evenly over the open hours', () => {
    const plays = playsOf([bookingFacts(1, { maxPerDay: 20 })], 1);
    expect(sum(plays)).toBe(20);
    expect(plays.slice(7, 21).every((n) => n === 1 || n === 2)).toBe(true);
  });

  test('leaves a rate alone whose day stays below its cap', () => {
    expect(sum(playsOf([bookingFacts(1, { maxPerDay: 168 })], 1))).toBe(168);
    expect(sum(playsOf([bookingFacts(1, { maxPerDay: 167 })], 1))).toBe(167);
  });

  test.each([
    ['a play a day', 1, null],
    ['two plays a day', 2, null],
    ['five plays a day on Saturdays', 5, [6]],
  ])(
    'goes through a playlist from day to day where a day is too short for a round: %s',
    (_, maxPerDay, days) => {
      const entries = [
        { ...entryOf(11), weight: 3 },
        { ...entryOf(12), weight: 2 },
        { ...entryOf(13), weight: 2 },
      ];
      const dayparts = days === null ? [] : [{ days, fromMinute: 480, toMinute: 1_200 }];
      const endpoint = endpointFacts(1);
      const world = worldFacts([bookingFacts(1, { entries, maxPerDay, dayparts })], {
        endpoints: [endpoint],
      });
      const memory = new CompiledDays();
      const shown = new Map<number, number>();
      let plays = 0;
      for (let date = '2027-01-01'; plays < 70; date = dateAfter(date, 1)) {
        for (const { spots } of memory.day(world, endpoint, hoursOfDay(date, endpoint.timeZone)).hours) {
          for (const { bookingId, assetId } of spots) {
            if (bookingId !== 1) continue;
            plays++;
            shown.set(assetId, (shown.get(assetId) ?? 0) + 1);
            for (const { material, weight } of entries) {
              const off = (shown.get(material.assetId) ?? 0) - (plays * weight) / 7;
              expect(Math.abs(off)).toBeLessThanOrEqual(1 - 1 / (2 * entries.length - 2) + 1e-9);
            }
          }
        }
      }
      expect(plays).toBe(70);
    },
  );

  test('keeps every cap, for rates and shares, whatever the booking and its neighbours', () => {
    const booking = fc.record({
      rate: fc.oneof(
        fc.record({ kind: fc.constant('perHour' as const), plays: fc.integer({ min: 1, max: 60 }) }),
        fc.record({ kind: fc.constant('share' as const), weight: fc.integer({ min: 1, max: 50 }) }),
        fc.constant({ kind: 'target' as const }),
      ),
      maxPerHour: fc.option(fc.integer({ min: 1, max: 40 })),
      maxPerDay: fc.option(fc.integer({ min: 1, max: 300 })),
      seconds: fc.integer({ min: 5, max: 60 }),
      from: fc.integer({ min: 0, max: 1_300 }),
      minutes: fc.integer({ min: 20, max: 1_439 }),
    });
    fc.assert(
      fc.property(fc.array(booking, { minLength: 1, maxLength: 4 }), (drafts) => {
        const bookings = drafts.map(({ seconds, from, minutes, ...rest }, i) =>
          bookingFacts(i + 1, {
            ...rest,
            entries: [entryOf(i + 1, seconds * 1_000)],
            dayparts: [{ days: ALL, fromMinute: from, toMinute: (from + minutes) % 1_440 }],
          }),
        );
        for (const { id, maxPerHour, maxPerDay } of bookings) {
          const plays = playsOf(bookings, id);
          if (maxPerHour !== null) expect(Math.max(...plays)).toBeLessThanOrEqual(maxPerHour);
          if (maxPerDay !== null) expect(sum(plays)).toBeLessThanOrEqual(maxPerDay);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('gives a capped share what its cap allows and the rest to the other share', () => {
    const bookings = [
      bookingFacts(1, { rate: { kind: 'share', weight: 1 }, maxPerHour: 10 }),
      bookingFacts(2, { rate: { kind: 'share', weight: 1 } }),
    ];
    expect(playsOf(bookings, 1).slice(7, 21)).toEqual(Array(14).fill(10));
    expect(Math.min(...playsOf(bookings, 2).slice(7, 21))).toBeGreaterThan(200);
  });

  test('plays what a target owes this endpoint, on a day of 23 hours too', () => {
    const booking = bookingFacts(1, {
      rate: { kind: 'target' },
      fromDate: '2027-03-28',
      toDate: '2027-04-03',
    });
    expect([59, 60, 61]).toContain(sum(playsOf([booking], 1)));
    expect([59, 60, 61]).toContain(sum(playsOf([booking], 1, 'Europe/Berlin')));
  });

  test('plays an hourly rate 23, 25 and 24.5 times on days on which the clock is set', () => {
    const openingHours = [{ days: ALL, fromMinute: 0, toMinute: 1_440 }];
    const on = (date: string, timeZone: string) => {
      const endpoint = endpointFacts(1, { timeZone, openingHours });
      const { hours } = new CompiledDays().day(
        worldFacts([bookingFacts(1)], { endpoints: [endpoint] }),
        endpoint,
        hoursOfDay(date, timeZone),
      );
      return sum(hours.map(({ spots }) => spots.filter((spot) => spot.bookingId === 1).length));
    };
    expect(on('2027-03-28', 'Europe/Berlin')).toBe(23 * 12);
    expect(on('2027-10-31', 'Europe/Berlin')).toBe(25 * 12);
    expect(on('2027-04-04', 'Australia/Lord_Howe')).toBe(24.5 * 12);
  });

  test('plays the filler where a booking has no play in an hour', () => {
    expect(sum(playsOf([bookingFacts(1, { maxPerDay: 1 })], 1))).toBe(1);
    const filled = playsOf([bookingFacts(1, { maxPerDay: 1 })], null);
    expect(Math.min(...filled.slice(7, 21))).toBeGreaterThan(300);
  });
});
