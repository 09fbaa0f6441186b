import {
  joinWindows,
  type LocalHour,
  overlapOf,
  type WeeklyWindow,
  windowsInHour,
  windowsWithout,
} from '../base/local-time.ts';
import type { Ms, Window } from '../base/units.ts';
import { type Selection, selects } from '../campaigns/booking.ts';
import { DEFAULT_STILL_MS } from '../campaigns/playlist.ts';
import { type PlayableFile, renditionFor } from '../catalogue/rendition.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import type { Category, Clip, Demand, DemandRate, HourDemand, SeparationRule } from './demand.ts';

/** An endpoint as the schedule sees it. */
export interface EndpointFacts {
  readonly id: number;
  readonly name: string;
  readonly kind: EndpointKind;
  readonly areaId: number;
  readonly tags: readonly string[];
  readonly timeZone: string;
  readonly openingHours: readonly WeeklyWindow[];
  /** When nothing may sound; closes a loudspeaker. */
  readonly quietHours: readonly WeeklyWindow[];
}

/** A piece of material with its files. */
export interface MaterialFacts {
  readonly assetId: number;
  readonly category: Category;
  /** Review state; only `approved` ever airs. */
  readonly state: string;
  readonly files: readonly PlayableFile[];
}

/** An entry of a booking's playlist. */
export interface EntryFacts {
  readonly material: MaterialFacts;
  readonly stillMs: Ms | null;
  readonly weight: number;
}

/** A booking as the schedule sees it. */
export interface BookingFacts {
  readonly id: number;
  readonly campaignId: number;
  readonly selection: Selection;
  /** Local dates, both included. */
  readonly fromDate: string;
  readonly toDate: string;
  /** Empty: the whole open time. */
  readonly dayparts: readonly WeeklyWindow[];
  readonly rate: DemandRate;
  readonly tier: number;
  readonly entries: readonly EntryFacts[];
}

/** All that decides what plays. Bookings sorted by id. */
export interface World {
  readonly endpoints: readonly EndpointFacts[];
  readonly bookings: readonly BookingFacts[];
  readonly filler: readonly EntryFacts[];
  readonly separation: readonly SeparationRule[];
}

/** Why a booking is out of an hour. */
export type ExclusionCode =
  | 'otherEndpoints'
  | 'notYet'
  | 'over'
  | 'closed'
  | 'outsideDaypart'
  | 'nothingApproved'
  | 'nothingPlayable';

/** When an endpoint plays in an hour: open, and for a loudspeaker not quiet. Sorted, disjoint. */
export function openWindows(endpoint: EndpointFacts, hour: LocalHour): Window[] {
  const open = windowsInHour(hour, endpoint.openingHours);
  if (endpoint.kind !== 'loudspeaker') return open;
  return windowsWithout(open, windowsInHour(hour, endpoint.quietHours));
}

/** The clips of a list that may air and that this endpoint can play, in the order of the list. */
export function playableClips(endpoint: EndpointFacts, entries: readonly EntryFacts[]): Clip[] {
  return entries.flatMap(({ material, stillMs, weight }) => {
    if (material.state !== 'approved') return [];
    const file = renditionFor(endpoint.kind, material.files);
    if (!file) return [];
    const durationMs = file.durationMs ?? stillMs ?? DEFAULT_STILL_MS;
    return [
      { assetId: material.assetId, sha256: file.sha256, durationMs, category: material.category, weight },
    ];
  });
}

/** Whether a booking takes part in an hour of an endpoint: its demand, or the first reason why not. */
export function eligible(
  endpoint: EndpointFacts,
  booking: BookingFacts,
  hour: LocalHour,
  open: readonly Window[],
): Demand | ExclusionCode {
  if (!selects(booking.selection, endpoint)) return 'otherEndpoints';
  if (hour.date < booking.fromDate) return 'notYet';
  if (hour.date > booking.toDate) return 'over';
  if (open.length === 0) return 'closed';
  const windows =
    booking.dayparts.length === 0
      ? joinWindows(open)
      : overlapOf(open, windowsInHour(hour, booking.dayparts));
  if (windows.length === 0) return 'outsideDaypart';
  const clips = playableClips(endpoint, booking.entries);
  if (clips.length === 0) {
    return booking.entries.some((entry) => entry.material.state === 'approved')
      ? 'nothingPlayable'
      : 'nothingApproved';
  }
  const { id, campaignId, tier, rate } = booking;
  return { bookingId: id, campaignId, tier, rate, clips, windows };
}

/** All that the compiler needs to know of one endpoint in one local hour. */
export function hourDemand(world: World, endpoint: EndpointFacts, hour: LocalHour): HourDemand {
  const open = openWindows(endpoint, hour);
  const demands = world.bookings
    .map((booking) => eligible(endpoint, booking, hour, open))
    .filter((answer) => typeof answer !== 'string');
  return {
    lengthMs: hour.lengthMs,
    open,
    demands,
    filler: open.length === 0 ? [] : playableClips(endpoint, world.filler),
    separation: world.separation,
  };
}
