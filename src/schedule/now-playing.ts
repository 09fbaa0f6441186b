import type { EpochMs, Ms } from '../base/units.ts';
import type { ProgrammeHour } from './build-manifest.ts';

/** What a programme says of one instant. */
export interface NowPlaying {
  readonly assetId: number;
  readonly bookingId: number | null;
  readonly startsAt: EpochMs;
  readonly durationMs: Ms;
}

/** The spot that covers the instant, or null: closed, or nothing to play. `programme`: hours in order. */
export function nowPlaying(programme: readonly ProgrammeHour[], at: EpochMs): NowPlaying | null {
  const playing = programme.find(({ hour }) => hour.startsAt <= at && at < hour.startsAt + hour.lengthMs);
  if (!playing) return null;
  const { hour, loop } = playing;
  const spot = loop.spots.findLast(({ atMs }) => hour.startsAt + atMs <= at);
  if (!spot || hour.startsAt + spot.atMs + spot.durationMs <= at) return null;
  const { assetId, bookingId, durationMs } = spot;
  return { assetId, bookingId, startsAt: hour.startsAt + spot.atMs, durationMs };
}
