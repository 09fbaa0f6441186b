import { describe, expect, test } from 'vitest';
import { hoursOfDay } from '../../src/base/local-time.ts';
import { HOUR_MS } from '../../src/base/units.ts';
import { compileDay } from '../../src/schedule/compile-day.ts';
import { CompiledDays } from '../../src/schedule/compile-programme.ts';
import { dayHeadOf } from '../../src/schedule/day-head.ts';
import type { EndpointFacts } from '../../src/schedule/eligible.ts';
import { randomRuled } from '../bench/demand-sets.ts';
import { airings, separationFacts } from '../bench/loop-facts.ts';
import { bookingFacts, endpointFacts, entryOf, worldFacts } from '../support/world-facts.ts';

const ALL_DAY = [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1_440 }];

/** Ends and starts of the plays that fall around the midnight after `date`, oldest first. */
function aroundMidnight(days: CompiledDays, endpoint: EndpointFacts, world: ReturnType<typeof worldFacts>) {
  return ['2027-02-05', '2027-02-06'].flatMap((date) => {
    const hours = hoursOfDay(date, endpoint.timeZone);
    return days
      .day(world, endpoint, hours)
      .hours.flatMap(({ spots }, i) =>
        spots.map((spot) => ({ ...spot, at: (hours[i]?.startsAt ?? 0) + spot.atMs })),
      );
  });
}

describe('the seam between two local days', () => {
  test('breaks no hard separation, whatever the demands, and tells each soft one that it breaks', () => {
    let pairs = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const hour = randomRuled(seed, true);
      const opening = compileDay([{ ...hour, openAfterMs: 2 * HOUR_MS }])[0];
      const nextDay = dayHeadOf(hour, opening?.spots ?? []);
      if (nextDay === null) continue;
      const evening = [hour, hour, { ...hour, nextDay }];
      const compiled = compileDay(evening);
      const all = airings([...evening, hour], [...compiled, ...compileDay([hour])]);
      const booked = all.filter(({ spot }) => spot.bookingId !== null);
      expect(separationFacts(hour, booked).hardBreaks, `seed ${seed}`).toBe(0);
      const told = [...compiled, ...compileDay([hour])].reduce(
        (sum, { certificate }) => sum + certificate.separationBreaks.length,
        0,
      );
      const found = separationFacts(hour, all);
      expect(told, `seed ${seed}`).toBe(found.softBreaks + found.hardBreaks);
      pairs += found.pairs;
    }
    expect(pairs).toBeGreaterThan(10_000);
  });

  test('is minded by an endpoint that never closes, and costs one that closes nothing', () => {
    const warnings = [1, 2].map((id) => {
      const entry = entryOf(100 + id, 20_000);
      return bookingFacts(id, {
        rate: { kind: 'perHour', plays: 30 },
        entries: [{ ...entry, material: { ...entry.material, category: 'warning' } }],
      });
    });
    const open = endpointFacts(1, { openingHours: ALL_DAY });
    const closing = endpointFacts(2);
    const world = worldFacts(warnings, {
      endpoints: [open, closing],
      separation: [{ by: 'category', value: 'warning', gapMs: 35_000, hard: true }],
    });
    const days = new CompiledDays();
    const plays = aroundMidnight(days, open, world).filter(({ bookingId }) => bookingId !== null);
    const gaps = plays.slice(1).map((play, i) => play.at - (plays[i]?.at ?? 0) - 20_000);
    expect(plays.length).toBeGreaterThan(2_500);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(35_000);
    const hours = hoursOfDay('2027-02-05', closing.timeZone);
    expect(days.day(world, closing, hours).demands.every((hour) => hour.nextDay === undefined)).toBe(true);
  });

  test('lets equal days share one compilation', () => {
    const endpoint = endpointFacts(1, { openingHours: ALL_DAY });
    const world = worldFacts([bookingFacts(1)], { endpoints: [endpoint] });
    const days = new CompiledDays();
    const of = (date: string) => days.day(world, endpoint, hoursOfDay(date, endpoint.timeZone));
    expect(of('2027-02-06')).toBe(of('2027-02-05'));
  });
});
