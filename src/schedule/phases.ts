import { HOUR_MS, type Ms } from '../base/units.ts';
import { type PhaseAsk, PhaseCircle } from './phase-circle.ts';
import { placeRates, type RatePlay } from './place-rates.ts';
import { greatestCommonDivisor } from './playlist-turns.ts';

/**
 * Phases that were chosen before, by what was asked. Handed in by whoever compiles many endpoints or days, so
 * that equal demand sets are searched once; it changes the time, never the answer.
 */
export type PhaseMemo = Map<string, readonly Ms[]>;

/** `choosePhases`, looked up first. */
export function recallPhases(asks: readonly PhaseAsk[], memo: PhaseMemo | undefined): readonly Ms[] {
  if (memo === undefined) return choosePhases(asks);
  const key = asks
    .map(
      (ask) =>
        `${ask.plays}*${ask.durationMs}@${ask.keptMs ?? ''}${ask.apart?.kind ?? ''}${ask.apart?.gapMs ?? ''}${ask.apart?.hard ?? ''}`,
    )
    .join();
  const known = memo.get(key);
  if (known !== undefined) return known;
  const phases = choosePhases(asks);
  memo.set(key, phases);
  return phases;
}

/** Beyond so many bookings there is one attempt of one sweep. */
const MANY = 64;
/** How often each booking is put back. */
const SWEEPS = 4;

/** How far airtime of others counts as near, in the attempts that are compared. */
const NEAR_MS = [15_000, 8_000, 30_000];
/** An attempt whose worst gap is at most so many thousandths of the ideal one is taken at once. */
const GOOD = 1_050;

/**
 * Phases for rates, chosen against each other: each hour repeats the same nominal instants
 * (phase + k x interval), so the hour is a circle, and it is enough to look at the part of it that the
 * greatest common divisor of all rates repeats. One after another, each booking takes the phase at which it meets
 * the least airtime of the others, near and far; then each is taken out and put back, `SWEEPS` times. Several such
 * attempts, in other orders and with other notions of near, are compared by the worst gap that `placeRates` makes
 * of them, and the best is taken. Deterministic, at most 6 x (720 x SWEEPS steps a booking + 12 steps a play).
 */
export function choosePhases(asks: readonly PhaseAsk[]): Ms[] {
  if (asks.length > MANY) return attempt(asks, byAirtime(asks), NEAR_MS[0] ?? 0, 1);
  let best: Ms[] = [];
  let bestGap = Number.POSITIVE_INFINITY;
  for (const nearMs of NEAR_MS) {
    for (const order of [byAirtime(asks), byInterval(asks)]) {
      const phases = attempt(asks, order, nearMs, SWEEPS);
      const gap = worstGap(asks, phases);
      if (gap < bestGap) {
        best = phases;
        bestGap = gap;
      }
      if (bestGap <= GOOD) return best;
    }
  }
  return best;
}

function byAirtime(asks: readonly PhaseAsk[]): number[] {
  const airtime = asks.map((ask) => ask.plays * ask.durationMs);
  return asks.map((_, index) => index).sort((a, b) => (airtime[b] ?? 0) - (airtime[a] ?? 0) || a - b);
}

function byInterval(asks: readonly PhaseAsk[]): number[] {
  const rank = (index: number) => (asks[index]?.plays ?? 0) * 100_000_000 + (asks[index]?.durationMs ?? 0);
  return asks.map((_, index) => index).sort((a, b) => rank(b) - rank(a) || a - b);
}

function attempt(asks: readonly PhaseAsk[], order: readonly number[], nearMs: Ms, sweeps: number): Ms[] {
  let common = 0;
  for (const ask of asks) common = greatestCommonDivisor(common, ask.plays);
  if (common === 0) return [];
  const circle = new PhaseCircle(Math.floor(HOUR_MS / common), nearMs);
  const phases: Ms[] = asks.map((ask) => ask.keptMs ?? -1);
  asks.forEach((ask, index) => {
    if (ask.keptMs !== null) circle.add(ask, phases[index] ?? 0, 1);
  });
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let moved = false;
    for (const index of order) {
      const ask = asks[index];
      if (ask === undefined || ask.keptMs !== null) continue;
      const was = phases[index] ?? -1;
      if (was >= 0) circle.add(ask, was, -1);
      const now = circle.best(ask);
      circle.add(ask, now, 1);
      moved ||= now !== was;
      phases[index] = now;
    }
    if (!moved) break;
  }
  if (asks.some((ask) => ask.keptMs !== null)) return phases;
  const seam = circle.quietest();
  return phases.map((phase, index) => {
    const interval = Math.floor(HOUR_MS / (asks[index]?.plays ?? 1));
    return (((phase - seam) % interval) + interval) % interval;
  });
}

/** The worst gap of an open hour with these phases that repeats, in thousandths of the ideal gap. */
function worstGap(asks: readonly PhaseAsk[], phases: readonly Ms[]): number {
  const plays: RatePlay[] = [];
  asks.forEach((ask, rate) => {
    const intervalMs = Math.floor(HOUR_MS / ask.plays);
    for (let k = 0; k < ask.plays; k++) {
      plays.push({
        rate,
        nominalMs: (phases[rate] ?? 0) + Math.floor((k * HOUR_MS) / ask.plays),
        durationMs: ask.durationMs,
        intervalMs,
        earliestMs: 0,
        latestMs: HOUR_MS - 1,
        apart: ask.apart,
      });
    }
  });
  plays.sort((a, b) => a.nominalMs - b.nominalMs || a.intervalMs - b.intervalMs || a.rate - b.rate);
  const targets = placeRates(plays);
  const firsts = new Map<number, Ms>();
  const lasts = new Map<number, Ms>();
  let worst = 0;
  const see = (rate: number, gap: Ms) => {
    worst = Math.max(worst, Math.floor((gap * (asks[rate]?.plays ?? 0) * 1_000) / HOUR_MS));
  };
  plays.forEach(({ rate }, p) => {
    const at = targets[p] ?? 0;
    const before = lasts.get(rate);
    if (before === undefined) firsts.set(rate, at);
    else see(rate, at - before);
    lasts.set(rate, at);
  });
  for (const [rate, last] of lasts) see(rate, (firsts.get(rate) ?? 0) + HOUR_MS - last);
  return worst;
}
