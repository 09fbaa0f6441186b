import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, SECOND_MS } from '../../src/base/units.ts';
import { compileDay } from '../../src/schedule/compile-day.ts';
import type { Demand, HourDemand } from '../../src/schedule/demand.ts';
import { quantile } from '../bench/bench-result.ts';
import { bookingOf, openHour, randomRuled } from '../bench/demand-sets.ts';
import {
  airings,
  countErrors,
  separationFacts,
  shareFacts,
  worstGapRatio,
  worstLateness,
} from '../bench/loop-facts.ts';

/** Demand sets a property: 10,000 in CI; `npm run fairness -- 1000000` for a long night. */
const RUNS = Number(process.env.FAIRNESS_RUNS ?? 10_000);
/** Fixed, so that a red run is red again. */
const SEED = Number(process.env.FAIRNESS_SEED ?? 20_270_206);
const TIME_LIMIT_MS = Math.max(60_000, RUNS * 20);

const seconds = (from: number, to: number) => fc.integer({ min: from, max: to }).map((s) => s * SECOND_MS);

/** `perHour` bookings of at most 80 % of the hour; what goes beyond is left off. */
const rateSets = fc
  .array(fc.record({ plays: fc.constantFrom(4, 6, 12, 20, 30), durationMs: seconds(5, 30) }), {
    minLength: 2,
    maxLength: 20,
  })
  .map((asks) => {
    let bookedMs = 0;
    const demands: Demand[] = [];
    asks.forEach(({ plays, durationMs }, i) => {
      if (bookedMs + plays * durationMs > 0.8 * HOUR_MS) return;
      bookedMs += plays * durationMs;
      demands.push(bookingOf(i + 1, { kind: 'perHour', plays }, durationMs));
    });
    return openHour(demands);
  });

const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 30 });

function compileHours(hour: HourDemand, hours: number) {
  const day = Array.from({ length: hours }, () => hour);
  const compiled = compileDay(day);
  return { compiled, all: airings(day, compiled) };
}

describe('fairness of compileDay', () => {
  it(
    'starts every perHour booking exactly as often as asked in each open hour, evenly, without idle time or repeats',
    () => {
      const ratios: number[] = [];
      fc.assert(
        fc.property(rateSets, (hour) => {
          const { compiled, all } = compileHours(hour, 4);
          ratios.push(worstGapRatio(hour, all));
          expect(countErrors(hour, compiled)).toBe(0);
          expect(worstLateness(hour, all)).toBeLessThanOrEqual(0.5);
          expect(ratios.at(-1)).toBeLessThanOrEqual(1.5);
          for (const loop of compiled.slice(0, -1)) expect(loop.certificate.idleMs).toBe(0);
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(quantile(ratios, 0.99)).toBeLessThanOrEqual(1.25);
    },
    TIME_LIMIT_MS,
  );

  it(
    'keeps equal slots within 1 - 1/(2n-2) plays of the exact share at every prefix',
    () => {
      fc.assert(
        fc.property(weights, seconds(5, 60), (list, slotMs) => {
          const hour = openHour(list.map((weight, i) => bookingOf(i + 1, { kind: 'share', weight }, slotMs)));
          const { all } = compileHours(hour, 2);
          expect(shareFacts(hour, all).plays).toBeLessThanOrEqual(1 - 1 / (2 * list.length - 2) + 1e-9);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    },
    TIME_LIMIT_MS,
  );

  it(
    'keeps unequal share clips within one longest clip of their airtime and never a full own play ahead',
    () => {
      const clips = fc.array(
        fc.record({ weight: fc.integer({ min: 1, max: 100 }), durationMs: seconds(5, 60) }),
        {
          minLength: 2,
          maxLength: 20,
        },
      );
      fc.assert(
        fc.property(clips, (list) => {
          const hour = openHour(
            list.map(({ weight, durationMs }, i) => bookingOf(i + 1, { kind: 'share', weight }, durationMs)),
          );
          const facts = shareFacts(hour, compileHours(hour, 2).all);
          expect(facts.airtime).toBeLessThanOrEqual(1 + 1e-9);
          expect(facts.ahead).toBeLessThan(1);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    },
    TIME_LIMIT_MS,
  );

  it(
    'keeps both promises where rates and shares meet in one hour',
    () => {
      const shares = fc.array(
        fc.record({ weight: fc.integer({ min: 1, max: 1_000 }), durationMs: seconds(5, 30) }),
        {
          minLength: 1,
          maxLength: 6,
        },
      );
      fc.assert(
        fc.property(rateSets, shares, (rates, list) => {
          const hour = {
            ...rates,
            demands: [
              ...rates.demands,
              ...list.map(({ weight, durationMs }, i) =>
                bookingOf(100 + i, { kind: 'share', weight }, durationMs),
              ),
            ],
          };
          const { compiled, all } = compileHours(hour, 2);
          expect(countErrors(hour, compiled)).toBe(0);
          expect(worstLateness(hour, all)).toBeLessThanOrEqual(0.5);
          expect(worstGapRatio(hour, all)).toBeLessThanOrEqual(1.5);
          const facts = shareFacts(hour, all);
          expect(facts.airtime).toBeLessThanOrEqual(1 + 1e-9);
          expect(facts.ahead).toBeLessThan(1);
        }),
        { numRuns: Math.ceil(RUNS / 2), seed: SEED },
      );
    },
    TIME_LIMIT_MS,
  );

  it(
    'loses no play to a soft separation, breaks no hard one, and tells every break there is',
    () => {
      fc.assert(
        fc.property(fc.nat(), fc.boolean(), (seed, hard) => {
          const hour = randomRuled(seed, hard);
          const { compiled, all } = compileHours(hour, 2);
          const { softBreaks, hardBreaks } = separationFacts(hour, all);
          expect(hardBreaks).toBe(0);
          const told = compiled.flatMap((loop) => loop.certificate.separationBreaks);
          expect(told).toHaveLength(softBreaks);
          if (hard) return;
          expect(countErrors(hour, compiled)).toBe(0);
          expect(worstLateness(hour, all)).toBeLessThanOrEqual(0.6);
        }),
        { numRuns: Math.ceil(RUNS / 4), seed: SEED },
      );
    },
    TIME_LIMIT_MS,
  );
});
