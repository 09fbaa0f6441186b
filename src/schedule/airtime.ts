import type { LocalHour } from '../base/local-time.ts';
import type { Ms } from '../base/units.ts';
import type { CompiledDay } from './compile-programme.ts';

/** What one booking has of a stretch of time; `bookingId` null: filler. */
export interface Taker {
  readonly bookingId: number | null;
  readonly plays: number;
  readonly airtimeMs: Ms;
  /** Plays that its rate asks for and does not get. */
  readonly missing: number;
}

/** How the open time of a stretch is given out. */
export interface Airtime {
  readonly openMs: Ms;
  readonly takers: readonly Taker[];
}

/** Airtime of each local hour of a compiled day. Shape: as `hours`, each with its hour of the day 0 to 23. */
export function airtimeByHour(
  hours: readonly LocalHour[],
  day: CompiledDay,
): (Airtime & { readonly hour: number })[] {
  return hours.map((hour, i) => {
    const open = day.demands[i]?.open ?? [];
    const takers = new Map<number | null, { plays: number; airtimeMs: Ms; missing: number }>();
    const takerOf = (bookingId: number | null) => {
      const known = takers.get(bookingId) ?? { plays: 0, airtimeMs: 0, missing: 0 };
      takers.set(bookingId, known);
      return known;
    };
    for (const spot of day.hours[i]?.spots ?? []) {
      const taker = takerOf(spot.bookingId);
      taker.plays += 1;
      taker.airtimeMs += spot.durationMs;
    }
    for (const { bookingId, shortfall } of day.hours[i]?.verdicts ?? []) {
      if (shortfall > 0) takerOf(bookingId).missing += shortfall;
    }
    return {
      hour: Math.floor(hour.fromMinute / 60),
      openMs: open.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
      takers: [...takers].map(([bookingId, sums]) => ({ bookingId, ...sums })),
    };
  });
}

/** The sum of stretches; who takes most comes first. */
export function airtimeOf(stretches: readonly Airtime[]): Airtime {
  const sums = new Map<number | null, Taker>();
  for (const taker of stretches.flatMap(({ takers }) => takers)) {
    const known = sums.get(taker.bookingId);
    sums.set(taker.bookingId, {
      bookingId: taker.bookingId,
      plays: taker.plays + (known?.plays ?? 0),
      airtimeMs: taker.airtimeMs + (known?.airtimeMs ?? 0),
      missing: taker.missing + (known?.missing ?? 0),
    });
  }
  return {
    openMs: stretches.reduce((sum, { openMs }) => sum + openMs, 0),
    takers: [...sums.values()].sort((a, b) => b.airtimeMs - a.airtimeMs),
  };
}
