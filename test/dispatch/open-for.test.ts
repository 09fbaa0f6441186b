import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { OPEN_ASKED_MS, openFor } from '../../src/dispatch/open-for.ts';
import { placeOf } from '../../src/plays/place.ts';

/** Friday, 5 February 2027, 08:00 in Shanghai. */
const EIGHT = Date.UTC(2027, 1, 5, 0);
const DAILY = [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 480, toMinute: 1_320 }];
const shop = placeOf('Asia/Shanghai', DAILY);

describe('openFor', () => {
  test('counts from the very opening', () => {
    for (const ms of [SECOND_MS, 7 * MINUTE_MS, 31 * MINUTE_MS + 5, 9 * HOUR_MS + 12])
      expect(openFor(shop, EIGHT + ms)).toBe(ms);
  });

  test('is nothing before the opening and at night', () => {
    for (const at of [EIGHT - 1, EIGHT - 4 * MINUTE_MS, EIGHT - 3 * HOUR_MS, EIGHT + 15 * HOUR_MS])
      expect(openFor(shop, at)).toBe(0);
  });

  test('has an end where there is no night', () => {
    expect(openFor(placeOf('Asia/Shanghai', []), EIGHT + 77)).toBe(OPEN_ASKED_MS);
  });
});
