import type { Ms } from '../base/units.ts';
import type { Sentence } from '../campaigns/booking-fit.ts';
import type { CompiledHour } from './compiled-hour.ts';
import type { Demand, HourDemand } from './demand.ts';
import { windowsLength } from './windows.ts';

/** What stood in the way of a bound. */
export type BoundObstacle =
  /** A rule keeps kinds of material apart. */
  | 'separation'
  /** Windows, opening hours or a local hour of another length cut the hour into pieces. */
  | 'windows'
  /** The hour asks for more airtime than it has. */
  | 'overFull'
  /** Long clips: nothing shorter was there to make room with. */
  | 'longClips'
  /** There was no other material to play. */
  | 'nothingElse';

/** A bound of fairness that a loop does not keep, by how much, and why. */
export interface MissedBound {
  readonly bound: 'halfInterval' | 'oneClipOfShare' | 'separation' | 'notTwiceInARow';
  /** Null where it concerns all share bookings, or an asset rather than a booking. */
  readonly bookingId: number | null;
  /** How far off. Milliseconds; plays for `notTwiceInARow`. */
  readonly off: number;
  /** What the bound allows, in the same unit; for `separation` the gap that the rule asks for. */
  readonly allowed: number;
  readonly why: BoundObstacle;
  readonly sentence: Sentence;
}

/** The bounds that an hour as compiled misses; empty when it keeps all of them. */
export function missedBounds(
  hour: HourDemand,
  { certificate, verdicts, spots }: CompiledHour,
): MissedBound[] {
  const { late, shareOffMs, shareClipMs, separationBreaks, repeats } = certificate;
  const rules = hour.separation.filter(({ gapMs }) => gapMs > 0);
  const isOverFull = verdicts.some(({ why }) => why.includes('overFull') || why.includes('outranked'));
  const obstacle = (demand: Demand | undefined): BoundObstacle => {
    // A rule pushes plays of other kinds too: they stand where it lets its own stand.
    if (rules.length > 0) return 'separation';
    if (isCut(hour, demand)) return 'windows';
    return isOverFull ? 'overFull' : 'longClips';
  };
  const missed: Omit<MissedBound, 'sentence'>[] = late.map(({ bookingId, offMs, intervalMs }) => ({
    bound: 'halfInterval',
    bookingId,
    off: Math.abs(offMs),
    allowed: Math.floor(intervalMs / 2),
    why: obstacle(hour.demands.find((demand) => demand.bookingId === bookingId)),
  }));
  if (shareOffMs > shareClipMs) {
    missed.push({
      bound: 'oneClipOfShare',
      bookingId: null,
      off: shareOffMs,
      allowed: shareClipMs,
      why: obstacle(undefined),
    });
  }
  for (const { atMs, rule, missingMs } of separationBreaks) {
    const gapMs = hour.separation[rule]?.gapMs ?? 0;
    const bookingId = spots.find((spot) => spot.atMs === atMs)?.bookingId ?? null;
    missed.push({
      bound: 'separation',
      bookingId,
      off: missingMs,
      allowed: gapMs,
      why: isOverFull ? 'overFull' : 'longClips',
    });
  }
  if (repeats > 0) {
    const why = rules.length > 0 ? 'separation' : 'nothingElse';
    missed.push({ bound: 'notTwiceInARow', bookingId: null, off: repeats, allowed: 0, why });
  }
  return missed.map((one) => ({ ...one, sentence: sentenceOf(one) }));
}

/** Whether the open time, or a booking's windows, do not run through the whole hour. */
function isCut(hour: HourDemand, demand: Demand | undefined): boolean {
  const reaches = (windows: HourDemand['open']): boolean => windowsLength(windows) >= hour.lengthMs;
  return !reaches(hour.open) || (demand !== undefined && !reaches(demand.windows));
}

const WHY: Readonly<Record<BoundObstacle, Sentence>> = {
  separation: { zh: '因为间隔规则不允许同类素材相邻', en: 'because a rule keeps kinds of material apart' },
  windows: {
    zh: '因为可播时段没有覆盖整个小时',
    en: 'because its windows or the opening hours cut the hour',
  },
  overFull: { zh: '因为该小时已超额', en: 'because the hour is over-full' },
  nothingElse: { zh: '因为没有别的素材可播', en: 'because there was nothing else to play' },
  longClips: { zh: '因为没有更短的素材可以调剂', en: 'because nothing shorter was there to make room with' },
};

const seconds = (ms: Ms): string => (ms / 1_000).toFixed(1);

function sentenceOf({ bound, bookingId, off, allowed, why }: Omit<MissedBound, 'sentence'>): Sentence {
  const because = WHY[why];
  switch (bound) {
    case 'halfInterval':
      return {
        zh: `排期 ${bookingId} 有一次播放偏离应播时刻 ${seconds(off)} 秒（界限为半个间隔 ${seconds(allowed)} 秒），${because.zh}`,
        en: `a play of booking ${bookingId} is ${seconds(off)} s from its nominal instant (the bound is half an interval, ${seconds(allowed)} s), ${because.en}`,
      };
    case 'oneClipOfShare':
      return {
        zh: `按权重的播出时长偏离应得份额 ${seconds(off)} 秒（界限为一条最长素材 ${seconds(allowed)} 秒），${because.zh}`,
        en: `airtime by weight is ${seconds(off)} s off its share (the bound is one longest clip, ${seconds(allowed)} s), ${because.en}`,
      };
    case 'separation':
      return {
        zh: `间隔比规则要求的 ${seconds(allowed)} 秒少 ${seconds(off)} 秒，${because.zh}`,
        en: `${seconds(off)} s are missing from the gap of ${seconds(allowed)} s that a rule asks for, ${because.en}`,
      };
    case 'notTwiceInARow':
      return {
        zh: `同一素材连续播出 ${off} 次，${because.zh}`,
        en: `one asset follows itself ${off} times, ${because.en}`,
      };
  }
}
