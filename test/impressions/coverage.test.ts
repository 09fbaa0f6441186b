import { describe, expect, it } from 'vitest';
import { hoursOfDay } from '../../src/base/local-time.ts';
import { HOUR_MS } from '../../src/base/units.ts';
import { coverageOfDay } from '../../src/impressions/coverage.ts';

const ZONE = 'Asia/Shanghai';
const DATE = '2027-02-05';
const hours = hoursOfDay(DATE, ZONE);
const MIDNIGHT = hours[0]?.startsAt ?? 0;
const WORKING = [{ days: [1, 2, 3, 4, 5], fromMinute: 8 * 60, toMinute: 17 * 60 + 30 }];
const now = MIDNIGHT + 18 * HOUR_MS;
const at = (seq: number, hour: number) => ({ seq, startedAt: MIDNIGHT + hour * HOUR_MS });
const nothing = { hours, openingHours: WORKING, rows: [], epochs: [], now };

describe('coverageOfDay', () => {
  it('tells open, partly open, closed and coming hours apart, also where nothing was promised or played', () => {
    const states = coverageOfDay(nothing).map(({ state }) => state);
    expect([states[7], states[8], states[17], states[18], states[19]]).toEqual([
      'closed',
      'open',
      'partlyOpen',
      'closed',
      'toCome',
    ]);
    expect(coverageOfDay(nothing)[9]).toMatchObject({
      hour: '2027-02-05 09:00',
      playsPromised: 0,
      playsUnknown: 0,
      coverage: null,
      missing: [],
    });
  });

  it('puts a hole in the numbers into each hour between the plays on both sides of it', () => {
    const epoch = {
      playerId: 4,
      epoch: 'one-life',
      received: [
        [1, 10],
        [13, 20],
        [30, 40],
      ] satisfies [number, number][],
      plays: [at(10, 9.9), at(13, 10.1), at(20, 12.5), at(30, 14.2)],
    };
    const known = coverageOfDay({ ...nothing, epochs: [epoch] });
    const inHour = (hour: number) => known[hour]?.missing;
    const player = { playerId: 4, epoch: 'one-life' };
    expect(inHour(8)).toEqual([]);
    expect(inHour(9)).toEqual([{ ...player, plays: 2, ranges: [[11, 12]] }]);
    expect(inHour(10)).toEqual([{ ...player, plays: 2, ranges: [[11, 12]] }]);
    expect(inHour(11)).toEqual([]);
    for (const hour of [12, 13, 14])
      expect(inHour(hour)).toEqual([{ ...player, plays: 9, ranges: [[21, 29]] }]);
  });

  it('leaves out holes that lie among plays of another day', () => {
    const epoch = {
      playerId: 4,
      epoch: 'one-life',
      received: [
        [5, 10],
        [100, 200],
      ] satisfies [number, number][],
      plays: [at(100, 9), at(200, 10)],
    };
    const missing = coverageOfDay({ ...nothing, epochs: [epoch] }).flatMap((hour) => hour.missing);
    // 11 to 99 end before the first play of the day; 1 to 4 have none beside them at all.
    expect(new Set(missing.flatMap(({ ranges }) => ranges.map(String)))).toEqual(new Set(['11,99']));
  });
});
