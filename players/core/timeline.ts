import type { EpochMs, Ms } from '../../src/base/units.ts';
import { HOUR_MS } from '../../src/base/units.ts';
import type { ManifestLoop, ManifestMedia, ManifestSpot } from '../../src/contract/manifest.ts';
import type { Programme } from './accept-manifest.ts';
import { recallHour, type WeekMemory } from './week-memory.ts';

/** A stretch of time that one loop fills, [fromMs, toMs); spots count from `originMs`. */
export interface Stretch {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly originMs: EpochMs;
  readonly loop: ManifestLoop;
}

/** One spot at its place in time, [startMs, endMs). */
export interface PlacedSpot {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly spot: ManifestSpot;
  readonly media: ManifestMedia;
}

/** What the player goes by: the programme until it expires, then the memory of the week. */
export interface Timeline {
  readonly programme: Programme | null;
  readonly week: WeekMemory;
}

/** How far a search for the next spot looks ahead. */
const LOOK_AHEAD_MS: Ms = 26 * HOUR_MS;

/** The stretch that holds `ms`, or null when closed or unknown. */
export function stretchAt(line: Timeline, ms: EpochMs): Stretch | null {
  const { programme } = line;
  if (programme && ms < programme.validUntilMs) return programmedStretch(programme, ms);
  const hour = recallHour(line.week, ms);
  for (const part of hour.parts ?? []) {
    const loop = line.week.loops.get(part.loop);
    if (!loop || ms < hour.startMs + part.fromMs || ms >= hour.startMs + part.toMs) continue;
    return {
      fromMs: hour.startMs + part.fromMs,
      toMs: hour.startMs + part.toMs,
      originMs: hour.startMs + part.originMs,
      loop,
    };
  }
  return null;
}

/** Whether the player knows anything at all about this instant: open or closed. */
export function isKnown(line: Timeline, ms: EpochMs): boolean {
  if (line.programme && ms < line.programme.validUntilMs) return true;
  return recallHour(line.week, ms).parts !== null;
}

/**
 * The spot that is due at `ms`, or null in gaps and closed hours. The last spot of a stretch may run over
 * its end; it is due until it ends, and goes before a spot of the next stretch.
 */
export function spotAt(line: Timeline, ms: EpochMs): PlacedSpot | null {
  const here = stretchAt(line, ms);
  // Only a spot that began before this stretch can run over into it; an hour back is far enough to look.
  const before = here ? stretchEndingAt(line, here.fromMs) : lastStretchBefore(line, ms);
  if (before) {
    const last = place(line, before, indexAt(before, before.toMs - 1));
    if (last && last.endMs > ms && last.startMs <= ms) return last;
  }
  if (!here) return null;
  const found = place(line, here, indexAt(here, ms));
  return found && found.endMs > ms ? found : null;
}

/** The first spot that starts at or after `ms` within the next day or so, or null. */
export function spotFrom(line: Timeline, ms: EpochMs): PlacedSpot | null {
  let at = ms;
  while (at < ms + LOOK_AHEAD_MS) {
    const stretch = stretchAt(line, at);
    if (!stretch) {
      at = nextBoundary(line, at);
      continue;
    }
    const index = indexAt(stretch, at);
    for (const candidate of [index, index + 1]) {
      const placed = place(line, stretch, candidate);
      if (placed && placed.startMs >= ms && placed.startMs < stretch.toMs) return placed;
    }
    at = stretch.toMs;
  }
  return null;
}

/** When the timeline may change from open to closed or back, strictly after `ms`; within the memory at most an hour ahead. */
function nextBoundary(line: Timeline, ms: EpochMs): EpochMs {
  const { programme } = line;
  if (programme && ms < programme.validUntilMs) {
    const index = lastIndex(programme.stretches.length, (i) => (programme.stretches[i]?.fromMs ?? 0) <= ms);
    const next = programme.stretches[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    return Math.min(next, programme.validUntilMs);
  }
  const hour = recallHour(line.week, ms);
  const starts = (hour.parts ?? []).map((part) => hour.startMs + part.fromMs).filter((start) => start > ms);
  return Math.min(...starts, hour.startMs + HOUR_MS);
}

function programmedStretch(programme: Programme, ms: EpochMs): Stretch | null {
  const index = lastIndex(programme.stretches.length, (i) => (programme.stretches[i]?.fromMs ?? 0) <= ms);
  const stretch = programme.stretches[index];
  if (!stretch || ms >= stretch.toMs) return null;
  const loop = programme.loops.get(stretch.loopId);
  return loop ? { fromMs: stretch.fromMs, toMs: stretch.toMs, originMs: stretch.fromMs, loop } : null;
}

function stretchEndingAt(line: Timeline, ms: EpochMs): Stretch | null {
  const before = stretchAt(line, ms - 1);
  return before && before.toMs === ms ? before : null;
}

/** The stretch whose last spot might still run at `ms`, although it is closed: looks back by at most an hour. */
function lastStretchBefore(line: Timeline, ms: EpochMs): Stretch | null {
  const { programme } = line;
  if (programme && ms < programme.validUntilMs) {
    const index = lastIndex(programme.stretches.length, (i) => (programme.stretches[i]?.toMs ?? 0) <= ms);
    const stretch = programme.stretches[index];
    return stretch && stretch.toMs > ms - HOUR_MS ? programmedStretch(programme, stretch.fromMs) : null;
  }
  for (const back of [0, HOUR_MS]) {
    const hour = recallHour(line.week, ms - back);
    const ended = (hour.parts ?? []).filter((part) => hour.startMs + part.toMs <= ms).at(-1);
    if (ended) return stretchAt(line, hour.startMs + ended.toMs - 1);
  }
  return null;
}

/** The index of the last spot that starts at or before `ms`, counted over repeats of the loop; may be −1. */
function indexAt(stretch: Stretch, ms: EpochMs): number {
  const { spots, lengthMs } = stretch.loop;
  const position = ms - stretch.originMs;
  const round = Math.max(0, Math.floor(position / lengthMs));
  const within = position - round * lengthMs;
  return round * spots.length + lastIndex(spots.length, (i) => (spots[i]?.atMs ?? 0) <= within);
}

function place(line: Timeline, stretch: Stretch, index: number): PlacedSpot | null {
  const { spots, lengthMs } = stretch.loop;
  if (index < 0 || spots.length === 0) return null;
  const spot = spots[index % spots.length];
  if (!spot) return null;
  const media = line.programme?.media.get(spot.media) ?? line.week.media.get(spot.media);
  if (!media) return null;
  const startMs = stretch.originMs + Math.floor(index / spots.length) * lengthMs + spot.atMs;
  return { startMs, endMs: startMs + spot.durationMs, spot, media };
}

/** The last index in [0, length) for which `holds`, given that it holds for a beginning only; −1 when for none. */
function lastIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
