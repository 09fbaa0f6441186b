import type { Ms } from '../base/units.ts';
import type { Verdict, VerdictCode } from './compiled-hour.ts';
import type { HourDemand } from './demand.ts';
import type { SpotRow } from './emit-spots.ts';
import { PLAYS_MAX, type SoundDemand, type SoundHour } from './sound-hour.ts';

/** A `perHour` booking, by what it asked and why it may have got less. */
export interface JudgedRate {
  readonly sound: SoundDemand;
  readonly asked: number;
  readonly why: VerdictCode | null;
}

/** What each demand got, counted on the spots. */
export function judgeDemands(
  hour: HourDemand,
  sound: SoundHour,
  rates: readonly JudgedRate[],
  row: SpotRow,
): Verdict[] {
  const plays = new Map<number, { count: number; airtimeMs: Ms }>();
  for (const spot of row.spots) {
    if (spot.bookingId === null) continue;
    const got = plays.get(spot.bookingId) ?? { count: 0, airtimeMs: 0 };
    plays.set(spot.bookingId, { count: got.count + 1, airtimeMs: got.airtimeMs + spot.durationMs });
  }
  const why = new Map<number, Set<VerdictCode>>();
  const blame = (index: number, code: VerdictCode) => why.set(index, (why.get(index) ?? new Set()).add(code));
  for (const [index, code] of sound.refused) blame(index, code);
  const byIndex = new Map(rates.map((rate) => [rate.sound.index, rate]));
  for (const rate of rates) if (rate.why !== null) blame(rate.sound.index, rate.why);
  for (const { play, why: code } of row.dropped) {
    const rate = rates[play.rate];
    if (rate !== undefined) blame(rate.sound.index, code);
  }
  return hour.demands.map((demand, index) => {
    const got = plays.get(demand.bookingId) ?? { count: 0, airtimeMs: 0 };
    const kind = demand.rate.kind;
    const asked =
      byIndex.get(index)?.asked ??
      (kind === 'perHour' && sound.refused.get(index) !== 'noWindow' ? askedAnyway(demand.rate.plays) : 0);
    const shortfall = Math.max(0, asked - got.count);
    if (kind === 'perHour' && shortfall > 0 && !why.has(index)) blame(index, 'windowFull');
    if (kind === 'share' && got.count === 0 && !why.has(index)) blame(index, 'noAirtimeLeft');
    return {
      bookingId: demand.bookingId,
      kind,
      asked,
      granted: got.count,
      shortfall,
      airtimeMs: got.airtimeMs,
      why: [...(why.get(index) ?? [])],
    };
  });
}

/** What a refused rate asked, where that is a number at all. */
function askedAnyway(plays: number): number {
  return Number.isInteger(plays) && plays > 0 && plays <= PLAYS_MAX ? plays : 0;
}
