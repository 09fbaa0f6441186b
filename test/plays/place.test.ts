import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/base/units.ts';
import { placeOf } from '../../src/plays/place.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

describe('placeOf', () => {
  it('tells the local date on both sides of midnight, also where the offset is no whole hour', () => {
    const nepal = placeOf('Asia/Kathmandu', []);
    const midnight = Date.parse('2027-02-05T18:15:00Z');
    expect(nepal.dayOf(midnight - 1)).toBe(Date.parse('2027-02-05') / DAY_MS);
    expect(nepal.dayOf(midnight)).toBe(Date.parse('2027-02-06') / DAY_MS);
  });

  it('knows open hours that run over midnight, and gives five minutes before and after', () => {
    const place = placeOf('Asia/Shanghai', [{ days: EVERY_DAY, fromMinute: 8 * 60, toMinute: 60 }]);
    const at = (time: string) => place.isOpen(Date.parse(`2027-02-05T${time}+08:00`));
    expect(['07:54:59', '07:55:00', '12:00:00', '00:30:00', '01:04:59', '01:05:01'].map(at)).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('follows the wall clock through the hour that a spring morning leaves out', () => {
    const place = placeOf('Europe/Berlin', [{ days: EVERY_DAY, fromMinute: 4 * 60, toMinute: 5 * 60 }]);
    expect(place.isOpen(Date.parse('2027-03-28T02:30:00Z'))).toBe(true);
    expect(place.isOpen(Date.parse('2027-03-28T03:30:00Z'))).toBe(false);
  });

  it('takes an endpoint without opening hours as always open', () => {
    expect(placeOf('Asia/Shanghai', []).isOpen(Date.parse('2027-02-05T03:00:00Z'))).toBe(true);
  });
});
