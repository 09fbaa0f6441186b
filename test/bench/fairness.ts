import { compileDay } from '../../src/schedule/compile-day.ts';
import type { HourDemand } from '../../src/schedule/demand.ts';
import { type BenchResult, quantile, rounded } from './bench-result.ts';
import { randomMixed, randomRates, randomShares } from './demand-sets.ts';
import {
  type Airing,
  airings,
  countErrorsIn,
  shareFacts,
  worstGapRatio,
  worstLateness,
} from './loop-facts.ts';
import { evenDivision, smoothRoundRobin, weightedRandom, type Yardstick } from './yardsticks.ts';

const HOURS = 4;

interface Fairness {
  /** Worst airtime deviation of `share` bookings, in longest clips. */
  readonly shareDeviation: number;
  /** Worst deviation of equal slots in units of Tijdeman's bound. */
  readonly equalSlotDeviation: number;
  readonly gapRatioP50: number;
  readonly gapRatioP99: number;
  readonly gapRatioWorst: number;
  /** Where rates stand beside `share` bookings of 5 to 30 s instead of filler. */
  readonly mixedGapRatioP99: number;
  readonly mixedGapRatioWorst: number;
  /** Furthest from an even grid, in intervals. */
  readonly latenessWorst: number;
  readonly countErrors: number;
  readonly separationBreaks: number;
}

/** Measures one way of making loops over `sets` random demand sets of each family. */
function measure(
  sets: number,
  make: (hour: HourDemand, seed: number) => { all: Airing[]; breaks: number },
): Fairness {
  const gaps: number[] = [];
  const mixedGaps: number[] = [];
  let shareDeviation = 0;
  let equalSlotDeviation = 0;
  let latenessWorst = 0;
  let countErrors = 0;
  let separationBreaks = 0;
  for (let seed = 0; seed < sets; seed++) {
    const rates = randomRates(seed);
    const played = make(rates, seed);
    gaps.push(worstGapRatio(rates, played.all));
    latenessWorst = Math.max(latenessWorst, worstLateness(rates, played.all));
    countErrors += countErrorsIn(rates, played.all, HOURS);
    separationBreaks += played.breaks;

    const mixed = randomMixed(seed);
    const both = make(mixed, seed).all;
    mixedGaps.push(worstGapRatio(mixed, both));
    countErrors += countErrorsIn(mixed, both, HOURS);
    shareDeviation = Math.max(shareDeviation, shareFacts(mixed, both).airtime);

    const unequal = randomShares(seed, false);
    shareDeviation = Math.max(shareDeviation, shareFacts(unequal, make(unequal, seed).all).airtime);
    const equal = randomShares(seed, true);
    const bound = 1 - 1 / (2 * equal.demands.length - 2);
    equalSlotDeviation = Math.max(equalSlotDeviation, shareFacts(equal, make(equal, seed).all).plays / bound);
  }
  return {
    shareDeviation: rounded(shareDeviation),
    equalSlotDeviation: rounded(equalSlotDeviation),
    gapRatioP50: rounded(quantile(gaps, 0.5)),
    gapRatioP99: rounded(quantile(gaps, 0.99)),
    gapRatioWorst: rounded(quantile(gaps, 1)),
    mixedGapRatioP99: rounded(quantile(mixedGaps, 0.99)),
    mixedGapRatioWorst: rounded(quantile(mixedGaps, 1)),
    latenessWorst: rounded(latenessWorst),
    countErrors,
    separationBreaks,
  };
}

/**
 * How fair the loops are, over random demand sets (10,000 of each family, or `FAIRNESS_RUNS`), recomputed from the
 * spots alone and set beside three other ways (over 2,000 sets at most). The value is the worst airtime
 * deviation of `share` bookings in longest clips; the yardstick is the best of the three.
 */
export async function run(): Promise<BenchResult> {
  const sets = Number(process.env.FAIRNESS_RUNS ?? 10_000);
  const ours = measure(sets, (hour) => {
    const day = Array.from({ length: HOURS }, () => hour);
    const compiled = compileDay(day);
    return {
      all: airings(day, compiled),
      breaks: compiled.reduce((sum, loop) => sum + loop.certificate.separationBreaks.length, 0),
    };
  });
  const other = (yardstick: Yardstick) =>
    measure(Math.min(sets, 2_000), (hour, seed) => ({ all: yardstick(hour, HOURS, seed), breaks: 0 }));
  const yardsticks = {
    evenDivision: other(evenDivision),
    weightedRandom: other(weightedRandom),
    smoothRoundRobin: other(smoothRoundRobin),
  };
  const { shareDeviation, ...more } = ours;
  const best = Math.min(...Object.values(yardsticks).map((facts) => facts.shareDeviation));
  return {
    name: 'fairness',
    value: shareDeviation,
    unit: 'longest clips',
    yardstick: best,
    ratio: rounded(shareDeviation / best),
    n: sets,
    ...more,
    yardsticks,
  };
}
