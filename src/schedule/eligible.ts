import {
  dateAfter,
  joinWindows,
  type LocalHour,
  overlapOf,
  type WeeklyWindow,
  windowsInHour,
  windowsStarting,
  windowsWithout,
} from '../base/local-time.ts';
import type { Ms, Window } from '../base/units.ts';
import { daypartsMean, playsPerHour, type Rate, type Selection } from '../campaigns/booking.ts';
import type { HolidayCalendar } from '../campaigns/holiday.ts';
import { DEFAULT_STILL_MS } from '../campaigns/playlist.ts';
import { selects } from '../campaigns/selection.ts';
import type { StoredDaypart } from '../campaigns/wall-time.ts';
import { type PlayableFile, renditionFor, type Takes, type TakingPlace } from '../catalogue/rendition.ts';
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
  /** What makes one file suit it better than another; absent where nothing does. */
  readonly takes?: Takes | undefined;
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
  readonly name: string;
  readonly campaignId: number;
  readonly selection: Selection;
  /** Local dates, both included. */
  readonly fromDate: string;
  readonly toDate: string;
  /** The dates that its recurrence leaves; null: all from `fromDate` to `toDate`. */
  readonly dates: ReadonlySet<string> | null;
  /** Empty: the whole open time. */
  readonly dayparts: readonly StoredDaypart[];
  readonly rate: Rate;
  /** Most plays at one endpoint in one local hour, and on one local date; null: no cap. */
  readonly maxPerHour: number | null;
  readonly maxPerDay: number | null;
  readonly tier: number;
  readonly entries: readonly EntryFacts[];
}

/** A campaign that is paced to a target. */
export interface TargetFacts {
  readonly campaignId: number;
  readonly plays: number;
  /** The local date from which it is paced … */
  readonly date: string;
  /** … and the plays counted before it. */
  readonly played: number;
}

/** How a booking with the rate `target` is paced; see pacing.ts. */
export interface BookingPace {
  /** Plays per millisecond of its windows, as a fraction of whole numbers. */
  readonly plays: number;
  readonly overMs: number;
  /** Place of each endpoint that plays it, from 0. */
  readonly ranks: ReadonlyMap<number, number>;
}

/** All that decides what plays, before targets are paced. Endpoints and bookings sorted by id. */
export interface UnpacedWorld {
  readonly endpoints: readonly EndpointFacts[];
  readonly bookings: readonly BookingFacts[];
  readonly filler: readonly EntryFacts[];
  readonly separation: readonly SeparationRule[];
  readonly calendar: HolidayCalendar;
  readonly targets: readonly TargetFacts[];
}

/** All that decides what plays. */
export interface World extends UnpacedWorld {
  /** By booking; see `pacedWorld`. */
  readonly paces: ReadonlyMap<number, BookingPace>;
}

/** Why a booking is out of an hour. */
export type ExclusionCode =
  | 'otherEndpoints'
  | 'notYet'
  | 'over'
  | 'closed'
  /** Its recurrence leaves this date out. */
  | 'notThisDate'
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
export function playableClips(endpoint: TakingPlace, entries: readonly EntryFacts[]): Clip[] {
  return entries.flatMap(({ material, stillMs, weight }) => {
    if (material.state !== 'approved') return [];
    const file = renditionFor(endpoint, material.files);
    if (!file) return [];
    const durationMs = file.durationMs ?? stillMs ?? DEFAULT_STILL_MS;
    return [
      { assetId: material.assetId, sha256: file.sha256, durationMs, category: material.category, weight },
    ];
  });
}

/** Whether a booking means a local date: within its dates, and not left out by its recurrence. */
export function bookedOn(booking: BookingFacts, date: string): boolean {
  return (
    date >= booking.fromDate && date <= booking.toDate && (booking.dates === null || booking.dates.has(date))
  );
}

/** Whether a booking means a local date, and one of its dayparts the weekday and the holiday that it is. */
export function meantOn(booking: BookingFacts, date: string, calendar: HolidayCalendar): boolean {
  return bookedOn(booking, date) && daypartsMean(booking.dayparts, date, calendar);
}

/**
 * When an endpoint plays a booking in an hour: its open windows that the dayparts cover on a booked date. A
 * daypart over midnight belongs to the date on which it starts, with its recurrence and its holidays.
 */
export function bookedWindows(
  booking: BookingFacts,
  hour: LocalHour,
  open: readonly Window[],
  calendar: HolidayCalendar,
): Window[] {
  if (booking.dayparts.length === 0) return bookedOn(booking, hour.date) ? joinWindows(open) : [];
  const windows = windowsStarting(hour, booking.dayparts, (part, day) => {
    const weekday = day === 'today' ? hour.weekday : hour.weekday === 1 ? 7 : hour.weekday - 1;
    if (!part.days.includes(weekday)) return false;
    const date = day === 'today' ? hour.date : dateAfter(hour.date, -1);
    return bookedOn(booking, date) && (part.on === undefined || calendar.isOf(date, part.on));
  });
  return windows.length === 0 ? [] : overlapOf(open, windows);
}

/**
 * The rate of an hour on its own. A `target` stands for one play: its true number, and that of a daily cap,
 * are settled over the whole day, see day-demands.ts.
 */
function hourlyRate(booking: BookingFacts): DemandRate {
  const { rate, maxPerHour } = booking;
  if (rate.kind === 'share') return rate;
  const plays = playsPerHour(rate) ?? 1;
  return { kind: 'perHour', plays: Math.min(plays, maxPerHour ?? plays) };
}

/** Whether a booking takes part in an hour of an endpoint: its demand, or the first reason why not. */
export function eligible(
  endpoint: EndpointFacts,
  booking: BookingFacts,
  hour: LocalHour,
  open: readonly Window[],
  calendar: HolidayCalendar,
): Demand | ExclusionCode {
  if (!selects(booking.selection, endpoint)) return 'otherEndpoints';
  const windows = open.length === 0 ? [] : bookedWindows(booking, hour, open, calendar);
  if (windows.length === 0) {
    if (hour.date < booking.fromDate) return 'notYet';
    if (hour.date > booking.toDate) return 'over';
    if (open.length === 0) return 'closed';
    return bookedOn(booking, hour.date) ? 'outsideDaypart' : 'notThisDate';
  }
  const clips = playableClips(endpoint, booking.entries);
  if (clips.length === 0) {
    return booking.entries.some((entry) => entry.material.state === 'approved')
      ? 'nothingPlayable'
      : 'nothingApproved';
  }
  const { id, campaignId, tier } = booking;
  return { bookingId: id, campaignId, tier, rate: hourlyRate(booking), clips, windows };
}

/**
 * All that the compiler needs to know of one endpoint in one local hour, but for what is settled over a
 * whole day; `dayDemands` does both.
 */
export function hourDemand(world: World, endpoint: EndpointFacts, hour: LocalHour): HourDemand {
  const open = openWindows(endpoint, hour);
  const demands = world.bookings
    .map((booking) => eligible(endpoint, booking, hour, open, world.calendar))
    .filter((answer) => typeof answer !== 'string');
  return {
    lengthMs: hour.lengthMs,
    open,
    demands,
    filler: open.length === 0 ? [] : playableClips(endpoint, world.filler),
    separation: world.separation,
  };
}
