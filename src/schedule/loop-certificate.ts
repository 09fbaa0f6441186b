import type { Ms } from '../base/units.ts';
import type { Certificate } from './compiled-hour.ts';
import type { SpotRow } from './emit-spots.ts';
import type { Separation } from './separation.ts';
import type { ShareClass } from './share-class.ts';
import type { SoundHour } from './sound-hour.ts';

/** Measures a finished loop. */
export function certify(
  sound: SoundHour,
  rates: readonly { readonly bookingId: number; readonly intervalMs: Ms }[],
  row: SpotRow,
  share: ShareClass,
  separation: Separation,
): Certificate {
  let idleMs = 0;
  let longestIdleMs = 0;
  const idle = (ms: Ms) => {
    if (ms <= 0) return;
    idleMs += ms;
    longestIdleMs = Math.max(longestIdleMs, ms);
  };
  let next = 0;
  for (const stretch of sound.stretches) {
    let at = stretch.fromMs;
    for (; next < row.spots.length; next++) {
      const spot = row.spots[next];
      if (spot === undefined || spot.atMs >= stretch.toMs) break;
      idle(spot.atMs - at);
      at = spot.atMs + spot.durationMs;
    }
    idle(stretch.toMs - at);
  }
  const intervals = new Map(rates.map((rate) => [rate.bookingId, rate.intervalMs]));
  let latest: Certificate['latest'] = null;
  for (const spot of row.spots) {
    if (spot.dueMs === null || spot.bookingId === null) continue;
    const intervalMs = intervals.get(spot.bookingId) ?? 1;
    const offMs = spot.atMs - spot.dueMs;
    if (latest === null || Math.abs(offMs) * latest.intervalMs > Math.abs(latest.offMs) * intervalMs) {
      latest = { bookingId: spot.bookingId, offMs, intervalMs };
    }
  }
  const { offMs, clipMs } = share.deviation();
  return {
    idleMs,
    longestIdleMs,
    latest,
    shareOffMs: offMs,
    shareClipMs: clipMs,
    repeats: row.repeats,
    separationBreaks: separation.breaks,
  };
}
