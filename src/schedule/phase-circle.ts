import { HOUR_MS, type Ms } from '../base/units.ts';
import type { Apart } from './place-rates.ts';

/** A `perHour` booking that needs a phase. */
export interface PhaseAsk {
  readonly plays: number;
  /** Usual length of a play. */
  readonly durationMs: Ms;
  /** A phase that it has already and keeps; null to be given one. */
  readonly keptMs: Ms | null;
  /** The kind that a separation rule keeps apart, with the asked gap; null where none concerns it. */
  readonly apart: Apart | null;
}

/** Cells of the circle on which phases are chosen. */
const CELLS = 720;
/** Airtime of others weighs so much more where it would overlap than where it is only near. */
const OVERLAP_COST = 8;
/** And a kind to be kept apart so much more within its gap. */
const KIND_COST = 32;

/**
 * How much airtime falls on each part of the stretch that all rates repeat: all of it, and that of each separated kind.
 * 720 cells, whole numbers only. Mutable.
 */
export class PhaseCircle {
  readonly #period: Ms;
  readonly #nearMs: Ms;
  readonly #all = new Load();
  readonly #kinds = new Map<string, Load>();

  /** `period` is the length of the stretch; airtime counts as near within `nearMs`. */
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
