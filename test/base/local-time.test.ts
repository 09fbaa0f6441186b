import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dayStartsAt,
  hoursOfDay,
  isTimeZone,
  joinWindows,
  type LocalHour,
  localDateOf,
  overlapOf,
  windowsInHour,
  windowsWithout,
} from '../../src/base/local-time.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';

const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];
const hourAt = (date: string, zone: string, index: number): LocalHour => {
  const hour = hoursOfDay(date, zone)[index];
  if (!hour) throw new Error(`no hour ${index}`);
  return hour;
};

describe('hoursOfDay', () => {
  test('gives 24 hours in a zone without daylight saving', () => {
    const hours = hoursOfDay('2027-02-06', 'Asia/Shanghai');
    expect(hours.map((hour) => hour.lengthMs)).toEqual(Array(24).fill(HOUR_MS));
    expect(hours[0]).toMatchObject({
      startsAt: Date.parse('2027-02-05T16:00:00Z'),
      weekday: 6,
      fromMinute: 0,
    });
  });

  test('gives 23 hours on the day that loses one and 25 on the day that gains one', () => {
    expect(hoursOfDay('2027-03-28', 'Europe/Berlin').map((hour) => hour.fromMinute / 60)).not.toContain(2);
    expect(hoursOfDay('2027-10-31', 'Europe/Berlin').filter((hour) => hour.fromMinute === 120)).toHaveLength(
      2,
    );
  });

  test('cuts the hour where a zone moves by half an hour', () => {
    const lengths = hoursOfDay('2026-10-04', 'Australia/Lord_Howe').map((hour) => hour.lengthMs / MINUTE_MS);
    expect(lengths.filter((length) => length === 30)).toHaveLength(1);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(23.5 * 60);
  });

  test('covers every local day without gap or overlap, whatever the zone', () => {
    const zones = [
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Africa/Cairo',
      'Pacific/Apia',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 4_000 }), (zone, days) => {
        const date = new Date(Date.UTC(2022, 0, 1 + days)).toISOString().slice(0, 10);
        const next = new Date(Date.UTC(2022, 0, 2 + days)).toISOString().slice(0, 10);
        let at = dayStartsAt(date, zone);
        for (const hour of hoursOfDay(date, zone)) {
          expect(hour.startsAt).toBe(at);
          expect(localDateOf(at, zone)).toBe(date);
          at += hour.lengthMs;
        }
        expect(at).toBe(dayStartsAt(next, zone));
      }),
      { numRuns: 300 },
    );
  });
});

describe('windowsInHour', () => {
  test('gives the part of the hour inside a daypart that starts in the middle of it', () => {
    const seven = hourAt('2027-02-06', 'Asia/Shanghai', 7);
    expect(windowsInHour(seven, [{ days: [6], fromMinute: 7 * 60 + 30, toMinute: 21 * 60 }])).toEqual([
      { fromMs: 30 * MINUTE_MS, toMs: HOUR_MS },
    ]);
  });

  test('carries a window over midnight into the next day only', () => {
    const night = [{ days: [5], fromMinute: 22 * 60, toMinute: 2 * 60 }];
    expect(windowsInHour(hourAt('2027-02-06', 'Asia/Shanghai', 1), night)).toEqual([
      { fromMs: 0, toMs: HOUR_MS },
    ]);
    expect(windowsInHour(hourAt('2027-02-05', 'Asia/Shanghai', 1), night)).toEqual([]);
    expect(windowsInHour(hourAt('2027-02-05', 'Asia/Shanghai', 23), night)).toHaveLength(1);
  });

  test('carries a Sunday night into Monday', () => {
    const night = [{ days: [7], fromMinute: 23 * 60, toMinute: 60 }];
    expect(windowsInHour(hourAt('2027-02-08', 'Asia/Shanghai', 0), night)).toEqual([
      { fromMs: 0, toMs: HOUR_MS },
    ]);
  });

  test('holds both hours of the wall clock that a day of 25 hours shows twice', () => {
    const two = hoursOfDay('2027-10-31', 'Europe/Berlin').filter((hour) => hour.fromMinute === 120);
    for (const hour of two) {
      expect(windowsInHour(hour, [{ days: ALL_DAYS, fromMinute: 120, toMinute: 150 }])).toEqual([
        { fromMs: 0, toMs: 30 * MINUTE_MS },
      ]);
    }
  });
});

describe('joinWindows, overlapOf and windowsWithout', () => {
  const windows = fc
    .array(fc.tuple(fc.nat(100), fc.integer({ min: 1, max: 30 })), { maxLength: 8 })
    .map((pairs) => joinWindows(pairs.map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }))));
  const inside = (set: { fromMs: number; toMs: number }[], at: number) =>
    set.some((window) => window.fromMs <= at && at < window.toMs);

  test('agree with membership of every instant', () => {
    fc.assert(
      fc.property(windows, windows, (a, b) => {
        for (let at = 0; at < 140; at++) {
          expect(inside(overlapOf(a, b), at)).toBe(inside(a, at) && inside(b, at));
          expect(inside(windowsWithout(a, b), at)).toBe(inside(a, at) && !inside(b, at));
        }
      }),
    );
  });
});

describe('isTimeZone', () => {
  test('knows IANA names and nothing else', () => {
    expect(['Asia/Shanghai', 'UTC', 'Etc/GMT-8'].map(isTimeZone)).toEqual([true, true, true]);
    expect(['Beijing', '+08:00', '', '../etc/passwd', 'Asia/Dongsheng'].map(isTimeZone)).toEqual(
      Array(5).fill(false),
    );
  });
});
