import { overlapOf } from '../base/local-time.ts';
import { HOUR_MS, type Ms, type Window } from '../base/units.ts';
import type { VerdictCode } from './compiled-hour.ts';
import type { SoundHour } from './sound-hour.ts';
import { windowsLength } from './windows.ts';

/** One `perHour` booking before it is known how many plays it gets. */
export interface RateAsk {
  readonly bookingId: number;
  readonly tier: number;
  /** Plays asked of this hour. */
  readonly asked: number;
  /** Airtime of those plays, exact: the sum over the clips in turn. */
  readonly airtimeMs: Ms;
  /** Fraction of a play lost to earlier shrinking, in millionths. */
  readonly lost: number;
}

/** How many plays a `perHour` booking gets of an hour. */
export interface RateGrant {
  readonly granted: number;
  /** What to carry as `lost` into the next hour. */
  readonly lost: number;
  readonly why: VerdictCode | null;
}

/**
 * The plays that a window of `windowMs` owes to a rate of `plays` an hour, with the fraction carried:
 * over any stretch the count is the exact one rounded half up, so nothing drifts, and an hour that is
 * wholly open owes exactly `plays`. `creditMs` starts a day at half a play.
 */
export function owedPlays(
  plays: number,
  windowMs: Ms,
  creditMs: number,
): { asked: number; creditMs: number } {
  const credit = creditMs + plays * windowMs;
  const asked = Math.floor(credit / HOUR_MS);
  return { asked, creditMs: credit - asked * HOUR_MS };
}

/** Half a play, with which each local day starts: counts are rounded half up. */
export const CREDIT_START_MS = HOUR_MS / 2;

const MILLIONTHS = 1_000_000;

/**
 * Divides `capacityMs` of airtime among the asks. Tiers are served from the highest; a tier that does
 * not fit is shrunk in proportion of plays: each gets the whole part of its quota (asked x capacity /
 * airtime of the tier), and what airtime is left goes out play by play by the largest remainder
 * (Hamilton's method), where fractions lost in earlier hours count and ties go to the lower booking id.
 * So each gets its quota rounded down or up, and nobody loses every hour. Lower tiers then share the rest.
 * Sorting makes it O(n log n).
 */
export function grantPlays(asks: readonly RateAsk[], capacityMs: Ms): RateGrant[] {
  const grants: RateGrant[] = asks.map((ask) => ({ granted: ask.asked, lost: ask.lost, why: null }));
  const order = asks
    .map((_, index) => index)
    .sort((a, b) => (asks[b]?.tier ?? 0) - (asks[a]?.tier ?? 0) || a - b);
  let left = Math.max(0, capacityMs);
  let from = 0;
  while (from < order.length) {
    const tier = asks[order[from] ?? 0]?.tier;
    let to = from;
    let wanted = 0;
    for (; to < order.length && asks[order[to] ?? 0]?.tier === tier; to++)
      wanted += asks[order[to] ?? 0]?.airtimeMs ?? 0;
    left -= wanted <= left ? wanted : shrinkTier(asks, order.slice(from, to), wanted, left, grants);
    from = to;
  }
  return grants;
}

/** Shrinks one tier into `capacityMs`; gives the airtime used. */
function shrinkTier(
  asks: readonly RateAsk[],
  tier: readonly number[],
  wantedMs: Ms,
  capacityMs: Ms,
  grants: RateGrant[],
): Ms {
  let used = 0;
  const parts = tier.map((index) => {
    const ask = asks[index];
    if (ask === undefined) throw new Error('a tier names its own asks');
    const granted = Math.floor((ask.asked * capacityMs) / wantedMs);
    const rest = Math.floor((((ask.asked * capacityMs) % wantedMs) * MILLIONTHS) / wantedMs);
    const clipMs = ask.asked === 0 ? 0 : Math.ceil(ask.airtimeMs / ask.asked);
    used += granted * clipMs;
    return { index, ask, granted, rest, clipMs };
  });
  const ranked = [...parts].sort((a, b) => b.rest + b.ask.lost - (a.rest + a.ask.lost) || a.index - b.index);
  const extra = new Set<number>();
  for (const part of ranked) {
    if (part.rest === 0 || part.granted >= part.ask.asked || used + part.clipMs > capacityMs) continue;
    used += part.clipMs;
    extra.add(part.index);
  }
  for (const part of parts) {
    const granted = part.granted + (extra.has(part.index) ? 1 : 0);
    const owed = part.ask.lost + part.rest - (extra.has(part.index) ? MILLIONTHS : 0);
    const why = granted >= part.ask.asked ? null : capacityMs === 0 ? 'outranked' : 'overFull';
    grants[part.index] = { granted, lost: Math.max(-MILLIONTHS, Math.min(MILLIONTHS, owed)), why };
  }
  return Math.min(used, capacityMs);
}

/** A `perHour` booking with the windows that its plays must start in. */
export interface WindowAsk extends Omit<RateAsk, 'airtimeMs'> {
  /** Sorted, disjoint, within the open time; at least one. */
  readonly windows: readonly Window[];
  /** Airtime of its next so many plays. */
  readonly airtimeOf: (count: number) => Ms;
}

/** Most stretches of time that are checked on their own; past that, the whole hour alone. */
const SPANS_MAX = 32;

/**
 * `grantPlays` for every stretch of time that some bookings are confined to, the shortest first, and
 * at last for the whole hour: what must play in a stretch cannot be longer than its open time. So a crowded
 * noon shrinks those that may play only then, by tier and proportion, and nobody else.
 *
 * What a spot of the last hour still occupies counts as taken, except for what the last play of the
 * stretch may run past it: nearly its own length.
 */
export function grantWithin(asks: readonly WindowAsk[], hour: SoundHour): RateGrant[] {
  const grants: RateGrant[] = asks.map((ask) => ({ granted: ask.asked, lost: ask.lost, why: null }));
  const whole = { fromMs: 0, toMs: hour.lengthMs };
  const spans = new Map<string, Window>();
  for (const ask of asks) {
    const span = spanOf(ask);
    if (spans.size < SPANS_MAX) spans.set(`${span.fromMs} ${span.toMs}`, span);
  }
  spans.delete(`${whole.fromMs} ${whole.toMs}`);
  const byLength = [...spans.values()].sort(
    (a, b) => a.toMs - a.fromMs - (b.toMs - b.fromMs) || a.fromMs - b.fromMs,
  );
  for (const span of [...byLength, whole]) {
    const confined: number[] = [];
    asks.forEach((ask, index) => {
      const own = spanOf(ask);
      if (own.fromMs >= span.fromMs && own.toMs <= span.toMs) confined.push(index);
    });
    const now = confined.map((index) => {
      const ask = asks[index];
      const granted = grants[index]?.granted ?? 0;
      if (ask === undefined) throw new Error('a span names its own asks');
      return { ...ask, asked: granted, airtimeMs: ask.airtimeOf(granted) };
    });
    const spare = now.reduce(
      (least, ask) => Math.min(least, ask.asked > 0 ? ask.airtimeOf(1) : least),
      Number.POSITIVE_INFINITY,
    );
    const shrunk = grantPlays(now, roomOf(hour, span, spare));
    shrunk.forEach((grant, i) => {
      const index = confined[i] ?? 0;
      if (grant.why !== null) grants[index] = span === whole ? grant : { ...grant, why: 'windowFull' };
    });
  }
  return grants;
}

function spanOf(ask: WindowAsk): Window {
  return { fromMs: ask.windows[0]?.fromMs ?? 0, toMs: ask.windows.at(-1)?.toMs ?? 0 };
}

function roomOf(hour: SoundHour, span: Window, spareMs: Ms): Ms {
  const free = windowsLength(overlapOf(hour.stretches, [span]));
  const open = windowsLength(overlapOf(hour.open, [span]));
  const closes = hour.stretches.some(
    (stretch) => stretch.endMs === stretch.toMs && stretch.toMs === span.toMs,
  );
  return Math.min(open, free + (closes || hour.stretches.length === 0 ? 0 : spareMs - 1));
}
