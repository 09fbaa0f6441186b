import type { Ms } from '../base/units.ts';
import type { Certificate, Lateness } from './compiled-hour.ts';
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
  const furthest = new Map<number, Lateness>();
  for (const { dueMs, bookingId, atMs } of row.spots) {
    if (dueMs === null || bookingId === null) continue;
    const found = { bookingId, offMs: atMs - dueMs, intervalMs: intervals.get(bookingId) ?? 1 };
    const known = furthest.get(bookingId);
    if (known === undefined || isFurther(found, known)) furthest.set(bookingId, found);
  }
  const bookings = [...furthest.values()].sort((a, b) => a.bookingId - b.bookingId);
  const latest = bookings.reduce<Lateness | null>(
    (most, one) => (most === null || isFurther(one, most) ? one : most),
    null,
  );
  const { offMs, clipMs } = share.deviation();
  return {
    idleMs,
    longestIdleMs,
    latest,
    late: bookings.filter(({ offMs: off, intervalMs }) => 2 * Math.abs(off) > intervalMs),
    shareOffMs: offMs,
    shareClipMs: clipMs,
    repeats: row.repeats,
    separationBreaks: separation.breaks,
  };
}

/** In relation to the intervals, compared by cross-multiplication. */
function isFurther(a: Lateness, b: Lateness): boolean {
  return Math.abs(a.offMs) * b.intervalMs > Math.abs(b.offMs) * a.intervalMs;
}
