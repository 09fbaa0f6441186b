import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Exposures, impressionsOf, NOTICE } from '../../src/impressions/impressions.ts';

const none = { dwelling: 0, passing: 0 };

describe('impressionsOf', () => {
  it('gives for one play of 15 s, 720 people an hour and a stay of 45 s twelve opportunities', () => {
    const { opportunities, impressions, hearers } = impressionsOf({
      screen: { dwelling: 720 * 45, passing: 720 * 15_000 },
      tv: none,
      loudspeaker: none,
    });
    expect(opportunities).toBeCloseTo(12, 10);
    expect(impressions.low).toBeCloseTo(12 * 0.15, 10);
    expect(impressions.best).toBeCloseTo(12 * 0.3, 10);
    expect(impressions.high).toBeCloseTo(12 * 0.5, 10);
    expect(hearers).toEqual({ low: 0, best: 0, high: 0 });
  });

  it('tells loudspeakers as hearers and never as impressions', () => {
    const made = impressionsOf({ screen: none, tv: none, loudspeaker: { dwelling: 36_000, passing: 0 } });
    expect(made.opportunities).toBe(0);
    expect(made.impressions).toEqual({ low: 0, best: 0, high: 0 });
    expect(made.hearers.best).toBeCloseTo(10 * NOTICE.loudspeaker.best, 10);
  });

  it('is the same whether plays are estimated one by one or summed first', () => {
    const play = fc.record({
      kind: fc.constantFrom('screen' as const, 'tv' as const, 'loudspeaker' as const),
      dwelling: fc.integer({ min: 0, max: 1_000_000 }),
      passing: fc.integer({ min: 0, max: 1_000_000_000 }),
    });
    const exposures = (plays: { kind: keyof Exposures; dwelling: number; passing: number }[]): Exposures => {
      const of = (kind: keyof Exposures) => ({
        dwelling: plays.reduce((sum, one) => sum + (one.kind === kind ? one.dwelling : 0), 0),
        passing: plays.reduce((sum, one) => sum + (one.kind === kind ? one.passing : 0), 0),
      });
      return { screen: of('screen'), tv: of('tv'), loudspeaker: of('loudspeaker') };
    };
    fc.assert(
      fc.property(fc.array(play, { maxLength: 20 }), (plays) => {
        const whole = impressionsOf(exposures(plays));
        const single = plays.map((one) => impressionsOf(exposures([one])));
        expect(whole.impressions.best).toBeCloseTo(
          single.reduce((sum, one) => sum + one.impressions.best, 0),
          4,
        );
        expect(whole.hearers.high).toBeCloseTo(
          single.reduce((sum, one) => sum + one.hearers.high, 0),
          4,
        );
        expect(whole.impressions.low).toBeLessThanOrEqual(whole.impressions.best);
        expect(whole.impressions.best).toBeLessThanOrEqual(whole.impressions.high);
      }),
    );
  });
});
