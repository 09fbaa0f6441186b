import { dateAfter, type LocalHour } from '../base/local-time.ts';
import { DAY_MS, HOUR_MS, type Ms } from '../base/units.ts';
import { playsPerHour } from '../campaigns/booking.ts';
import { selects } from '../campaigns/selection.ts';
import {
  type BookingFacts,
  type BookingPace,
  bookedWindows,
  type EndpointFacts,
  openWindows,
  playableClips,
  type UnpacedWorld,
  type World,
} from './eligible.ts';
import { CREDIT_START_MS } from './rate-counts.ts';
import { PLAYS_MAX } from './sound-hour.ts';
import { windowsLength } from './windows.ts';

/*
 * A campaign's target becomes plays in three steps: a pace for all its endpoints (plays still to make over
 * open time still to come), whole plays a day for each endpoint, whole plays an hour. Only whole numbers, so
 * that every server agrees.
 */

/** Where a campaign stands, in plays and in open time summed over its endpoints. */
export interface PaceFacts {
  readonly target: number;
  /** Plays counted so far. */
  readonly played: number;
  /** Plays that its bookings with a fixed rate will make in the time that is left. */
  readonly fixed: number;
  /** Open time from the first date to the last. */
  readonly wholeMs: Ms;
  /** Open time from today to the last date. */
  readonly leftMs: Ms;
}

/** Plays per millisecond, as a fraction of whole numbers. */
export interface Pace {
  readonly plays: number;
  readonly overMs: Ms;
}

/** No plays at all. */
export const NO_PACE: Pace = { plays: 0, overMs: 1 };

/**
 * The pace that reaches the target: plays that remain over open time that is left, held between half and
 * twice the even plan (target over all its open time), so that neither an outage nor a burst of late reports
 * floods or empties the screens. A target that is reached, or has no time left, asks for nothing. The lower
 * hold can overshoot by what one day at half the plan makes, until the next day counts.
 * After LinkedIn's budget pacing (Agarwal and others, KDD 2014) and Revive's required impressions.
 */
export function paceOf({ target, played, fixed, wholeMs, leftMs }: PaceFacts): Pace {
  const remaining = target - played - fixed;
  if (remaining <= 0 || leftMs <= 0) return NO_PACE;
  const whole = Math.max(wholeMs, leftMs);
  // remaining / left against target / whole, without dividing.
  const [ours, plan] = [BigInt(remaining) * BigInt(whole), BigInt(target) * BigInt(leftMs)];
  if (ours > 2n * plan) return { plays: 2 * target, overMs: whole };
  if (2n * ours < plan) return { plays: target, overMs: 2 * whole };
  return { plays: remaining, overMs: leftMs };
}

const MILLIONTHS = 1_000_000n;
/** The golden ratio's fraction in millionths: successive days round as differently as they can. */
const GOLDEN = 618_034n;

/**
 * Whole plays of one endpoint on one date: the pace over its windows of that date, rounded by a threshold
 * that differs evenly from endpoint to endpoint (`rank` of `endpoints`) and moves on every day. So equal
 * endpoints together make the pace within one play, and each endpoint alone does over the days.
 */
export function playsOfDay(
  pace: Pace,
  windowMs: Ms,
  place: { readonly rank: number; readonly endpoints: number; readonly date: string },
): number {
  if (pace.plays <= 0 || windowMs <= 0) return 0;
  const days = BigInt(Math.round(Date.parse(`${place.date}T00:00:00Z`) / DAY_MS));
  const evenly = (BigInt(2 * place.rank + 1) * MILLIONTHS) / BigInt(2 * place.endpoints);
  const threshold = (evenly + ((days * GOLDEN) % MILLIONTHS) + MILLIONTHS) % MILLIONTHS;
  const over = BigInt(pace.overMs);
  const exact = BigInt(pace.plays) * BigInt(windowMs) * MILLIONTHS;
  return Number((exact + threshold * over) / (over * MILLIONTHS));
}

/**
 * Divides whole plays over the hours of a day in proportion to their windows: every prefix within half a
 * play of its exact part (`total` × windows so far / all windows). No hour gets more than `most`; what that
 * cuts off is not made up elsewhere.
 */
export function spreadOverHours(total: number, windowsMs: readonly Ms[], most: number = PLAYS_MAX): number[] {
  const whole = windowsMs.reduce((sum, ms) => sum + ms, 0);
  let soFar = 0;
  let given = 0;
  return windowsMs.map((ms) => {
    soFar += ms;
    const upTo = whole === 0 ? 0 : Math.floor((2 * total * soFar + whole) / (2 * whole));
    const here = upTo - given;
    given = upTo;
    return Math.min(here, most);
  });
}

/**
 * The hourly rates that make the compiler ask exactly `counts` plays of hours with such windows; 0 where the
 * booking is better left out. Inverts `owedPlays` with the fraction that it carries from hour to hour.
 */
export function ratesFor(counts: readonly number[], windowsMs: readonly Ms[]): number[] {
  let creditMs = CREDIT_START_MS;
  return counts.map((count, i) => {
    const windowMs = windowsMs[i] ?? 0;
    if (count <= 0 || windowMs <= 0) {
      creditMs = CREDIT_START_MS; // an hour without the booking forgets its fraction
      return 0;
    }
    const plays = Math.min(PLAYS_MAX, Math.ceil((count * HOUR_MS - creditMs) / windowMs));
    creditMs = (creditMs + plays * windowMs) % HOUR_MS;
    return plays;
  });
}

/** The world with a pace for each booking that asks for one. Costs nothing when none does. */
export function pacedWorld(world: UnpacedWorld): World {
  const paces = new Map<number, BookingPace>();
  for (const target of world.targets) {
    const own = world.bookings.filter((booking) => booking.campaignId === target.campaignId);
    const paced = own.filter((booking) => booking.rate.kind === 'target');
    if (paced.length === 0) continue;
    const sums = { wholeMs: 0, leftMs: 0, fixed: 0 };
    for (const booking of own) {
      const plays = playsPerHour(booking.rate);
      if (booking.rate.kind !== 'target' && plays === null) continue;
      for (const { endpoint, count } of likeEndpoints(world, booking)) {
        const leftMs = count * openTime(world, booking, endpoint, target.date);
        if (plays !== null) sums.fixed += Math.floor((leftMs * plays) / HOUR_MS);
        else {
          sums.leftMs += leftMs;
          sums.wholeMs += count * openTime(world, booking, endpoint, booking.fromDate);
        }
      }
    }
    const pace = paceOf({ target: target.plays, played: target.played, ...sums });
    for (const booking of paced) {
      const players = world.endpoints.filter((endpoint) => plays(endpoint, booking));
      paces.set(booking.id, { ...pace, ranks: new Map(players.map(({ id }, rank) => [id, rank])) });
    }
  }
  return { ...world, paces };
}

function plays(endpoint: EndpointFacts, booking: BookingFacts): boolean {
  return selects(booking.selection, endpoint) && playableClips(endpoint, booking.entries).length > 0;
}

/** One endpoint for all that have the same hours, with their number: the rest of the arithmetic is theirs. */
function likeEndpoints(world: UnpacedWorld, booking: BookingFacts) {
  const groups = new Map<string, { readonly endpoint: EndpointFacts; count: number }>();
  for (const endpoint of world.endpoints) {
    if (!plays(endpoint, booking)) continue;
    const key = JSON.stringify([endpoint.kind, endpoint.openingHours, endpoint.quietHours]);
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { endpoint, count: 1 });
  }
  return groups.values();
}

/** Most dates that a pace looks ahead: ten years. */
const DATES_MAX = 3_660;

/** Open time of a booking at an endpoint from `from` to its last date. Every date counts as 24 hours here. */
function openTime(world: UnpacedWorld, booking: BookingFacts, endpoint: EndpointFacts, from: string): Ms {
  let sum = 0;
  let date = from > booking.fromDate ? from : booking.fromDate;
  for (let step = 0; step < DATES_MAX && date <= booking.toDate; step++) {
    const weekday = Temporal.PlainDate.from(date).dayOfWeek;
    const day: LocalHour = { startsAt: 0, lengthMs: DAY_MS, date, weekday, fromMinute: 0 };
    sum += windowsLength(bookedWindows(booking, day, openWindows(endpoint, day), world.calendar));
    date = dateAfter(date, 1);
  }
  return sum;
}
