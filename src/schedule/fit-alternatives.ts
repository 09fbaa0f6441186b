import type { Window } from '../base/units.ts';
import { playsPerHour } from '../campaigns/booking.ts';
import type { FitAlternative } from '../campaigns/booking-fit.ts';
import { daypartOf, type StoredDaypart } from '../campaigns/wall-time.ts';
import {
  belowWords,
  fewerWords,
  giveWayWords,
  hoursWords,
  lowerWords,
  SHARE_WORDS,
  tierWords,
} from './alternative-words.ts';
import type { CompiledDays } from './compile-programme.ts';
import type { BookingFacts, World } from './eligible.ts';
import {
  type FitBudget,
  type FitQuestion,
  fitsWell,
  type GroupFit,
  likeEndpoints,
  measureGroup,
  othersLose,
  totalsOf,
} from './measure-fit.ts';

/** Alternatives in an answer. */
const WANTED = 3;
/** Highest tier. */
const TOP_TIER = 9;
/** Most dayparts of a booking. */
const DAYPARTS_MAX = 50;
const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];

type Change = Pick<FitAlternative, 'kind' | 'summary' | 'change'>;

/**
 * Up to three ways in which a booking that does not fit would: each really compiled, over the same dates,
 * within the budget. Those that fit come first, then by plays granted. Tried until three fit: a lower rate,
 * other hours, fewer endpoints, a share, others giving way; after that whatever helps somebody.
 */
export async function findAlternatives(
  question: FitQuestion,
  fits: readonly GroupFit[],
  dates: readonly string[],
  memory: CompiledDays,
  budget: FitBudget,
): Promise<FitAlternative[]> {
  const { booking } = question;
  const found: FitAlternative[] = [];
  const measure = (changed: BookingFacts, within = question) =>
    measureAll(within, changed, dates, memory, budget);
  const keep = (change: Change, measured: readonly GroupFit[] | null) => {
    if (measured && totalsOf(measured).granted > 0) found.push(alternativeOf(change, measured));
  };
  const enough = () => found.filter((one) => one.fits).length >= WANTED;

  const plays = playsPerHour(booking.rate);
  const highest = plays === null ? null : await highestRate(question, fits, dates, memory, budget);
  if (highest !== null) {
    const rate = { kind: 'perHour', plays: highest } as const;
    keep(
      { kind: 'lowerRate', summary: lowerWords(highest), change: { rate } },
      await measure({ ...booking, rate }),
    );
  }

  const dayparts = await otherHours(booking, fits, measure);
  if (dayparts.length > 0) {
    const change = { dayparts: dayparts.map((part) => daypartOf(part)) };
    keep(
      { kind: 'otherHours', summary: hoursWords(dayparts), change },
      await measure({ ...booking, dayparts }),
    );
  }

  const roomy = fits.filter((fit) => fitsWell([fit]));
  if (roomy.length > 0 && roomy.length < fits.length) {
    const endpointIds = roomy.flatMap(({ group }) => group.ids).sort((a, b) => a - b);
    const summary = fewerWords(endpointIds.length, totalOf(fits));
    // Endpoints are compiled apart from each other, so the first measurement holds for a part of them.
    keep({ kind: 'fewerEndpoints', summary, change: { endpoints: { endpointIds } } }, roomy);
  }

  if (booking.rate.kind !== 'share' && !enough()) {
    const rate = { kind: 'share', weight: 1 } as const;
    keep({ kind: 'share', summary: SHARE_WORDS, change: { rate } }, await measure({ ...booking, rate }));
  }

  const top = { tier: TOP_TIER };
  const first = enough() || booking.tier === TOP_TIER ? null : await measure({ ...booking, ...top });
  const lowered = enough() ? [] : giveWay(question, first ?? fits, dates.length);
  if (lowered.length > 0) {
    const others = lowered.map(({ id, rate }) => ({ bookingId: id, rate }));
    const names = lowered.map(({ name, rate }) => ({ name, plays: rate.plays }));
    const change = { kind: 'othersGiveWay', summary: giveWayWords(names), change: { others } } as const;
    keep(change, await measure(booking, withOthers(question, lowered)));
  }

  const losers = question.before.bookings.filter(({ id }) => fits.some((fit) => fit.rateLosses.has(id)));
  const below = Math.min(...losers.map((other) => other.tier)) - 1;
  if (found.length < WANTED && below >= 0 && below < booking.tier) {
    const change = { tier: below };
    keep({ kind: 'lowerTier', summary: belowWords(below), change }, await measure({ ...booking, ...change }));
  }
  if (found.length < WANTED && first) {
    keep({ kind: 'higherTier', summary: tierWords(TOP_TIER), change: top }, first);
  }
  if (found.length < WANTED && highest === null && plays !== null && plays > 1) {
    const rate = { kind: 'perHour', plays: Math.floor(plays / 2) } as const;
    keep(
      { kind: 'lowerRate', summary: lowerWords(rate.plays), change: { rate } },
      await measure({ ...booking, rate }),
    );
  }
  return found.sort((a, b) => Number(b.fits) - Number(a.fits) || b.granted - a.granted).slice(0, WANTED);
}

/** Dayparts of hours with room: among the booking's own, or where those have none, in the whole open time. */
async function otherHours(
  booking: BookingFacts,
  fits: readonly GroupFit[],
  measure: (changed: BookingFacts) => Promise<GroupFit[] | null>,
): Promise<StoredDaypart[]> {
  const own = roomyHours(fits);
  const within = booking.dayparts.length === 0 ? wholeHours(own) : narrowed(booking.dayparts, own);
  if (within.length > 0 || booking.dayparts.length === 0) return within.length <= DAYPARTS_MAX ? within : [];
  // At other hours, but never on other days: who keeps away from holidays is not told to play on them.
  const on = new Set(booking.dayparts.map((part) => part.on));
  const [dayClass] = on.size === 1 ? on : [];
  const inWhole = { fromMinute: 0, toMinute: 1_440, ...(dayClass && { on: dayClass }) };
  const days = ALL_DAYS.filter((day) => booking.dayparts.some((part) => part.days.includes(day)));
  const anywhere = await measure({ ...booking, dayparts: [{ days, ...inWhole }] });
  const runs = anywhere ? wholeHours(roomyHours(anywhere, true)) : [];
  return runs.map((part) => ({ ...part, days, ...(dayClass && { on: dayClass }) }));
}

function wholeHours(runs: readonly (readonly [number, number])[]): StoredDaypart[] {
  return runs.map(([from, to]) => ({ days: ALL_DAYS, fromMinute: from * 60, toMinute: to * 60 }));
}

/** A booking that others could lower, with its lower rate. */
interface Lowered extends BookingFacts {
  readonly rate: { readonly kind: 'perHour'; readonly plays: number };
}

/** The bookings that lose, each at the rate that its worst hour leaves it; those that would keep nothing stay. */
function giveWay(question: FitQuestion, fits: readonly GroupFit[], dates: number): Lowered[] {
  return question.before.bookings.flatMap((other): Lowered[] => {
    const had = playsPerHour(other.rate);
    const worst = Math.max(0, ...fits.flatMap((fit) => [...(fit.rateLosses.get(other.id)?.values() ?? [])]));
    const plays = had === null || dates === 0 ? 0 : had - Math.ceil(worst / dates);
    return worst > 0 && plays >= 1 ? [{ ...other, rate: { kind: 'perHour', plays } }] : [];
  });
}

function withOthers(question: FitQuestion, lowered: readonly Lowered[]): FitQuestion {
  const byId = new Map(lowered.map((other) => [other.id, other]));
  const change = (world: World): World => ({
    ...world,
    bookings: world.bookings.map((booking) => byId.get(booking.id) ?? booking),
  });
  return {
    ...question,
    before: change(question.before),
    withBooking: (booking) => change(question.withBooking(booking)),
  };
}

function alternativeOf(change: Change, fits: readonly GroupFit[]): FitAlternative {
  return { ...change, fits: fitsWell(fits), ...totalsOf(fits), othersLose: othersLose(fits) };
}

async function measureAll(
  question: FitQuestion,
  changed: BookingFacts,
  dates: readonly string[],
  memory: CompiledDays,
  budget: FitBudget,
): Promise<GroupFit[] | null> {
  const after = question.withBooking(changed);
  const fits: GroupFit[] = [];
  for (const group of likeEndpoints(after, changed)) {
    const fit = await measureGroup({ before: question.before, after }, changed, group, dates, memory, budget);
    if (!fit) return null;
    fits.push(fit);
  }
  return fits;
}

/**
 * The highest plays an hour with which nobody loses, by halving on the groups that lose, the worst first.
 * Null when even one play an hour does not fit.
 */
async function highestRate(
  question: FitQuestion,
  fits: readonly GroupFit[],
  dates: readonly string[],
  memory: CompiledDays,
  budget: FitBudget,
): Promise<number | null> {
  const asked = playsPerHour(question.booking.rate) ?? 1;
  const losing = fits
    .filter((fit) => fit.excluded === null && !fitsWell([fit]))
    .sort((a, b) => lossOf(b) - lossOf(a));
  let high = Math.min(asked, question.booking.maxPerHour ?? asked) - 1;
  for (const { group } of losing) {
    let low = 0;
    // Halving: 240 plays take at most eight steps. A group that holds the rate found so far needs one.
    let probe = high;
    while (low < high) {
      const booking: BookingFacts = { ...question.booking, rate: { kind: 'perHour', plays: probe } };
      const worlds = { before: question.before, after: question.withBooking(booking) };
      const fit = await measureGroup(worlds, booking, group, dates, memory, budget);
      if (!fit) return null;
      if (fitsWell([fit])) low = probe;
      else high = probe - 1;
      probe = Math.ceil((low + high) / 2);
    }
  }
  return high >= 1 ? high : null;
}

function lossOf(fit: GroupFit): number {
  return othersLose([fit]) + (fit.asked - fit.granted) * fit.group.ids.length;
}

function totalOf(fits: readonly GroupFit[]): number {
  return fits.reduce((sum, { group }) => sum + group.ids.length, 0);
}

/**
 * Runs of hours of the day, [from, to), in which it plays and nobody loses. Empty when there is none, or when
 * no hour is crowded unless `evenAll`.
 */
function roomyHours(fits: readonly GroupFit[], evenAll = false): [number, number][] {
  const crowded = new Set<number>();
  const played = new Set<number>();
  for (const fit of fits) {
    for (const [hour, plays] of fit.grants) if (plays > 0) played.add(hour);
    for (const losses of [fit.shortfalls, ...fit.rateLosses.values()]) {
      for (const [hour, plays] of losses) if (plays > 0) crowded.add(hour);
    }
  }
  if (crowded.size === 0 && !evenAll) return [];
  const runs: [number, number][] = [];
  for (let hour = 0; hour < 24; hour++) {
    if (crowded.has(hour) || !played.has(hour)) continue;
    const last = runs.at(-1);
    if (last && last[1] === hour) last[1] = hour + 1;
    else runs.push([hour, hour + 1]);
  }
  return runs;
}

/** The booking's own dayparts, cut to the runs of hours. */
function narrowed(
  parts: readonly StoredDaypart[],
  runs: readonly (readonly [number, number])[],
): StoredDaypart[] {
  return parts.flatMap((part) => {
    const end = part.toMinute <= part.fromMinute ? part.toMinute + 1_440 : part.toMinute;
    const spans: Window[] = [0, 24].flatMap((day) =>
      runs.map(([from, to]) => ({ fromMs: (from + day) * 60, toMs: (to + day) * 60 })),
    );
    return spans.flatMap((span): StoredDaypart[] => {
      const fromMinute = Math.max(part.fromMinute, span.fromMs);
      const toMinute = Math.min(end, span.toMs);
      // A piece that lies past midnight would belong to another date; it is left out.
      if (fromMinute >= toMinute || fromMinute >= 1_440) return [];
      return [{ ...part, fromMinute, toMinute: toMinute > 1_440 ? toMinute - 1_440 : toMinute }];
    });
  });
}
