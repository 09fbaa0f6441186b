import type { Ms } from '../../src/base/units.ts';
import type { CompiledHour, Spot } from '../../src/schedule/compiled-hour.ts';
import type { HourDemand } from '../../src/schedule/demand.ts';

/** A start and length on the time line of all hours together. */
export interface Airing {
  readonly atMs: Ms;
  readonly spot: Spot;
}

/** All spots of successive hours on one time line. */
export function airings(hours: readonly HourDemand[], compiled: readonly CompiledHour[]): Airing[] {
  const all: Airing[] = [];
  let from = 0;
  compiled.forEach((loop, i) => {
    for (const spot of loop.spots) all.push({ atMs: from + spot.atMs, spot });
    from += hours[i]?.lengthMs ?? 0;
  });
  return all;
}

/** Start-to-start gaps of each booking, from the spots alone. */
export function gapsByBooking(all: readonly Airing[]): Map<number, Ms[]> {
  const last = new Map<number, Ms>();
  const gaps = new Map<number, Ms[]>();
  for (const { atMs, spot } of all) {
    if (spot.bookingId === null) continue;
    const before = last.get(spot.bookingId);
    if (before !== undefined) {
      const list = gaps.get(spot.bookingId);
      if (list === undefined) gaps.set(spot.bookingId, [atMs - before]);
      else list.push(atMs - before);
    }
    last.set(spot.bookingId, atMs);
  }
  return gaps;
}

/** The largest gap of any `perHour` booking in relation to its ideal one; 0 without a gap. */
export function worstGapRatio(hour: HourDemand, all: readonly Airing[]): number {
  const gaps = gapsByBooking(all);
  let worst = 0;
  for (const { bookingId, rate } of hour.demands) {
    if (rate.kind !== 'perHour') continue;
    for (const gap of gaps.get(bookingId) ?? []) worst = Math.max(worst, (gap * rate.plays) / 3_600_000);
  }
  return worst;
}

/**
 * The play furthest from an even grid, in intervals, with the grid laid as well as it can be for each
 * booking: half the range of start - k x interval. Needs nothing but the spots.
 */
export function worstLateness(hour: HourDemand, all: readonly Airing[]): number {
  const starts = startsByBooking(all);
  let worst = 0;
  for (const { bookingId, rate } of hour.demands) {
    if (rate.kind !== 'perHour') continue;
    const interval = 3_600_000 / rate.plays;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    (starts.get(bookingId) ?? []).forEach((at, k) => {
      low = Math.min(low, at - k * interval);
      high = Math.max(high, at - k * interval);
    });
    if (low <= high) worst = Math.max(worst, (high - low) / 2 / interval);
  }
  return worst;
}

function startsByBooking(all: readonly Airing[]): Map<number, Ms[]> {
  const starts = new Map<number, Ms[]>();
  for (const { atMs, spot } of all) {
    if (spot.bookingId === null) continue;
    const list = starts.get(spot.bookingId);
    if (list === undefined) starts.set(spot.bookingId, [atMs]);
    else list.push(atMs);
  }
  return starts;
}

/** How often a `perHour` booking does not start exactly its plays in one of so many open hours of 3,600 s. */
export function countErrorsIn(hour: HourDemand, all: readonly Airing[], hours: number): number {
  const counts = new Map<string, number>();
  for (const { atMs, spot } of all) {
    if (spot.bookingId === null) continue;
    const key = `${spot.bookingId} ${Math.floor(atMs / 3_600_000)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let errors = 0;
  for (const { bookingId, rate } of hour.demands) {
    if (rate.kind !== 'perHour') continue;
    for (let h = 0; h < hours; h++) if ((counts.get(`${bookingId} ${h}`) ?? 0) !== rate.plays) errors++;
  }
  return errors;
}

/** `countErrorsIn` for compiled hours. */
export function countErrors(hour: HourDemand, compiled: readonly CompiledHour[]): number {
  const day = compiled.map(() => hour);
  return countErrorsIn(hour, airings(day, compiled), compiled.length);
}

/** Deviation of the `share` bookings from their exact shares, recomputed from the spots alone. */
export interface ShareFacts {
  /** Worst distance of airtime at any boundary of a share play, in units of the longest share clip. */
  readonly airtime: number;
  /** Worst distance in plays, against the share of plays; only telling when all slots are equal. */
  readonly plays: number;
  /** Furthest that a booking is ahead of its exact airtime, in its own plays. */
  readonly ahead: number;
}

/** Measures `ShareFacts` over all airings. */
export function shareFacts(hour: HourDemand, all: readonly Airing[]): ShareFacts {
  const weights = new Map<number, number>();
  let total = 0;
  let longest = 1;
  for (const { bookingId, rate, clips } of hour.demands) {
    if (rate.kind !== 'share') continue;
    weights.set(bookingId, rate.weight);
    total += rate.weight;
    for (const clip of clips) longest = Math.max(longest, clip.durationMs);
  }
  const airtime = new Map<number, number>();
  const plays = new Map<number, number>();
  let clock = 0;
  let count = 0;
  const worst = { airtime: 0, plays: 0, ahead: 0 };
  for (const { spot } of all) {
    if (spot.bookingId === null || !weights.has(spot.bookingId)) continue;
    clock += spot.durationMs;
    count++;
    airtime.set(spot.bookingId, (airtime.get(spot.bookingId) ?? 0) + spot.durationMs);
    plays.set(spot.bookingId, (plays.get(spot.bookingId) ?? 0) + 1);
    for (const [bookingId, weight] of weights) {
      const off = (airtime.get(bookingId) ?? 0) - (clock * weight) / total;
      worst.airtime = Math.max(worst.airtime, Math.abs(off) / longest);
      worst.plays = Math.max(worst.plays, Math.abs((plays.get(bookingId) ?? 0) - (count * weight) / total));
      if (bookingId === spot.bookingId) worst.ahead = Math.max(worst.ahead, off / spot.durationMs);
    }
  }
  return worst;
}

/** Gaps that separation rules ask for, recomputed from the spots alone. */
export interface SeparationFacts {
  /** Pairs of successive plays that some rule keeps apart. */
  readonly pairs: number;
  readonly softBreaks: number;
  readonly hardBreaks: number;
}

/** Measures `SeparationFacts` over all airings. */
export function separationFacts(hour: HourDemand, all: readonly Airing[]): SeparationFacts {
  const campaigns = new Map(hour.demands.map((demand) => [demand.bookingId, demand.campaignId]));
  const categories = new Map(
    [...hour.demands.flatMap((demand) => demand.clips), ...hour.filler].map((clip) => [
      clip.sha256,
      clip.category,
    ]),
  );
  const facts = { pairs: 0, softBreaks: 0, hardBreaks: 0 };
  for (const rule of hour.separation) {
    let endMs: number | null = null;
    for (const { atMs, spot } of all) {
      const kind =
        rule.by === 'category'
          ? categories.get(spot.sha256)
          : spot.bookingId === null
            ? null
            : campaigns.get(spot.bookingId);
      if (kind !== rule.value) continue;
      if (endMs !== null) {
        facts.pairs++;
        if (atMs - endMs < rule.gapMs) facts[rule.hard ? 'hardBreaks' : 'softBreaks']++;
      }
      endMs = atMs + spot.durationMs;
    }
  }
  return facts;
}
