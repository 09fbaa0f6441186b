import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeRates, type RatePlay } from '../../src/schedule/place-rates.ts';

const play = (nominalMs: number, durationMs: number, more: Partial<RatePlay> = {}): RatePlay => ({
  rate: 0,
  nominalMs,
  durationMs,
  intervalMs: 120_000,
  earliestMs: 0,
  latestMs: 3_599_999,
  apart: null,
  ...more,
});

describe('placeRates', () => {
  it('leaves plays that do not crowd each other at their nominal instants', () => {
    expect(placeRates([play(10_000, 5_000), play(15_000, 5_000), play(90_000, 30_000)])).toEqual([
      10_000, 15_000, 90_000,
    ]);
  });

  it('moves two that want the same instant apart to both sides', () => {
    expect(placeRates([play(60_000, 20_000), play(60_000, 20_000)])).toEqual([50_000, 70_000]);
  });

  it('moves the one with the longer interval further', () => {
    const [rare, often] = placeRates([play(60_000, 20_000, { intervalMs: 900_000 }), play(60_000, 20_000)]);
    expect(60_000 - (rare ?? 0)).toBeGreaterThan((often ?? 0) - 60_000);
  });

  it('never overlaps and never starts early, whatever is asked', () => {
    const plays = fc
      .array(fc.tuple(fc.nat(3_600_000), fc.integer({ min: 1_000, max: 60_000 }), fc.nat(3_600_000)), {
        maxLength: 80,
      })
      .map((list) =>
        list.map(([at, length, earliest]) => play(at, length, { earliestMs: Math.min(at, earliest) })),
      )
      .map((list) => list.sort((a, b) => a.nominalMs - b.nominalMs));
    fc.assert(
      fc.property(plays, (list) => {
        const targets = placeRates(list);
        targets.forEach((at, p) => {
          expect(Number.isInteger(at)).toBe(true);
          expect(at).toBeGreaterThanOrEqual(list[p]?.earliestMs ?? 0);
          if (p > 0)
            expect(at).toBeGreaterThanOrEqual((targets[p - 1] ?? 0) + (list[p - 1]?.durationMs ?? 0));
        });
      }),
    );
  });
});
