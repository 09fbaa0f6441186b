import type { Ms } from '../base/units.ts';
import type { Spot } from './compiled-hour.ts';
import type { Clip, DayHead, HourDemand } from './demand.ts';
import { bookedKey, isSameKind, type Kind, kindKey } from './separation.ts';

/**
 * How a local day begins, told to the last hour of the day before. Each day starts afresh, so equal days share one
 * loop; only its first spots are known to the evening before, which keeps its distance from them. Nothing flows the
 * other way, so there is no chain of days. Null when nothing plays in the first hour.
 *
 * @param hour the first hour of the day; `spots` as compiled for it.
 */
export function dayHeadOf(hour: HourDemand, spots: readonly Spot[]): DayHead | null {
  const first = spots[0];
  if (first === undefined) return null;
  const starts: Record<string, Ms> = {};
  for (const spot of spots) {
    const kind = kindOfSpot(hour, spot);
    if (kind === null) continue;
    for (const rule of hour.separation) {
      if (!isSameKind(rule, kind)) continue;
      starts[kindKey(rule)] ??= spot.atMs;
      if (spot.bookingId !== null) starts[bookedKey(rule)] ??= spot.atMs;
    }
  }
  return { assetId: first.assetId, starts };
}

function kindOfSpot(hour: HourDemand, { bookingId, sha256 }: Spot): Kind | null {
  const demand = hour.demands.find((one) => one.bookingId === bookingId);
  const clips: readonly Clip[] = bookingId === null ? hour.filler : (demand?.clips ?? []);
  const clip = clips.find((one) => one.sha256 === sha256);
  return clip === undefined ? null : { clip, campaignId: demand?.campaignId ?? null };
}
