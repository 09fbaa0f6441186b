import { HOUR_MS, type Ms } from '../base/units.ts';
import { placeRates, type RatePlay } from './place-rates.ts';
import { greatestCommonDivisor } from './playlist-turns.ts';

/** A `perHour` booking that needs a phase. */
export interface PhaseAsk {
  readonly plays: number;
  /** Usual length of a play. */
  readonly durationMs: Ms;
  /** A phase that it has already and keeps; null to be given one. */
  readonly keptMs: Ms | null;
  /** The kind that a separation rule keeps apart, with the asked gap; null where none concerns it. */
  readonly apart: { readonly kind: string; readonly gapMs: Ms } | null;
}

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
        `${ask.plays}*${ask.durationMs}@${ask.keptMs ?? ''}${ask.apart?.kind ?? ''}${ask.apart?.gapMs ?? ''}`,
    )
    .join();
  const known = memo.get(key);
  if (known !== undefined) return known;
  const phases = choosePhases(asks);
  memo.set(key, phases);
  return phases;
}

/** Cells of the circle on which phases are chosen. */
const CELLS = 720;
/** Beyond so many bookings there is one attempt of one sweep. */
const MANY = 64;
/** How often each booking is put back. */
const SWEEPS = 4;

/** How far airtime of others counts as near, in the attempts that are compared. */
const NEAR_MS = [15_000, 8_000, 30_000];
/** An attempt whose worst gap is at most so many thousandths of the ideal one is taken at once. */
const GOOD = 1_080;

/**
 * Phases for rates, chosen against each other: each hour repeats the same nominal instants
 * (phase + k x interval), so the hour is a circle, and it is enough to look at the part of it that the
 * greatest common divisor of all rates repeats. One after another, each booking takes the phase at which it meets
 * the least airtime of the others, near and far; then each is taken out and put back, `SWEEPS` times. Several such
 * attempts, in other orders and with other notions of near, are compared by the worst gap that `placeRates` makes
 * of them, and the best is taken. Deterministic, at most 6 x (CELLS x SWEEPS steps a booking + 12 steps a play).
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
  const circle = new Circle(Math.floor(HOUR_MS / common), nearMs);
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

/** Airtime of others weighs so much more where it would overlap than where it is only near. */
const OVERLAP_COST = 8;
/** And a kind to be kept apart so much more within its gap. */
const KIND_COST = 32;

/** How much airtime falls on each part of the repeating stretch: all of it, and that of each separated kind. */
class Circle {
  readonly #period: Ms;
  readonly #nearMs: Ms;
  readonly #all = new Load();
  readonly #kinds = new Map<string, Load>();

  constructor(period: Ms, nearMs: Ms) {
    this.#nearMs = nearMs;
    this.#period = period;
  }

  /** Adds a booking at a phase, or with `times` -1 takes it off. */
  add(ask: PhaseAsk, phase: Ms, times: number): void {
    const plays = this.#playsOf(ask);
    const cells = this.#cells(ask.durationMs);
    const kind = this.#kindOf(ask);
    for (let k = 0; k < plays; k++) {
      const from = phase + Math.floor((k * this.#period) / plays);
      const first = Math.floor((from * CELLS) / this.#period) % CELLS;
      this.#all.add(first, cells, times);
      kind?.add(first, cells, times);
    }
  }

  /** The phase at which the booking meets the least. */
  best(ask: PhaseAsk): Ms {
    this.#all.sum();
    const kind = this.#kindOf(ask);
    kind?.sum();
    const plays = this.#playsOf(ask);
    const cells = this.#cells(ask.durationMs);
    const near = Math.min(CELLS >> 1, this.#cells(this.#nearMs));
    const gap = Math.min(CELLS >> 1, this.#cells(ask.apart?.gapMs ?? 0));
    const phases = Math.max(1, Math.floor(CELLS / plays));
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let c = 0; c < phases; c++) {
      let cost = 0;
      for (let k = 0; k < plays; k++) {
        const at = CELLS + ((c + Math.floor((k * CELLS) / plays)) % CELLS);
        cost +=
          OVERLAP_COST * this.#all.between(at, at + cells) + this.#all.between(at - near, at + cells + near);
        if (kind !== null) cost += KIND_COST * kind.between(at - gap, at + cells + gap);
      }
      if (cost < bestCost) {
        bestCost = cost;
        best = c;
      }
    }
    return Math.floor((best * this.#period) / CELLS);
  }

  /** Where the hours are best cut: the instant with the least airtime around it. */
  quietest(): Ms {
    this.#all.sum();
    const reaches = [5_000, 15_000, 40_000].map((ms) => Math.min(CELLS >> 1, this.#cells(ms)));
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let c = 0; c < CELLS; c++) {
      const at = CELLS + c;
      let cost = 0;
      let weight = 8;
      for (const reach of reaches) {
        cost += weight * this.#all.between(at - reach, at + reach);
        weight = Math.floor(weight / 2);
      }
      if (cost < bestCost) {
        bestCost = cost;
        best = c;
      }
    }
    return Math.floor((best * this.#period) / CELLS);
  }

  #playsOf(ask: PhaseAsk): number {
    return Math.max(1, Math.round((ask.plays * this.#period) / HOUR_MS));
  }

  #cells(ms: Ms): number {
    return Math.min(CELLS, Math.max(1, Math.round((ms * CELLS) / this.#period)));
  }

  #kindOf(ask: PhaseAsk): Load | null {
    if (ask.apart === null) return null;
    const known = this.#kinds.get(ask.apart.kind) ?? new Load();
    this.#kinds.set(ask.apart.kind, known);
    return known;
  }
}

/** Counts on a circle of cells, with running sums over three turns of it so that any stretch takes one step. */
class Load {
  readonly #cells = new Int32Array(CELLS);
  readonly #sums = new Int32Array(3 * CELLS + 1);

  add(first: number, cells: number, times: number): void {
    for (let c = first; c < first + cells; c++) {
      const cell = c % CELLS;
      this.#cells[cell] = (this.#cells[cell] ?? 0) + times;
    }
  }

  /** Brings the sums up to date; ask `between` only afterwards. */
  sum(): void {
    let sum = 0;
    for (let c = 0; c < 3 * CELLS; c++) {
      this.#sums[c] = sum;
      sum += this.#cells[c % CELLS] ?? 0;
    }
    this.#sums[3 * CELLS] = sum;
  }

  /** Sum of the cells [from, to), counted from the start of the first turn. */
  between(from: number, to: number): number {
    return (this.#sums[Math.min(3 * CELLS, to)] ?? 0) - (this.#sums[Math.max(0, from)] ?? 0);
  }
}
