import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTICE } from '../../src/audience/notice.ts';
import {
  type Exposure,
  type Exposures,
  exposureOf,
  impressionsOf,
  NO_EXPOSURE,
} from '../../src/impressions/impressions.ts';

const plaza = { kind: 'screen', peoplePerHour: 720, dwellSeconds: 45, notice: NOTICE.screen } as const;

describe('impressionsOf', () => {
  it('gives for one play of 15 s, 720 people an hour and a stay of 45 s twelve opportunities', () => {
    const { opportunities, impressions, hearers } = impressionsOf(
      exposureOf({ outcome: 'completed', durationMs: 15_000 }, plaza),
    );
    expect(opportunities).toBeCloseTo(12, 10);
    expect(impressions.low).toBeCloseTo(12 * 0.15, 10);
    expect(impressions.best).toBeCloseTo(12 * 0.3, 10);
    expect(impressions.high).toBeCloseTo(12 * 0.5, 10);
    expect(hearers).toEqual({ low: 0, best: 0, high: 0 });
  });

  it('credits a cut play with those alone who came while it ran, and a failed one with nobody', () => {
    const cut = impressionsOf(exposureOf({ outcome: 'cut', durationMs: 5_000 }, plaza));
    expect(cut.opportunities).toBeCloseTo(1, 10);
    const failed = impressionsOf(exposureOf({ outcome: 'failed', durationMs: 5_000 }, plaza));
    expect(failed.opportunities).toBe(0);
  });

  it('tells loudspeakers as hearers and never as impressions', () => {
    const made = impressionsOf(
      exposureOf(
        { outcome: 'completed', durationMs: 0 },
        { kind: 'loudspeaker', peoplePerHour: 36_000, dwellSeconds: 1, notice: NOTICE.loudspeaker },
      ),
    );
    expect(made.opportunities).toBe(0);
    expect(made.impressions).toEqual({ low: 0, best: 0, high: 0 });
    expect(made.hearers.best).toBeCloseTo(10 * NOTICE.loudspeaker.best, 10);
  });

  it('is the same whether plays are estimated one by one or summed first', () => {
    const play = fc.record({
      kind: fc.constantFrom('screen' as const, 'tv' as const, 'loudspeaker' as const),
      peoplePerHour: fc.integer({ min: 0, max: 5_000 }),
      dwellSeconds: fc.integer({ min: 0, max: 900 }),
      durationMs: fc.integer({ min: 0, max: 600_000 }),
      outcome: fc.constantFrom('completed' as const, 'cut' as const, 'failed' as const),
    });
    const plus = (a: Exposure, b: Exposure): Exposure => ({
      personMs: a.personMs + b.personMs,
      low: a.low + b.low,
      best: a.best + b.best,
      high: a.high + b.high,
    });
    fc.assert(
      fc.property(fc.array(play, { maxLength: 20 }), (plays) => {
        const one = plays.map((each) => exposureOf(each, { ...each, notice: NOTICE[each.kind] }));
        const sum = one.reduce<Exposures>(
          (a, b) => ({ seen: plus(a.seen, b.seen), heard: plus(a.heard, b.heard) }),
          { seen: NO_EXPOSURE, heard: NO_EXPOSURE },
        );
        const [whole, single] = [impressionsOf(sum), one.map(impressionsOf)];
        const added = (of: (made: ReturnType<typeof impressionsOf>) => number) =>
          single.reduce((total, made) => total + of(made), 0);
        expect(whole.impressions.best).toBeCloseTo(
          added((made) => made.impressions.best),
          4,
        );
        expect(whole.hearers.high).toBeCloseTo(
          added((made) => made.hearers.high),
          4,
        );
        expect(whole.impressions.low).toBeLessThanOrEqual(whole.impressions.best);
        expect(whole.impressions.best).toBeLessThanOrEqual(whole.impressions.high);
      }),
    );
  });
});
