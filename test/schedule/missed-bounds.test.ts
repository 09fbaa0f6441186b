import { describe, expect, it } from 'vitest';
import { SECOND_MS } from '../../src/base/units.ts';
import { compileDay } from '../../src/schedule/compile-day.ts';
import { missedBounds } from '../../src/schedule/missed-bounds.ts';
import { bookingOf, clipOf, openHour, randomMixed, randomRuled } from '../bench/demand-sets.ts';

describe('missedBounds', () => {
  it('finds nothing where theory says that every bound holds', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const hour = randomMixed(seed);
      for (const compiled of compileDay([hour, hour])) {
        const missed = missedBounds(hour, compiled);
        // A single booking by weight has all the airtime that is left to itself.
        expect(missed.filter(({ bound }) => bound !== 'notTwiceInARow')).toEqual([]);
      }
    }
  });

  it('tells of each play beyond half an interval, by as much as the spots show, and blames the rule', () => {
    let told = 0;
    const warnings = [1, 2, 3].map((id) =>
      bookingOf(id, { kind: 'perHour', plays: 12 }, 15 * SECOND_MS, {
        clips: [clipOf(id, 15 * SECOND_MS, { category: 'warning' })],
      }),
    );
    const apart = { by: 'category', value: 'warning', gapMs: 90 * SECOND_MS, hard: false } as const;
    const tooMany = openHour(warnings, { separation: [apart] });
    const sets = Array.from({ length: 300 }, (_, seed) => randomRuled(seed, seed % 2 === 0));
    for (const hour of [tooMany, ...sets]) {
      const [compiled] = compileDay([hour]);
      if (compiled === undefined) throw new Error('no hour');
      const missed = missedBounds(hour, compiled);
      for (const { bookingId, off, allowed, why, sentence } of missed.filter(
        (one) => one.bound === 'halfInterval',
      )) {
        const worst = Math.max(
          ...compiled.spots
            .filter((spot) => spot.bookingId === bookingId)
            .map((spot) => Math.abs(spot.atMs - (spot.dueMs ?? spot.atMs))),
        );
        expect(off).toBe(worst);
        expect(off).toBeGreaterThan(allowed);
        expect(why).toBe('separation');
        expect(sentence.en).toContain(`${(off / 1_000).toFixed(1)} s`);
        told += 1;
      }
      expect(missed.filter(({ bound }) => bound === 'separation')).toHaveLength(
        compiled.certificate.separationBreaks.length,
      );
    }
    expect(told).toBeGreaterThan(0);
  });

  it('says that one asset follows itself because there is nothing else', () => {
    const hour = openHour([bookingOf(1, { kind: 'share', weight: 1 }, 15 * SECOND_MS)], {
      filler: [clipOf(1, 15 * SECOND_MS)],
    });
    const [compiled] = compileDay([hour]);
    const missed = compiled ? missedBounds(hour, compiled) : [];
    expect(missed.map(({ bound, why, off }) => [bound, why, off])).toEqual([
      ['notTwiceInARow', 'nothingElse', 239],
    ]);
  });
});
