import { dateAfter, hoursOfDay, type LocalHour, localDateOf } from '../base/local-time.ts';
import type { EpochMs, Ms } from '../base/units.ts';
import type { HolidayCalendar } from '../campaigns/holiday.ts';
import { selects } from '../campaigns/selection.ts';
import { likenessOf } from './alike.ts';
import type { CompiledDay, CompiledDays } from './compile-programme.ts';
import type { VerdictCode } from './compiled-hour.ts';
import {
  type BookingFacts,
  type EndpointFacts,
  type ExclusionCode,
  eligible,
  meantOn,
  openWindows,
  type World,
} from './eligible.ts';
import { soundWindows } from './windows.ts';

/** Endpoints that play alike: the same hours, kind and bookings. The first is compiled for all. */
export interface LikeEndpoints {
  readonly first: EndpointFacts;
  readonly ids: readonly number[];
}

/** Days that an answer may compile before it stops and says so. */
export interface FitBudget {
  daysLeft: number;
  /** Called between days, so that one answer does not hold up everything else. */
  readonly breathe: () => Promise<void>;
}

/** What is asked: the world with the booking in it, and without. */
export interface FitQuestion {
  readonly before: World;
  readonly after: World;
  /** As it stands in `after`. */
  readonly booking: BookingFacts;
  /** Whether it is stored, so that its id means something to others. */
  readonly stored: boolean;
  readonly now: EpochMs;
  /** Dates to look at; absent: the first with effect. */
  readonly dates?: readonly string[];
  /** Puts a target's pace into a changed world. */
  readonly withBooking: (booking: BookingFacts) => World;
}

/** Plays by local hour of the day at one of alike endpoints; net over the dates. */
export type HourLosses = Map<number, number>;

/** What became of one group of alike endpoints; every number is for one endpoint over all dates. */
export interface GroupFit {
  readonly group: LikeEndpoints;
  /** By booking, then by local hour 0 to 23: plays before less plays after; may be negative. */
  readonly rateLosses: ReadonlyMap<number, HourLosses>;
  /** Plays that share bookings have less, all of them together. */
  readonly sharesGive: number;
  readonly asked: number;
  readonly granted: number;
  /** Shortfall of the booking asked about by local hour, and the plays it gets. */
  readonly shortfalls: HourLosses;
  readonly grants: HourLosses;
  readonly why: ReadonlyMap<VerdictCode, number>;
  readonly worstGapMs: Ms | null;
  /** Separations broken without the booking and with it. */
  readonly breaks: { readonly before: number; readonly after: number };
  /** Why it never takes part here; null when it does. */
  readonly excluded: ExclusionCode | 'clipTooLong' | null;
}

/** Groups the endpoints that a booking selects by all that decides their programme. */
export function likeEndpoints(world: World, booking: BookingFacts): LikeEndpoints[] {
  const groups = new Map<string, { first: EndpointFacts; ids: number[] }>();
  for (const endpoint of world.endpoints) {
    if (!selects(booking.selection, endpoint)) continue;
    const { key } = likenessOf(world, endpoint);
    const group = groups.get(key);
    if (group) group.ids.push(endpoint.id);
    else groups.set(key, { first: endpoint, ids: [endpoint.id] });
  }
  return [...groups.values()];
}

/** The first dates on which a booking is meant, from the local date of `from` on: at most `most` of them. */
export function firstDates(
  booking: BookingFacts,
  calendar: HolidayCalendar,
  { zone, from, most }: { readonly zone: string; readonly from: EpochMs; readonly most: number },
): string[] {
  const today = localDateOf(from, zone);
  let date = booking.fromDate;
  if (today > date) date = today;
  const dates: string[] = [];
  for (let step = 0; step < 3_660 && dates.length < most && date <= booking.toDate; step++) {
    if (meantOn(booking, date, calendar)) dates.push(date);
    date = dateAfter(date, 1);
  }
  return dates;
}

/**
 * Compiles the dates of one group with and without the booking and compares what everybody gets. Null when
 * the budget is spent. `before` and `after` differ in the booking `bookingId`, which only `after` holds.
 */
export async function measureGroup(
  worlds: { readonly before: World; readonly after: World },
  booking: BookingFacts,
  group: LikeEndpoints,
  dates: readonly string[],
  memory: CompiledDays,
  budget: FitBudget,
): Promise<GroupFit | null> {
  const rateLosses = new Map<number, HourLosses>();
  const shortfalls: HourLosses = new Map();
  const grants: HourLosses = new Map();
  const why = new Map<VerdictCode, number>();
  const excluded = new Map<ExclusionCode, number>();
  let [asked, granted, sharesGive, eligibleHours] = [0, 0, 0, 0];
  let worstGapMs: Ms | null = null;
  const breaks = { before: 0, after: 0 };
  for (const date of dates) {
    const hours = hoursOfDay(date, group.first.timeZone);
    if (budget.daysLeft < 0) return null;
    const spent = memory.compiled;
    const before = memory.day(worlds.before, group.first, hours);
    const after = memory.day(worlds.after, group.first, hours);
    budget.daysLeft -= memory.compiled - spent;
    if (budget.daysLeft < 0) return null;
    await budget.breathe();
    hours.forEach((hour, i) => {
      const hourOfDay = Math.floor(hour.fromMinute / 60);
      const answer = eligible(
        group.first,
        booking,
        hour,
        openWindows(group.first, hour),
        worlds.after.calendar,
      );
      if (typeof answer === 'string') excluded.set(answer, (excluded.get(answer) ?? 0) + 1);
      else eligibleHours++;
      const beforeOf = new Map(before.hours[i]?.verdicts.map((v) => [v.bookingId, v]));
      const afterOf = new Map(after.hours[i]?.verdicts.map((v) => [v.bookingId, v]));
      for (const [id, had] of beforeOf) {
        const lost = had.granted - (afterOf.get(id)?.granted ?? 0);
        if (lost === 0) continue;
        if (had.kind === 'share') sharesGive += lost;
        else addTo(mapOf(rateLosses, id), hourOfDay, lost);
      }
      const own = afterOf.get(booking.id);
      if (own) {
        asked += own.kind === 'share' ? own.granted : own.asked;
        granted += own.granted;
        addTo(grants, hourOfDay, own.granted);
        if (own.shortfall > 0) addTo(shortfalls, hourOfDay, own.shortfall);
        for (const code of own.why) why.set(code, (why.get(code) ?? 0) + 1);
      }
    });
    worstGapMs = maxOf(worstGapMs, worstGap(after, booking.id, hours));
    breaks.before += breaksOf(before);
    breaks.after += breaksOf(after);
  }
  const tooLong =
    eligibleHours > 0 && granted === 0 && [...why.keys()].every((code) => code === 'clipTooLong');
  return {
    group,
    rateLosses,
    sharesGive,
    asked,
    granted,
    shortfalls,
    grants,
    why,
    worstGapMs,
    breaks,
    excluded:
      eligibleHours === 0 ? mostTelling(excluded) : tooLong && why.has('clipTooLong') ? 'clipTooLong' : null,
  };
}

function breaksOf(day: CompiledDay): number {
  return day.hours.reduce((sum, { certificate }) => sum + certificate.separationBreaks.length, 0);
}

/** What keeps a booking off an endpoint on its own dates: material first, then hours, then dates. */
function mostTelling(counts: ReadonlyMap<ExclusionCode, number>): ExclusionCode {
  const order: readonly ExclusionCode[] = [
    'nothingApproved',
    'nothingPlayable',
    'outsideDaypart',
    'closed',
    'notThisDate',
    'notYet',
    'over',
  ];
  return order.find((code) => counts.has(code)) ?? 'over';
}

/** The longest time from one start to the next of a booking's plays, where its windows run on in between. */
export function worstGap(day: CompiledDay, bookingId: number, hours: readonly LocalHour[]): Ms | null {
  const origin = hours[0]?.startsAt ?? 0;
  const windows = hours.flatMap((hour, i) => {
    const demand = day.demands[i]?.demands.find((one) => one.bookingId === bookingId);
    const offset = hour.startsAt - origin;
    return (demand?.windows ?? []).map((w) => ({ fromMs: w.fromMs + offset, toMs: w.toMs + offset }));
  });
  const joined = soundWindows(windows, Number.MAX_SAFE_INTEGER);
  const starts = hours.flatMap((hour, i) =>
    (day.hours[i]?.spots ?? [])
      .filter((spot) => spot.bookingId === bookingId)
      .map((spot) => spot.atMs + hour.startsAt - origin),
  );
  let worst: Ms | null = null;
  for (const window of joined) {
    const inside = starts.filter((at) => at >= window.fromMs && at < window.toMs);
    for (let i = 1; i < inside.length; i++) worst = maxOf(worst, (inside[i] ?? 0) - (inside[i - 1] ?? 0));
  }
  return worst;
}

/** Plays asked and granted, over all endpoints and dates measured. */
export function totalsOf(fits: readonly GroupFit[]): { asked: number; granted: number } {
  const over = (of: (fit: GroupFit) => number) =>
    fits.reduce((sum, fit) => sum + of(fit) * fit.group.ids.length, 0);
  return { asked: over((fit) => fit.asked), granted: over((fit) => fit.granted) };
}

/** Net plays that others with a rate lose, over all endpoints and dates measured. */
export function othersLose(fits: readonly GroupFit[]): number {
  return fits.reduce(
    (sum, fit) =>
      sum +
      fit.group.ids.length *
        [...fit.rateLosses.values()].reduce((all, hours) => all + Math.max(0, sumOf(hours)), 0),
    0,
  );
}

/** Whether nobody with a rate loses, the booking itself included, and it plays at all. */
export function fitsWell(fits: readonly GroupFit[]): boolean {
  const { asked, granted } = totalsOf(fits);
  return granted > 0 && granted >= asked && othersLose(fits) === 0;
}

/** All plays of a group of hours. */
export function sumOf(hours: HourLosses): number {
  return [...hours.values()].reduce((sum, plays) => sum + plays, 0);
}

function maxOf(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}

function addTo(losses: HourLosses, hour: number, plays: number): void {
  losses.set(hour, (losses.get(hour) ?? 0) + plays);
}

function mapOf(losses: Map<number, HourLosses>, id: number): HourLosses {
  const known = losses.get(id) ?? new Map<number, number>();
  losses.set(id, known);
  return known;
}
