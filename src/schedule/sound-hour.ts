import { overlapOf } from '../base/local-time.ts';
import type { Ms, Window } from '../base/units.ts';
import type { VerdictCode } from './compiled-hour.ts';
import type { Clip, Demand, HourDemand } from './demand.ts';
import { soundWindows, windowsLength } from './windows.ts';

/** Longest local hour that is compiled; a change of offset adds at most an hour to an hour. */
const HOUR_MAX_MS = 7_200_000;
/** Most plays an hour that a rate may ask. */
export const PLAYS_MAX = 240;
/** Largest weight. */
const WEIGHT_MAX = 1_000_000_000;
/** Shortest play. */
const CLIP_MIN_MS = 1_000;

/** A stretch of open time, less what the last hour's spot still occupies. */
export interface Stretch {
  /** Plays may start from here … */
  readonly fromMs: Ms;
  /** … up to here, exclusive. */
  readonly toMs: Ms;
  /** And must end by here: beyond `toMs` only where the endpoint stays open after the hour. */
  readonly endMs: Ms;
}

/** A demand that can be served, with what it can be served with. */
export interface SoundDemand {
  readonly demand: Demand;
  /** Its place in `HourDemand.demands`. */
  readonly index: number;
  /** Clips that fit into the longest stretch; at least one. */
  readonly clips: readonly Clip[];
  /** Its windows within the open time, before the last hour's spot is taken off. */
  readonly windows: readonly Window[];
}

/** An hour after bad input has been put aside. */
export interface SoundHour {
  readonly lengthMs: Ms;
  /** All open time of the hour, the part that the last hour's spot occupies included; sorted, disjoint. */
  readonly open: readonly Window[];
  /** Total length of `open`. */
  readonly openMs: Ms;
  readonly stretches: readonly Stretch[];
  readonly rates: readonly SoundDemand[];
  readonly shares: readonly SoundDemand[];
  readonly filler: readonly Clip[];
  /** Why a demand is served by nothing, by its place in `HourDemand.demands`. */
  readonly refused: ReadonlyMap<number, VerdictCode>;
}

/** Puts aside what cannot be compiled, and says why; never throws, whatever the numbers are. */
export function soundHour(hour: HourDemand, busyMs: Ms): SoundHour {
  const refused = new Map<number, VerdictCode>();
  const badHour = !(Number.isInteger(hour.lengthMs) && hour.lengthMs > 0 && hour.lengthMs <= HOUR_MAX_MS);
  const lengthMs = badHour ? 0 : hour.lengthMs;
  const open = soundWindows(hour.open, lengthMs);
  const after = Math.max(0, Math.floor(hour.openAfterMs ?? 0)) || 0;
  const stretches = open
    .map(({ fromMs, toMs }) => ({
      fromMs: Math.max(fromMs, busyMs),
      toMs,
      endMs: toMs === lengthMs ? toMs + after : toMs,
    }))
    .filter((stretch) => stretch.fromMs < stretch.toMs);
  const roomMs = open.reduce(
    (most, { fromMs, toMs }) => Math.max(most, (toMs === lengthMs ? toMs + after : toMs) - fromMs),
    0,
  );
  const rates: SoundDemand[] = [];
  const shares: SoundDemand[] = [];
  hour.demands.forEach((demand, index) => {
    const sound = demand.clips.filter(isSoundClip);
    const clips = sound.filter((clip) => clip.durationMs <= roomMs);
    const windows = overlapOf(soundWindows(demand.windows, lengthMs), open);
    const why: VerdictCode | null = badHour
      ? 'badHour'
      : !isSoundRate(demand)
        ? 'badRate'
        : sound.length === 0
          ? 'badClip'
          : windows.length === 0
            ? 'noWindow'
            : clips.length === 0
              ? 'clipTooLong'
              : null;
    if (why !== null) refused.set(index, why);
    else (demand.rate.kind === 'perHour' ? rates : shares).push({ demand, index, clips, windows });
  });
  const filler = hour.filler.filter((clip) => isSoundClip(clip) && clip.durationMs <= roomMs);
  return { lengthMs, open, openMs: windowsLength(open), stretches, rates, shares, filler, refused };
}

function isSoundClip(clip: Clip): boolean {
  const { durationMs, weight } = clip;
  return (
    Number.isSafeInteger(durationMs) &&
    durationMs >= CLIP_MIN_MS &&
    Number.isInteger(weight) &&
    weight >= 1 &&
    weight <= WEIGHT_MAX
  );
}

function isSoundRate({ rate }: Demand): boolean {
  return rate.kind === 'perHour'
    ? Number.isInteger(rate.plays) && rate.plays >= 1 && rate.plays <= PLAYS_MAX
    : Number.isInteger(rate.weight) && rate.weight >= 1 && rate.weight <= WEIGHT_MAX;
}
