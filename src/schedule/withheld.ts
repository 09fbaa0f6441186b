import type { LocalHour } from '../base/local-time.ts';
import type { EpochMs } from '../base/units.ts';
import type { CompiledHour, VerdictCode } from './compiled-hour.ts';

/** Plays that a booking asks of an hour and that the loop cannot promise. */
export interface Withheld {
  readonly bookingId: number;
  readonly plays: number;
  /** The first reason of the verdict. */
  readonly why: VerdictCode;
}

/** What an hour cannot promise. */
export interface WithheldHour {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly plays: readonly Withheld[];
}

/** The hours of a compiled day in which somebody gets less than it asks. */
export function withheldIn(hours: readonly LocalHour[], compiled: readonly CompiledHour[]): WithheldHour[] {
  return hours.flatMap((hour, i) => {
    const plays = (compiled[i]?.verdicts ?? []).flatMap(({ bookingId, shortfall, why }) =>
      shortfall > 0 ? [{ bookingId, plays: shortfall, why: why[0] ?? 'windowFull' }] : [],
    );
    return plays.length === 0
      ? []
      : [{ startsAt: hour.startsAt, endsAt: hour.startsAt + hour.lengthMs, plays }];
  });
}
