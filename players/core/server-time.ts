import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { RoundTrip } from './player-event.ts';

/** Most round trips that are kept. */
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
  /** Those that may yet be the best: each is surer than all newer ones. Newest last. */
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
 * Takes in one round trip. The offset follows the trip with the smallest error bound, older ones trusted less (clock
 * filter of RFC 5905 §10, without its averaging): coarse stamps, however many, never push out a fine one. A trip that
 * cannot be true together with this one was of a clock that has leapt since, and is forgotten (RFC 5905 §11.2.1).
 */
export function withTrip(time: ServerTime, trip: RoundTrip): ServerTime {
  if (!(trip.receivedMonoMs >= trip.sentMonoMs) || !Number.isFinite(trip.serverMs)) return time;
  const ageing = (kept: RoundTrip): Ms => errorOf(kept) + (trip.receivedMonoMs - kept.receivedMonoMs) * DRIFT;
  const newError = errorOf(trip);
  const surer = time.trips.filter(
    (kept) => ageing(kept) < newError && Math.abs(offsetOf(kept) - offsetOf(trip)) <= ageing(kept) + newError,
  );
  const trips = [...surer.slice(0, KEPT_TRIPS - 1), trip];
  const [best = trip] = trips;
  return { offsetMs: offsetOf(best), synced: true, errorMs: ageing(best), trips };
}

function errorOf(trip: RoundTrip): Ms {
  return (trip.receivedMonoMs - trip.sentMonoMs + trip.grainMs) / 2;
}

/** The stamp was cut to its grain, so its middle is the fairest reading. */
function offsetOf(trip: RoundTrip): Ms {
  const serverMs = trip.serverMs + (trip.grainMs > 1 ? trip.grainMs / 2 : 0);
  return serverMs - (trip.sentMonoMs + trip.receivedMonoMs) / 2;
}
