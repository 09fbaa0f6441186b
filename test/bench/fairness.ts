import { compileDay } from '../../src/schedule/compile-day.ts';
import type { CompiledHour } from '../../src/schedule/compiled-hour.ts';
import type { Demand, HourDemand } from '../../src/schedule/demand.ts';
import { type BenchResult, quantile, rounded } from './bench-result.ts';
import { randomMixed, randomRates, randomRuled, randomShares } from './demand-sets.ts';
import {
  type Airing,
  airings,
  countErrors,
  countErrorsIn,
  separationFacts,
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
}

/** Separation rules, over sets with rules; see `randomRuled`. */
interface Ruled {
  /** Plays that come after another of their kind, and are thus kept apart by some rule. */
  readonly separatedPlays: number;
  /** Soft rules broken, recomputed from the spots; each is reported by the compiler. */
  readonly separationBreaks: number;
  /** Breaks that the compiler's certificates do not tell, or tell without there being one. */
  readonly untoldBreaks: number;
  /** Hard rules broken. */
  readonly hardBreaks: number;
  /** Plays that soft rules cost. */
  readonly softLostPlays: number;
  /** Plays that a hard rule costs bookings which it does not concern, of so many asked. */
  readonly bystandersLostPlays: number;
  readonly hardAskedPlays: number;
  readonly latenessWorst: number;
  readonly gapRatioP99: number;
}

/** Measures what rules do: soft ones alone in every set, and in every other set once more with a hard one. */
function measureRuled(sets: number): Ruled {
  const facts = {
    separatedPlays: 0,
    separationBreaks: 0,
    untoldBreaks: 0,
    hardBreaks: 0,
    softLostPlays: 0,
    bystandersLostPlays: 0,
    hardAskedPlays: 0,
    latenessWorst: 0,
  };
  const gaps: number[] = [];
  for (let seed = 0; seed < sets; seed++) {
    const soft = randomRuled(seed, false);
    const compiled = compileDay([soft, soft]);
    const all = airings([soft, soft], compiled);
    const seen = separationFacts(soft, all);
    facts.separatedPlays += seen.pairs;
    facts.separationBreaks += seen.softBreaks;
    facts.untoldBreaks += Math.abs(seen.softBreaks - toldBreaks(compiled));
    facts.softLostPlays += countErrors(soft, compiled);
    facts.latenessWorst = Math.max(facts.latenessWorst, worstLateness(soft, all));
    gaps.push(worstGapRatio(soft, all));
    if (seed % 2 === 1) continue;

    const hard = randomRuled(seed, true);
    const strict = compileDay([hard, hard]);
    const found = separationFacts(hard, airings([hard, hard], strict));
    facts.hardBreaks += found.hardBreaks;
    facts.untoldBreaks += Math.abs(found.softBreaks + found.hardBreaks - toldBreaks(strict));
    for (const { verdicts } of strict) {
      verdicts.forEach(({ asked, shortfall }, i) => {
        facts.hardAskedPlays += asked;
        const demand = hard.demands[i];
        if (demand !== undefined && !isKeptApart(hard, demand)) facts.bystandersLostPlays += shortfall;
      });
    }
  }
  return {
    ...facts,
    latenessWorst: rounded(facts.latenessWorst),
    gapRatioP99: rounded(quantile(gaps, 0.99)),
  };
}

function toldBreaks(compiled: readonly CompiledHour[]): number {
  return compiled.reduce((sum, loop) => sum + loop.certificate.separationBreaks.length, 0);
}

function isKeptApart(hour: HourDemand, { campaignId, clips }: Demand): boolean {
  return hour.separation.some(
    ({ hard, by, value }) =>
      hard && (by === 'campaign' ? value === campaignId : clips.some((clip) => clip.category === value)),
  );
}

/** Measures one way of making loops over `sets` random demand sets of each family. */
function measure(sets: number, make: (hour: HourDemand, seed: number) => Airing[]): Fairness {
  const gaps: number[] = [];
  const mixedGaps: number[] = [];
  let shareDeviation = 0;
  let equalSlotDeviation = 0;
  let latenessWorst = 0;
  let errors = 0;
  for (let seed = 0; seed < sets; seed++) {
    const rates = randomRates(seed);
    const played = make(rates, seed);
    gaps.push(worstGapRatio(rates, played));
    latenessWorst = Math.max(latenessWorst, worstLateness(rates, played));
    errors += countErrorsIn(rates, played, HOURS);

    const mixed = randomMixed(seed);
    const both = make(mixed, seed);
    mixedGaps.push(worstGapRatio(mixed, both));
    errors += countErrorsIn(mixed, both, HOURS);
    shareDeviation = Math.max(shareDeviation, shareFacts(mixed, both).airtime);

    const unequal = randomShares(seed, false);
    shareDeviation = Math.max(shareDeviation, shareFacts(unequal, make(unequal, seed)).airtime);
    const equal = randomShares(seed, true);
    const bound = 1 - 1 / (2 * equal.demands.length - 2);
    equalSlotDeviation = Math.max(equalSlotDeviation, shareFacts(equal, make(equal, seed)).plays / bound);
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
    countErrors: errors,
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
    return airings(day, compileDay(day));
  });
  const { separationBreaks, ...withRules } = measureRuled(sets);
  const other = (yardstick: Yardstick) =>
    measure(Math.min(sets, 2_000), (hour, seed) => yardstick(hour, HOURS, seed));
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
    separationBreaks,
    withRules,
    yardsticks,
  };
}
