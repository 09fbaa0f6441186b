import type { Window } from '../base/units.ts';
import { playsPerHour } from '../campaigns/booking.ts';
import type { FitAlternative, Sentence } from '../campaigns/booking-fit.ts';
import { daypartOf, type StoredDaypart, wallTimeOf } from '../campaigns/wall-time.ts';
import type { CompiledDays } from './compile-programme.ts';
import type { BookingFacts } from './eligible.ts';
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
const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7];

type Change = Pick<FitAlternative, 'kind' | 'summary' | 'change'>;

/**
 * Up to three ways in which a booking that does not fit would: each really compiled, over the same dates,
 * within the budget. Those that fit come first, then by plays granted.
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
  const attempt = async (changed: BookingFacts, change: Change) => {
    const measured = await measureAll(question, changed, dates, memory, budget);
    if (measured && totalsOf(measured).granted > 0) found.push(alternativeOf(change, measured));
  };

  const plays = playsPerHour(booking.rate);
  if (plays !== null) {
    const highest = await highestRate(question, fits, dates, memory, budget);
    if (highest !== null) {
      const rate = { kind: 'perHour', plays: highest } as const;
      await attempt(
        { ...booking, rate },
        { kind: 'lowerRate', summary: lowerWords(highest), change: { rate } },
      );
    }
  }
  const hours = roomyHours(fits);
  if (hours.length > 0) {
    const dayparts = hours.map(([from, to]): StoredDaypart => {
      return { days: ALL_DAYS, fromMinute: from * 60, toMinute: to * 60 };
    });
    const within = booking.dayparts.length === 0 ? dayparts : narrowed(booking.dayparts, hours);
    if (within.length > 0 && within.length <= 50) {
      const spoken = within.map((part) => daypartOf(part));
      await attempt(
        { ...booking, dayparts: within },
        { kind: 'otherHours', summary: hoursWords(within), change: { dayparts: spoken } },
      );
    }
  }
  const roomy = fits.filter((fit) => fitsWell([fit]));
  if (roomy.length > 0 && roomy.length < fits.length) {
    const endpointIds = roomy.flatMap(({ group }) => group.ids).sort((a, b) => a - b);
    const change = { endpoints: { endpointIds } };
    const summary = fewerWords(endpointIds.length, totalOf(fits));
    // Endpoints are compiled apart from each other, so the first measurement holds for a part of them.
    found.push(alternativeOf({ kind: 'fewerEndpoints', summary, change }, roomy));
  }
  if (booking.rate.kind !== 'share') {
    const rate = { kind: 'share', weight: 1 } as const;
    await attempt({ ...booking, rate }, { kind: 'share', summary: SHARE_WORDS, change: { rate } });
    const others = question.before.bookings.filter(({ id }) => fits.some((fit) => fit.rateLosses.has(id)));
    const below = Math.min(...others.map((other) => other.tier)) - 1;
    if (found.length < WANTED && below >= 0 && below < booking.tier) {
      const change = { tier: below };
      await attempt({ ...booking, ...change }, { kind: 'lowerTier', summary: belowWords(below), change });
    }
    if (found.length < WANTED && booking.tier < TOP_TIER) {
      const change = { tier: TOP_TIER };
      await attempt({ ...booking, ...change }, { kind: 'higherTier', summary: tierWords(TOP_TIER), change });
    }
  }
  return found.sort((a, b) => Number(b.fits) - Number(a.fits) || b.granted - a.granted).slice(0, WANTED);
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

/** Runs of hours of the day, [from, to), in which it plays and nobody loses; empty when that is all or none. */
function roomyHours(fits: readonly GroupFit[]): [number, number][] {
  const crowded = new Set<number>();
  const played = new Set<number>();
  for (const fit of fits) {
    for (const [hour, plays] of fit.grants) if (plays > 0) played.add(hour);
    for (const losses of [fit.shortfalls, ...fit.rateLosses.values()]) {
      for (const [hour, plays] of losses) if (plays > 0) crowded.add(hour);
    }
  }
  if (crowded.size === 0) return [];
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

const SHARE_WORDS: Sentence = {
  zh: '改为按权重（share，权重 1）：只占用按次数播出之后剩下的时间，谁也不受损',
  en: 'Book it as a share of weight 1: it takes what rates leave, and no rate loses anything',
};

function lowerWords(plays: number): Sentence {
  return {
    zh: `频次改为每小时 ${plays} 次`,
    en: `Ask for ${plays} ${plays === 1 ? 'play' : 'plays'} an hour`,
  };
}

function hoursWords(parts: readonly StoredDaypart[]): Sentence {
  const list = parts.map((part) => `${wallTimeOf(part.fromMinute)}–${wallTimeOf(part.toMinute)}`);
  const shown = [...new Set(list)].slice(0, 6).join(', ');
  return {
    zh: `避开拥挤的小时，只在 ${shown} 播出`,
    en: `Leave out the crowded hours: play at ${shown} only`,
  };
}

function fewerWords(count: number, of: number): Sentence {
  return {
    zh: `只用仍有余量的 ${count} 个终端（共 ${of} 个）`,
    en: `Use only the ${count} of ${of} endpoints that have room`,
  };
}

function belowWords(tier: number): Sentence {
  return {
    zh: `优先级降到 ${tier}：其他排期不受损，本排期播剩下的次数`,
    en: `Lower its tier to ${tier}: others lose nothing and it plays what they leave`,
  };
}

function tierWords(tier: number): Sentence {
  return {
    zh: `优先级提高到 ${tier}：本排期优先，其他排期让出播放`,
    en: `Raise its tier to ${tier}: it is served first and others give way`,
  };
}
