import type { Ms } from '../base/units.ts';
import type { Clip } from './demand.ts';

/** Longest stretch for which exact sums of filler lengths are looked up; longer ones can always be met later. */
const REACH_MS: Ms = 120_000;
/** Most sums that are kept; beyond it the shortest ones count. */
const SUMS_MAX = 2_000;

/**
 * Chooses filler: the piece after which the rest of the hole can best be filled without a remainder,
 * and among equally good ones the one with the least airtime so far (ties: order of the list).
 * So filler rotates evenly where length does not matter. Mutable, for one hour.
 */
export class FillerTurns {
  readonly clips: readonly Clip[];
  readonly #airtime: Map<string, Ms>;
  readonly #sums: readonly Ms[];

  /** `clips` of a second or more each. */
  constructor(
    clips: readonly Clip[],
    carried: ReadonlyMap<string, Ms>,
    sums: readonly Ms[] = fillerSums(clips),
  ) {
    this.clips = clips;
    this.#airtime = new Map(clips.map((clip) => [clip.sha256, carried.get(clip.sha256) ?? 0]));
    this.#sums = sums;
  }

  /** Length of the shortest filler; Infinity when there is none. */
  get shortestMs(): Ms {
    return this.clips.reduce((least, clip) => Math.min(least, clip.durationMs), Number.POSITIVE_INFINITY);
  }

  /**
   * How far the nearest sum of filler lengths (nothing counts as 0) is from `holeMs`, either way: twice the
   * distance, and 1 more when it is too long, so that of two equally near sums it is always the shorter.
   */
  missBy(holeMs: Ms): number {
    if (holeMs <= 0) return holeMs === 0 ? 0 : 1 - 2 * holeMs;
    if (holeMs > REACH_MS) return 0;
    let from = 0;
    let to = this.#sums.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#sums[middle] ?? 0) < holeMs) from = middle + 1;
      else to = middle;
    }
    const above = this.#sums[from];
    const below = this.#sums[from - 1] ?? 0;
    if (above === holeMs) return 0;
    const over = above === undefined ? Number.POSITIVE_INFINITY : 2 * (above - holeMs) + 1;
    return Math.min(2 * (holeMs - below), over);
  }

  /**
   * The filler to play now in a hole of about `holeMs`; null when `allows` none.
   */
  choose(holeMs: Ms, allows: (clip: Clip) => boolean): Clip | null {
    let best: Clip | null = null;
    let bestMiss = 0;
    let bestAirtime = 0;
    for (const clip of this.clips) {
      const miss = this.missBy(holeMs - clip.durationMs);
      const airtime = this.#airtime.get(clip.sha256) ?? 0;
      if (best !== null && (miss > bestMiss || (miss === bestMiss && airtime >= bestAirtime))) continue;
      if (!allows(clip)) continue;
      best = clip;
      bestMiss = miss;
      bestAirtime = airtime;
    }
    return best;
  }

  take(clip: Clip): void {
    this.#airtime.set(clip.sha256, (this.#airtime.get(clip.sha256) ?? 0) + clip.durationMs);
  }

  /** Airtimes for the next hour, less the least of them. */
  carried(): ReadonlyMap<string, Ms> {
    const least = Math.min(...this.#airtime.values());
    return new Map([...this.#airtime].map(([sha256, airtime]) => [sha256, airtime - least]));
  }
}

/** All sums of filler lengths up to two minutes, sorted, at most 2,000 of them. */
export function fillerSums(clips: readonly Clip[]): Ms[] {
  const lengths = [...new Set(clips.map((clip) => clip.durationMs))].sort((a, b) => a - b);
  const sums = new Set<Ms>([0]);
  for (const sum of sums) {
    if (sums.size > SUMS_MAX) break;
    for (const length of lengths) if (sum + length <= REACH_MS) sums.add(sum + length);
  }
  return [...sums].sort((a, b) => a - b);
}
