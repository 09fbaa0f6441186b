import type { Ms } from '../base/units.ts';

/** A kind of play that a separation rule keeps apart from its like. */
export interface Apart {
  readonly kind: string;
  readonly gapMs: Ms;
  readonly hard: boolean;
}

/** One `perHour` play that looks for its place. */
export interface RatePlay {
  /** Index of its booking among the rates of the hour. */
  readonly rate: number;
  readonly nominalMs: Ms;
  readonly durationMs: Ms;
  readonly intervalMs: Ms;
  /** It may start from here on … */
  readonly earliestMs: Ms;
  /** … and up to here, inclusive. */
  readonly latestMs: Ms;
  /** The kind that is kept apart from its like; null for most. */
  readonly apart: Apart | null;
}

/**
 * The latest start of each play, in this order, at which all plays after it still find their place: all start
 * before `toMs` and end by `endMs`. Where open time goes on after `toMs`, they also end by `toMs` if
 * their lengths allow it at all, so that soft material never pushes rates out of one hour into the next.
 */
export function latestStarts(plays: readonly RatePlay[], fromMs: Ms, toMs: Ms, endMs: Ms): Ms[] {
  const latest: Ms[] = new Array(plays.length).fill(0);
  const least = plays.reduce((sum, play) => sum + play.durationMs, fromMs);
  let bound = Math.min(endMs, Math.max(toMs, least));
  for (let p = plays.length - 1; p >= 0; p--) {
    const play = plays[p];
    if (play === undefined) continue;
    bound = Math.min(bound - play.durationMs, play.latestMs, toMs - 1);
    latest[p] = bound;
  }
  return latest;
}

/** Steps of the binary search for the least distance: 1/1024 of an interval is fine enough. */
const FRACTIONS = 1_024;

/**
 * Target instants for plays in a fixed order, see `placeApart`. Soft separations are kept only as far as they
 * cost nobody a play, nor half an interval: one that the number of plays rules out altogether asks for half
 * of an even distance instead, and where the rest does not fit either, all soft ones shrink by quarters.
 */
export function placeRates(plays: readonly RatePlay[]): Ms[] {
  if (plays.every((play) => play.apart === null)) return placeApart(plays, new Map()).targets;
  const gaps = softGaps(plays);
  for (let quarters = 4; quarters > 0; quarters--) {
    const soft = new Map([...gaps].map(([kind, gapMs]) => [kind, Math.floor((gapMs * quarters) / 4)]));
    const placed = placeApart(plays, soft);
    if (placed.isNear) return placed.targets;
  }
  return placeApart(plays, new Map()).targets;
}

/** What each soft kind asks between two plays of it: the whole gap, or half of an even one where that is too much. */
function softGaps(plays: readonly RatePlay[]): Map<string, Ms> {
  const kinds = new Map<string, { gapMs: Ms; fromMs: Ms; toMs: Ms; airtimeMs: Ms; plays: number }>();
  for (const { apart, earliestMs, latestMs, durationMs } of plays) {
    if (apart === null) continue;
    const kind = kinds.get(apart.kind) ?? {
      gapMs: apart.gapMs,
      fromMs: earliestMs,
      toMs: latestMs,
      airtimeMs: 0,
      plays: 0,
    };
    kind.fromMs = Math.min(kind.fromMs, earliestMs);
    kind.toMs = Math.max(kind.toMs, latestMs);
    kind.airtimeMs += durationMs;
    kind.plays++;
    kinds.set(apart.kind, kind);
  }
  return new Map(
    [...kinds].map(([name, kind]) => {
      const evenMs = Math.max(0, Math.floor((kind.toMs - kind.fromMs - kind.airtimeMs) / kind.plays));
      return [name, kind.gapMs <= evenMs ? kind.gapMs : evenMs >> 1];
    }),
  );
}

/**
 * Target instants for plays in a fixed order, so that none overlaps the next and the play that is
 * furthest from its nominal instant, measured in its own intervals, is as near as this order allows;
 * among such answers, near to the least weighted sum of squares. Neighbours that crowd each other
 * move apart to both sides, instead of all later ones being late.
 *
 * Less the lengths before it, a start only has to be monotone: that is isotonic regression. The least
 * distance e comes by binary search (feasible when the running maximum of nominal - e stays below
 * nominal + e), the rest by pooling adjacent violators inside that corridor. Linear in plays, about
 * 12 passes. Where bounds contradict each other, the order and the earliest instants are kept and
 * the latest ones given up.
 *
 * @see M. Ayer and others, "An empirical distribution function for sampling with incomplete
 * information", Annals of Mathematical Statistics 26 (1955): pooling adjacent violators.
 */
function placeApart(
  plays: readonly RatePlay[],
  soft: ReadonlyMap<string, Ms>,
): { readonly targets: Ms[]; readonly isNear: boolean } {
  const n = plays.length;
  const wish = new Float64Array(n);
  const low = new Float64Array(n);
  const high = new Float64Array(n);
  const before = new Float64Array(n);
  let sum = 0;
  plays.forEach((play, p) => {
    before[p] = sum;
    wish[p] = play.nominalMs - sum;
    low[p] = play.earliestMs - sum;
    high[p] = play.latestMs - sum;
    const { apart } = play;
    sum += play.durationMs;
    if (apart === null || plays[p + 1]?.apart?.kind !== apart.kind) return;
    sum += soft.get(apart.kind) ?? 0;
  });
  for (let p = 1; p < n; p++) low[p] = Math.max(low[p] ?? 0, low[p - 1] ?? 0);
  for (let p = n - 2; p >= 0; p--) high[p] = Math.min(high[p] ?? 0, high[p + 1] ?? 0);
  for (let p = 0; p < n; p++) high[p] = Math.max(high[p] ?? 0, low[p] ?? 0);
  const clamped = wish.map((at, p) => Math.max(low[p] ?? 0, Math.min(high[p] ?? 0, at)));

  let infeasible = -1;
  let feasible = FRACTIONS;
  while (feasible - infeasible > 1) {
    const middle = (feasible + infeasible) >> 1;
    if (fits(plays, clamped, middle)) feasible = middle;
    else infeasible = middle;
  }
  const pooled = poolAdjacent(plays, clamped);
  let running = Number.NEGATIVE_INFINITY;
  for (let p = 0; p < n; p++) {
    running = Math.max(running, (clamped[p] ?? 0) - slack(plays[p], feasible));
    pooled[p] = Math.max(pooled[p] ?? 0, running);
  }
  let ceiling = Number.POSITIVE_INFINITY;
  for (let p = n - 1; p >= 0; p--) {
    ceiling = Math.min(ceiling, (clamped[p] ?? 0) + slack(plays[p], feasible));
    pooled[p] = Math.min(pooled[p] ?? 0, ceiling);
  }
  const targets: Ms[] = [];
  let isNear = true;
  let floor = Number.NEGATIVE_INFINITY;
  for (let p = 0; p < n; p++) {
    floor = Math.max(floor, low[p] ?? 0, Math.min(high[p] ?? 0, pooled[p] ?? 0));
    const target = floor + (before[p] ?? 0);
    targets.push(target);
    const { nominalMs, intervalMs, latestMs } = plays[p] ?? { nominalMs: 0, intervalMs: 0, latestMs: 0 };
    isNear &&= target <= latestMs && 2 * Math.abs(target - nominalMs) <= intervalMs;
  }
  return { targets, isNear };
}

function slack(play: RatePlay | undefined, fraction: number): Ms {
  return Math.floor(((play?.intervalMs ?? 0) * fraction) / FRACTIONS);
}

function fits(plays: readonly RatePlay[], wish: Float64Array, fraction: number): boolean {
  let running = Number.NEGATIVE_INFINITY;
  for (let p = 0; p < wish.length; p++) {
    const room = slack(plays[p], fraction);
    const at = wish[p] ?? 0;
    running = Math.max(running, at - room);
    if (running > at + room) return false;
  }
  return true;
}

/** The monotone sequence nearest to `wish` by squares weighted with 1 / interval², in whole milliseconds. */
function poolAdjacent(plays: readonly RatePlay[], wish: Float64Array): Float64Array {
  const n = wish.length;
  const sums = new Float64Array(n);
  const weights = new Float64Array(n);
  const ends = new Int32Array(n);
  let blocks = 0;
  for (let p = 0; p < n; p++) {
    const perHour = Math.max(1, Math.floor(3_600_000 / Math.max(1, plays[p]?.intervalMs ?? 1)));
    const weight = perHour * perHour;
    sums[blocks] = weight * (wish[p] ?? 0);
    weights[blocks] = weight;
    ends[blocks] = p;
    blocks++;
    while (blocks > 1 && mean(sums, weights, blocks - 2) >= mean(sums, weights, blocks - 1)) {
      sums[blocks - 2] = (sums[blocks - 2] ?? 0) + (sums[blocks - 1] ?? 0);
      weights[blocks - 2] = (weights[blocks - 2] ?? 0) + (weights[blocks - 1] ?? 0);
      ends[blocks - 2] = ends[blocks - 1] ?? 0;
      blocks--;
    }
  }
  const fitted = new Float64Array(n);
  let p = 0;
  for (let block = 0; block < blocks; block++) {
    const value = mean(sums, weights, block);
    while (p <= (ends[block] ?? 0)) fitted[p++] = value;
  }
  return fitted;
}

function mean(sums: Float64Array, weights: Float64Array, block: number): number {
  return Math.floor((sums[block] ?? 0) / (weights[block] ?? 1));
}
