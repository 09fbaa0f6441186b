import type { LocalHour } from '../base/local-time.ts';
import type { Ms } from '../base/units.ts';
import type { CompiledHour } from './compiled-hour.ts';
import type { Demand, HourDemand } from './demand.ts';
import { type BookingFacts, type EndpointFacts, hourDemand, type World } from './eligible.ts';
import { playsOfDay, ratesFor, spreadOverHours } from './pacing.ts';
import { roundOf } from './playlist-turns.ts';
import { CREDIT_START_MS, owedPlays } from './rate-counts.ts';
import { PLAYS_MAX } from './sound-hour.ts';
import { datesBefore } from './turns-before.ts';
import { windowsLength } from './windows.ts';

/**
 * All that the compiler needs to know of one endpoint on one local date, hour by hour. Rates that are settled
 * over the whole day become whole plays of each hour: a `target`, and any rate above its cap for the day.
 * An hour to which such a booking owes no play does not hold it.
 */
export function dayDemands(world: World, endpoint: EndpointFacts, hours: readonly LocalHour[]): HourDemand[] {
  const date = hours[0]?.date ?? '';
  let demands = hours.map((hour) => hourDemand(world, endpoint, hour));
  for (const booking of world.bookings) {
    if (booking.rate.kind !== 'target' && (booking.maxPerDay === null || booking.rate.kind === 'share'))
      continue;
    const windows = windowsOf(demands, booking.id);
    if (windows.every((ms) => ms === 0)) continue;
    const counts = countsOfDay(world, endpoint, booking, date, windows, demands);
    if (counts !== null) demands = withCounts(demands, booking, counts, booking.tier);
  }
  for (const booking of world.bookings) {
    if (booking.entries.length > 1) demands = withTurnsBefore(world, booking, date, demands);
  }
  return demands;
}

/** Longest round that is followed from day to day; one of more plays begins anew each day. */
const ROUND_MAX = 2_000;

/**
 * Each day starts its playlists anew, so that equal days share one loop. A booking with fewer plays a day than its
 * playlist has in a round would show the first clips for ever: it goes on where the days before have left it, taking
 * them to have been like this one.
 */
function withTurnsBefore(
  world: World,
  booking: BookingFacts,
  date: string,
  demands: HourDemand[],
): HourDemand[] {
  const demand = demands.map((hour) => demandOf(hour, booking.id)).find((found) => found !== undefined);
  if (demand === undefined || demand.rate.kind !== 'perHour' || demand.clips.length < 2) return demands;
  const round = roundOf(demand.clips);
  const plays = askedCounts(demands, booking.id, windowsOf(demands, booking.id)).reduce((a, b) => a + b, 0);
  if (plays >= round || round > ROUND_MAX) return demands;
  const turnsBefore = (plays * datesBefore(booking, date, world.calendar)) % round;
  if (turnsBefore === 0) return demands;
  return demands.map((hour) => ({
    ...hour,
    demands: hour.demands.map((one) => (one.bookingId === booking.id ? { ...one, turnsBefore } : one)),
  }));
}

/** Whole plays of each hour, or null where the hourly rate stands as it is. */
function countsOfDay(
  world: World,
  endpoint: EndpointFacts,
  booking: BookingFacts,
  date: string,
  windows: readonly Ms[],
  demands: readonly HourDemand[],
): number[] | null {
  const { maxPerDay, maxPerHour } = booking;
  if (booking.rate.kind === 'target') {
    const pace = world.paces.get(booking.id);
    const rank = pace?.ranks.get(endpoint.id);
    if (!pace || rank === undefined) return windows.map(() => 0);
    const wholeDay = windows.reduce((sum, ms) => sum + ms, 0);
    const total = playsOfDay(pace, wholeDay, { rank, endpoints: pace.ranks.size, date });
    return spreadOverHours(Math.min(total, maxPerDay ?? total), windows, maxPerHour ?? PLAYS_MAX);
  }
  if (maxPerDay === null) return null;
  const asked = askedCounts(demands, booking.id, windows);
  if (asked.reduce((sum, n) => sum + n, 0) <= maxPerDay) return null;
  return spreadOverHours(maxPerDay, windows, maxPerHour ?? PLAYS_MAX);
}

/** What the compiler would ask of each hour for a rate as it stands. */
function askedCounts(demands: readonly HourDemand[], bookingId: number, windows: readonly Ms[]): number[] {
  let creditMs = CREDIT_START_MS;
  return demands.map((hour, i) => {
    const rate = demandOf(hour, bookingId)?.rate;
    if (rate?.kind !== 'perHour') {
      creditMs = CREDIT_START_MS;
      return 0;
    }
    const owed = owedPlays(rate.plays, windows[i] ?? 0, creditMs);
    creditMs = owed.creditMs;
    return owed.asked;
  });
}

/** A `share` booking with a cap. */
export type ShareCap = readonly [bookingId: number, maxPerHour: number | null, maxPerDay: number | null];

/** The caps of the `share` bookings that take part in a day; sorted by booking. */
export function shareCaps(world: World, demands: readonly HourDemand[]): ShareCap[] {
  return world.bookings
    .filter(
      ({ id, rate, maxPerDay, maxPerHour }) =>
        rate.kind === 'share' &&
        (maxPerDay !== null || maxPerHour !== null) &&
        demands.some((hour) => demandOf(hour, id) !== undefined),
    )
    .map(({ id, maxPerHour, maxPerDay }) => [id, maxPerHour, maxPerDay]);
}

/** Compilations of a day for the caps of its shares, at most. */
const LAST_PASS = 4;
/** Below all tiers: what is left after them, as a share is. */
const AFTER_ALL_TIERS = -1;

/**
 * How much a share gives is known only when it is compiled. Where a day as compiled gives a `share` booking
 * more than its cap, here is the day to compile instead: that booking asks for its cap as whole plays, after
 * all tiers. Null when every cap holds. What one share gives up another may get, hence `pass`, which counts
 * from 1: in the fourth, all that have a cap stop being shares, so the fifth finds nothing.
 */
export function capShares(
  demands: readonly HourDemand[],
  caps: readonly ShareCap[],
  compiled: readonly CompiledHour[],
  pass: number,
): HourDemand[] | null {
  let changed: HourDemand[] | null = null;
  for (const [bookingId, maxPerHour, maxPerDay] of caps) {
    const isShare = demands.some((hour) => demandOf(hour, bookingId)?.rate.kind === 'share');
    if (!isShare) continue;
    const got = compiled.map(
      (hour) => hour.verdicts.find((verdict) => verdict.bookingId === bookingId)?.granted ?? 0,
    );
    const mayGet = got.map((plays) => Math.min(plays, maxPerHour ?? plays, PLAYS_MAX));
    const total = mayGet.reduce((sum, plays) => sum + plays, 0);
    const counts = maxPerDay !== null && total > maxPerDay ? spreadOverHours(maxPerDay, mayGet) : mayGet;
    if (pass < LAST_PASS && counts.every((plays, i) => plays === got[i])) continue;
    changed = withCounts(changed ?? demands, { id: bookingId }, counts, AFTER_ALL_TIERS);
  }
  return changed;
}

function withCounts(
  demands: readonly HourDemand[],
  booking: Pick<BookingFacts, 'id'>,
  counts: readonly number[],
  tier: number,
): HourDemand[] {
  const rates = ratesFor(counts, windowsOf(demands, booking.id));
  return demands.map((hour, i) => {
    const plays = rates[i] ?? 0;
    const changed = hour.demands.flatMap((demand): Demand[] => {
      if (demand.bookingId !== booking.id) return [demand];
      return plays === 0 ? [] : [{ ...demand, tier, rate: { kind: 'perHour', plays } }];
    });
    return { ...hour, demands: changed };
  });
}

function windowsOf(demands: readonly HourDemand[], bookingId: number): Ms[] {
  return demands.map((hour) => windowsLength(demandOf(hour, bookingId)?.windows ?? []));
}

function demandOf(hour: HourDemand, bookingId: number): Demand | undefined {
  return hour.demands.find((demand) => demand.bookingId === bookingId);
}
