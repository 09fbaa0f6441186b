import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { RoundTrip } from './player-event.ts';

/** How many round trips are compared. */
const KEPT_TRIPS = 8;
/** How much less a trip is trusted per millisecond of its age: 15 ppm, PHI of RFC 5905 (NTP) §7.3. */
const DRIFT = 15e-6;

/** What the player knows of the server's clock. Corrected time = monotonic time + `offsetMs`. */
export interface ServerTime {
  readonly offsetMs: Ms;
  /** False until the first round trip of this run; before it the time is a guess. */
  readonly synced: boolean;
  /** How far the offset may be off: half the round trip plus the stamp's grain. Infinity while a guess. */
  readonly errorMs: Ms;
  /** The latest trips, newest last. */
  readonly trips: readonly RoundTrip[];
}

/** The best guess before any contact: the calendar clock as last corrected, but never before `notBeforeMs`. */
export function guessedTime(
  wallMs: EpochMs,
  monoMs: Ms,
  savedWallErrorMs: Ms,
  notBeforeMs: EpochMs,
): ServerTime {
  const guess = Math.max(wallMs + savedWallErrorMs, notBeforeMs);
  return { offsetMs: guess - monoMs, synced: false, errorMs: Number.POSITIVE_INFINITY, trips: [] };
}

/** Corrected time at a monotonic instant. May have a fraction of a millisecond. */
export function correctedMs(time: ServerTime, monoMs: Ms): EpochMs {
  return monoMs + time.offsetMs;
}

/** The monotonic instant of a corrected one. */
export function monoOf(time: ServerTime, ms: EpochMs): Ms {
  return ms - time.offsetMs;
}

/**
 * Takes in one round trip. The offset follows the trip with the smallest error bound among the last eight,
 * older ones trusted less (clock filter of RFC 5905 §10, without its averaging).
 */
export function withTrip(time: ServerTime, trip: RoundTrip): ServerTime {
  if (!(trip.receivedMonoMs >= trip.sentMonoMs) || !Number.isFinite(trip.serverMs)) return time;
  const trips = [...time.trips, trip].slice(-KEPT_TRIPS);
  let best = trip;
  let bestError = Number.POSITIVE_INFINITY;
  for (const candidate of trips) {
    const error = errorOf(candidate) + (trip.receivedMonoMs - candidate.receivedMonoMs) * DRIFT;
    if (error <= bestError) {
      best = candidate;
      bestError = error;
    }
  }
  return { offsetMs: offsetOf(best), synced: true, errorMs: bestError, trips };
}

function errorOf(trip: RoundTrip): Ms {
  return (trip.receivedMonoMs - trip.sentMonoMs + trip.grainMs) / 2;
}

/** The stamp was cut to its grain, so its middle is the fairest reading. */
function offsetOf(trip: RoundTrip): Ms {
  const serverMs = trip.serverMs + (trip.grainMs > 1 ? trip.grainMs / 2 : 0);
  return serverMs - (trip.sentMonoMs + trip.receivedMonoMs) / 2;
}
