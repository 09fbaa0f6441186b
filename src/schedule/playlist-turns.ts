import type { Ms } from '../base/units.ts';
import type { PlaylistTurn } from './compiled-hour.ts';
import type { Clip } from './demand.ts';
import { nextTurn } from './tijdeman.ts';

/** Largest sum of clip weights that is kept exactly; beyond it the weights are scaled down together. */
const WEIGHT_SUM_MAX = 50_000_000;

/**
 * Which clip of a booking plays next: each clip's plays follow its weight among the booking's plays
 * within 1 - 1/(2n-2) of one play, at every prefix (Tijdeman, see `nextTurn`). Mutable, for one hour.
 */
export class PlaylistTurns {
  readonly clips: readonly Clip[];
  readonly #weights: readonly number[];
  readonly #total: number;
  readonly #played: number[];
  readonly #key: string;

  /**
   * Takes up the booking's earlier turns when they belong to the same clips and weights; else begins after
   * `turnsBefore` turns of a first round.
   */
  constructor(clips: readonly Clip[], earlier: PlaylistTurn | undefined, turnsBefore = 0) {
    this.clips = clips;
    this.#weights = scaledWeights(clips.map((clip) => clip.weight));
    this.#total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#key = clips.length > 1 ? clips.map((clip) => `${clip.sha256}*${clip.weight}`).join() : '';
    if (earlier?.key === this.#key && earlier.played.length === clips.length) {
      this.#played = [...earlier.played];
      return;
    }
    this.#played = clips.map(() => 0);
    for (let turn = 0; turn < turnsBefore; turn++) this.take(this.peek());
  }

  /** The clip in turn; does not give the turn away. */
  peek(): Clip {
    const clip = this.clips[this.clips.length === 1 ? 0 : nextTurn(this.#played, this.#weights)];
    if (clip === undefined) throw new Error('a booking without clips has no turns');
    return clip;
  }

  /** Gives the turn to `clip`. */
  take(clip: Clip): void {
    if (this.clips.length === 1) return;
    const index = this.clips.indexOf(clip);
    this.#played[index] = (this.#played[index] ?? 0) + 1;
  }

  /** Takes back a turn that was given to `clip`. */
  giveBack(clip: Clip): void {
    if (this.clips.length === 1) return;
    const index = this.clips.indexOf(clip);
    this.#played[index] = (this.#played[index] ?? 0) - 1;
  }

  /** The next `count` clips in turn, without giving the turns away. */
  next(count: number): Clip[] {
    const kept = [...this.#played];
    const clips: Clip[] = [];
    for (let k = 0; k < count; k++) {
      const clip = this.peek();
      clips.push(clip);
      this.take(clip);
    }
    kept.forEach((played, index) => {
      this.#played[index] = played;
    });
    return clips;
  }

  /** Airtime of the next `count` plays. */
  airtimeOf(count: number): Ms {
    const only = this.clips.length === 1 ? this.clips[0] : undefined;
    if (only !== undefined) return count * only.durationMs;
    return this.next(count).reduce((sum, clip) => sum + clip.durationMs, 0);
  }

  /** Length of the shortest clip. */
  get shortestMs(): Ms {
    return this.clips.reduce((least, clip) => Math.min(least, clip.durationMs), Number.POSITIVE_INFINITY);
  }

  /** The state for the next hour, less whole rounds; null where one clip needs none. */
  carried(): PlaylistTurn | null {
    if (this.clips.length === 1) return null;
    const turns = this.#played.reduce((sum, played) => sum + played, 0);
    const rounds = Math.floor(turns / this.#total);
    return {
      key: this.#key,
      played: this.#played.map((played, i) => played - rounds * (this.#weights[i] ?? 0)),
    };
  }
}

/** Plays after which each clip has had exactly its share. */
export function roundOf(clips: readonly Clip[]): number {
  return scaledWeights(clips.map((clip) => clip.weight)).reduce((sum, weight) => sum + weight, 0);
}

/**
 * The same proportions in the smallest whole numbers. A sum beyond 50,000,000 is scaled down, none
 * below 1: exact products need it, and one part in 50 million is below a play in a lifetime.
 */
export function scaledWeights(weights: readonly number[]): number[] {
  let divisor = 0;
  for (const weight of weights) divisor = greatestCommonDivisor(divisor, weight);
  let reduced = weights.map((weight) => weight / Math.max(1, divisor));
  let sum = reduced.reduce((total, weight) => total + weight, 0);
  while (sum > WEIGHT_SUM_MAX) {
    const by = Math.max(2, Math.floor(sum / WEIGHT_SUM_MAX));
    reduced = reduced.map((weight) => Math.max(1, Math.floor(weight / by)));
    sum = reduced.reduce((total, weight) => total + weight, 0);
  }
  return reduced;
}

/** Euclid's; gcd(0, b) is b. Whole numbers from 0 on. */
export function greatestCommonDivisor(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
