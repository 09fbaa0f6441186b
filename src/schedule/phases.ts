import { HOUR_MS, type Ms } from '../base/units.ts';
import { greatestCommonDivisor } from './playlist-turns.ts';

/** A `perHour` booking that needs a phase. */
export interface PhaseAsk {
  readonly plays: number;
  /** Usual length of a play. */
  readonly durationMs: Ms;
  /** A phase that it has already and keeps; null to be given one. */
  readonly keptMs: Ms | null;
}

/**
 * Phases that were chosen before, by what was asked. Handed in by whoever compiles many endpoints or days, so
 * that equal demand sets are searched once; it changes the time, never the answer.
 */
export type PhaseMemo = Map<string, readonly Ms[]>;

/** `choosePhases`, looked up first. */
export function recallPhases(asks: readonly PhaseAsk[], memo: PhaseMemo | undefined): readonly Ms[] {
  if (memo === undefined) return choosePhases(asks);
  const key = asks.map((ask) => `${ask.plays}*${ask.durationMs}@${ask.keptMs ?? ''}`).join();
  const known = memo.get(key);
  if (known !== undefined) return known;
  const phases = choosePhases(asks);
  memo.set(key, phases);
  return phases;
}

/** Cells of the circle on which phases are chosen. */
const CELLS = 720;
/** Beyond so many bookings the sweeps shrink to one. */
const MANY = 64;

/**
 * Phases for rates, chosen against each other: each hour repeats the same nominal instants
 * (phase + k x interval), so the hour is a circle, and it is enough to look at the part of it that the
 * greatest common divisor of all rates repeats. One after another, most airtime first, each booking takes the phase
 * at which it meets the least airtime of the others, near and far; then each is taken out and put back,
 * `sweeps` times. Deterministic, integers only, at most CELLS steps a booking and sweep.
 */
export function choosePhases(asks: readonly PhaseAsk[]): Ms[] {
  let common = 0;
  for (const ask of asks) common = greatestCommonDivisor(common, ask.plays);
  if (common === 0) return [];
  const period = HOUR_MS / common;
  const circle = new Circle(period);
  const phases: Ms[] = asks.map((ask) => ask.keptMs ?? -1);
  const order = asks
    .map((_, index) => index)
    .sort(
      (a, b) =>
        (asks[b]?.plays ?? 0) * (asks[b]?.durationMs ?? 0) -
          (asks[a]?.plays ?? 0) * (asks[a]?.durationMs ?? 0) || a - b,
    );
  asks.forEach((ask, index) => {
    if (ask.keptMs !== null) circle.add(ask, phases[index] ?? 0, 1);
  });
  const sweeps = asks.length > MANY ? 1 : 4;
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

/** How much airtime falls on each part of the repeating stretch. */
class Circle {
  readonly #period: Ms;
  readonly #load = new Int32Array(CELLS);
  readonly #sums = new Int32Array(3 * CELLS + 1);

  constructor(period: Ms) {
    this.#period = period;
  }

  add(ask: PhaseAsk, phase: Ms, times: number): void {
    const cellMs = this.#period / CELLS;
    const plays = Math.round((ask.plays * this.#period) / HOUR_MS);
    for (let k = 0; k < plays; k++) {
      const from = phase + Math.floor((k * this.#period) / plays);
      const first = Math.floor(from / cellMs);
      const cells = Math.max(1, Math.round(ask.durationMs / cellMs));
      for (let c = 0; c < Math.min(cells, CELLS); c++) {
        const cell = (first + c) % CELLS;
        this.#load[cell] = (this.#load[cell] ?? 0) + times;
      }
    }
  }

  best(ask: PhaseAsk): Ms {
    let sum = 0;
    for (let c = 0; c < 3 * CELLS; c++) {
      this.#sums[c] = sum;
      sum += this.#load[c % CELLS] ?? 0;
    }
    this.#sums[3 * CELLS] = sum;
    const cellMs = this.#period / CELLS;
    const plays = Math.round((ask.plays * this.#period) / HOUR_MS);
    const phases = Math.max(1, Math.floor(CELLS / plays));
    const cells = Math.min(CELLS, Math.max(1, Math.round(ask.durationMs / cellMs)));
    const near = Math.min(CELLS >> 1, Math.max(1, Math.round(15_000 / cellMs)));
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let c = 0; c < phases; c++) {
      let cost = 0;
      for (let k = 0; k < plays; k++) {
        const at = CELLS + ((c + Math.floor((k * CELLS) / plays)) % CELLS);
        const own = this.#between(at, at + cells);
        const wide = this.#between(at - near, at + cells + near);
        cost += 8 * own + wide;
      }
      if (cost < bestCost) {
        bestCost = cost;
        best = c;
      }
    }
    return Math.floor(best * cellMs);
  }

  /** Where the hours are best cut: the instant with the least airtime around it. */
  quietest(): Ms {
    let sum = 0;
    for (let c = 0; c < 3 * CELLS; c++) {
      this.#sums[c] = sum;
      sum += this.#load[c % CELLS] ?? 0;
    }
    this.#sums[3 * CELLS] = sum;
    const cellMs = this.#period / CELLS;
    const reach = (ms: Ms) => Math.min(CELLS >> 1, Math.max(1, Math.round(ms / cellMs)));
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let c = 0; c < CELLS; c++) {
      const at = CELLS + c;
      const cost =
        8 * this.#between(at - reach(5_000), at + reach(5_000)) +
        4 * this.#between(at - reach(15_000), at + reach(15_000)) +
        this.#between(at - reach(40_000), at + reach(40_000));
      if (cost < bestCost) {
        bestCost = cost;
        best = c;
      }
    }
    return Math.floor(best * cellMs);
  }

  #between(from: number, to: number): number {
    return (this.#sums[to] ?? 0) - (this.#sums[from] ?? 0);
  }
}
