import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WeeklyWindow } from '../../src/base/local-time.ts';
import { readHours, writeHours } from '../../src/endpoints/opening-hours.ts';

const WEEK = [1, 2, 3, 4, 5, 6, 7];

function windowsOf(text: string): WeeklyWindow[] {
  const reading = readHours(text);
  if (!reading.ok) throw new Error(reading.fault.en);
  return reading.windows;
}

describe('readHours', () => {
  test('lets a rule with days replace what earlier rules said of those days', () => {
    expect(windowsOf('Mo-Su 07:00-22:00;Sa 08:00-26:00')).toEqual([
      { days: [1, 2, 3, 4, 5, 7], fromMinute: 420, toMinute: 1_320 },
      { days: [6], fromMinute: 480, toMinute: 120 },
    ]);
  });

  test('adds a rule without days to every day', () => {
    expect(windowsOf('22:00-06:00;12:00-14:00')).toEqual([
      { days: WEEK, fromMinute: 720, toMinute: 840 },
      { days: WEEK, fromMinute: 1_320, toMinute: 360 },
    ]);
  });

  test('reads 24:00 as the end of the day and 24/7 as always', () => {
    const always = [{ days: WEEK, fromMinute: 0, toMinute: 1_440 }];
    expect(windowsOf('Mo-Su 00:00-24:00')).toEqual(always);
    expect(windowsOf('24/7')).toEqual(always);
  });

  test('reads spans of days over the week’s end, lists of days and several times', () => {
    expect(windowsOf('Fr-Mo 8:00-12:00,14:00-18:00')).toEqual([
      { days: [1, 5, 6, 7], fromMinute: 480, toMinute: 720 },
      { days: [1, 5, 6, 7], fromMinute: 840, toMinute: 1_080 },
    ]);
    expect(windowsOf('mo,we,fr 08:00-09:00')).toEqual([{ days: [1, 3, 5], fromMinute: 480, toMinute: 540 }]);
  });

  test('reads full-width punctuation and Chinese names of days like the ASCII forms', () => {
    expect(windowsOf('周一至周五 ０８：００－１８：００；星期天 09:00–12:00')).toEqual(
      windowsOf('Mo-Fr 08:00-18:00;Su 09:00-12:00'),
    );
  });

  test('gives no windows for an empty text', () => {
    expect(windowsOf('  ')).toEqual([]);
  });

  test.each([
    ['Mo-Fr', 'has no times'],
    ['Xx 08:00-09:00', '“Xx” is not a day'],
    ['Mo 8-9', 'is not a time span'],
    ['Mo 08:60-09:00', 'minutes above 59'],
    ['Mo 24:00-25:00', 'starts after the day has ended'],
    ['Mo 08:00-08:00', 'lasts no time'],
    ['Mo 08:00-33:00', 'longer than a day'],
    ['Mo-We-Fr 08:00-09:00', 'not a day or a span'],
  ])('tells in a sentence what is wrong with %s', (text, words) => {
    const reading = readHours(text);
    expect(reading.ok ? '' : reading.fault.en).toContain(words);
  });

  test('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof readHours(text).ok === 'boolean'));
    const pieces = fc.constantFrom('Mo', '-', 'Fr', ' ', '08:00', '26:00', ';', ',', '24/7', '周日', '至');
    fc.assert(fc.property(fc.array(pieces), (parts) => typeof readHours(parts.join('')).ok === 'boolean'));
  });
});

describe('writeHours', () => {
  const window = fc.record({
    days: fc.subarray(WEEK, { minLength: 1 }),
    fromMinute: fc.integer({ min: 0, max: 1_439 }),
    toMinute: fc.integer({ min: 1, max: 1_440 }),
  });

  /** Every minute of the week that the windows cover, as a set. */
  function minutesOf(windows: readonly WeeklyWindow[]): Set<number> {
    const minutes = new Set<number>();
    for (const { days, fromMinute, toMinute } of windows) {
      const end = toMinute <= fromMinute ? toMinute + 1_440 : toMinute;
      for (const day of days)
        for (let at = fromMinute; at < end; at += 1) minutes.add(((day - 1) * 1_440 + at) % 10_080);
    }
    return minutes;
  }

  test('writes text that is read back as the same minutes of the week', () => {
    fc.assert(
      fc.property(fc.array(window, { maxLength: 5 }), (windows) => {
        expect(minutesOf(windowsOf(writeHours(windows)))).toEqual(minutesOf(windows));
      }),
      { numRuns: 60 },
    );
  });

  test('writes the same text again after reading its own', () => {
    fc.assert(
      fc.property(fc.array(window, { maxLength: 5 }), (windows) => {
        const text = writeHours(windows);
        expect(writeHours(windowsOf(text))).toBe(text);
      }),
    );
  });

  test('names runs of days by their ends', () => {
    expect(writeHours(windowsOf('Mo,Tu,We,Fr 08:00-26:00'))).toBe('Mo-We,Fr 08:00-02:00');
  });
});
