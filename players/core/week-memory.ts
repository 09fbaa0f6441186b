import { z } from 'zod';
import type { EpochMs } from '../../src/base/units.ts';
import { HOUR_MS } from '../../src/base/units.ts';
import {
  type ManifestLoop,
  type ManifestMedia,
  manifestLoopSchema,
  manifestMediaSchema,
} from '../../src/contract/manifest.ts';
import type { Programme } from './accept-manifest.ts';
import {
  type AtHand,
  type FormerFile,
  formerFileSchema,
  formerFiles,
  NOTHING_AT_HAND,
} from './former-file.ts';
import { localHourOf, WEEK_HOURS } from './local-hour.ts';

const hourPartSchema = z.object({
  loop: z.string(),
  /** Where the stretch lies, from the start of the local hour. */
  fromMs: z.int().nonnegative(),
  toMs: z.int().positive(),
  /** Where the loop's beginning lies, from the start of the local hour; negative when it began earlier. */
  originMs: z.int(),
});
/** One stretch of a loop inside a local hour. */
export type HourPart = z.infer<typeof hourPartSchema>;

const weekSchema = z.object({
  timeZone: z.string(),
  hours: z.array(z.array(hourPartSchema).nullable()).length(WEEK_HOURS),
  loops: z.array(manifestLoopSchema),
  media: z.array(manifestMediaSchema),
  /** Absent in what an older player wrote. */
  former: z.array(formerFileSchema).optional(),
});

/** The last known programme of each hour of the week: what plays when no newer word comes. */
export interface WeekMemory {
  readonly timeZone: string;
  /** By hour of the week; empty means closed, null means never heard of. */
  readonly hours: readonly (readonly HourPart[] | null)[];
  readonly loops: ReadonlyMap<string, ManifestLoop>;
  readonly media: ReadonlyMap<string, ManifestMedia>;
  /** What may play in the place of files that are not here yet. */
  readonly former: readonly FormerFile[];
}

/** A memory that knows nothing. */
export const EMPTY_WEEK: WeekMemory = {
  timeZone: 'UTC',
  hours: Array.from({ length: WEEK_HOURS }, () => null),
  loops: new Map(),
  media: new Map(),
  former: [],
};

/**
 * The memory after a programme: each whole or partial local hour between its first stretch and its end of
 * validity is known now, as open or as closed; other hours stay as they were. Loops and files that no hour
 * names any more are forgotten, but for those that play until newer ones are here ({@link formerFiles}).
 */
export function remember(
  week: WeekMemory,
  programme: Programme,
  atHand: AtHand = NOTHING_AT_HAND,
): WeekMemory {
  const timeZone = programme.endpoint.timeZone;
  const hours: (readonly HourPart[] | null)[] =
    week.timeZone === timeZone ? [...week.hours] : [...EMPTY_WEEK.hours];
  const first = programme.stretches[0];
  const toldFromMs = Math.min(programme.issuedAtMs, first?.fromMs ?? programme.issuedAtMs);
  const startMs = Math.max(toldFromMs, programme.validUntilMs - WEEK_HOURS * HOUR_MS);
  let index = 0;
  for (let at = localHourOf(startMs, timeZone); at.startMs < programme.validUntilMs; ) {
    const hourEnd = at.startMs + HOUR_MS;
    while ((programme.stretches[index]?.toMs ?? hourEnd) <= at.startMs) index += 1;
    const parts: HourPart[] = [];
    for (let i = index; ; i += 1) {
      const stretch = programme.stretches[i];
      if (!stretch || stretch.fromMs >= hourEnd) break;
      parts.push({
        loop: stretch.loopId,
        fromMs: Math.max(0, stretch.fromMs - at.startMs),
        toMs: Math.min(HOUR_MS, stretch.toMs - at.startMs),
        originMs: stretch.fromMs - at.startMs,
      });
    }
    // The hour in which the manifest was made may be told in part only: do not forget its beginning.
    const partial = at.startMs < programme.issuedAtMs && parts.length === 0;
    if (!partial) hours[at.hourOfWeek] = parts;
    at = localHourOf(hourEnd, timeZone);
  }
  return { ...pruned(timeZone, hours, week, programme), former: formerFiles(week, programme, atHand) };
}

function pruned(
  timeZone: string,
  hours: readonly (readonly HourPart[] | null)[],
  old: WeekMemory,
  programme: Programme,
): Omit<WeekMemory, 'former'> {
  const loops = new Map<string, ManifestLoop>();
  const media = new Map<string, ManifestMedia>();
  for (const part of hours.flatMap((parts) => parts ?? [])) {
    const loop = programme.loops.get(part.loop) ?? old.loops.get(part.loop);
    if (!loop || loops.has(loop.id)) continue;
    loops.set(loop.id, loop);
    for (const spot of loop.spots) {
      const file = programme.media.get(spot.media) ?? old.media.get(spot.media);
      if (file) media.set(file.sha256, file);
    }
  }
  return { timeZone, hours, loops, media };
}

/** Parts and start of the local hour at `ms`; the same hour of the nearest earlier day where it is unknown. */
export function recallHour(
  week: WeekMemory,
  ms: EpochMs,
): { startMs: EpochMs; parts: readonly HourPart[] | null } {
  const at = localHourOf(ms, week.timeZone);
  for (let daysBack = 0; daysBack < 7; daysBack += 1) {
    const parts = week.hours[(at.hourOfWeek - 24 * daysBack + WEEK_HOURS) % WEEK_HOURS];
    if (parts) return { startMs: at.startMs, parts };
  }
  return { startMs: at.startMs, parts: null };
}

/** Writes the memory as text for the `week` slot. */
export function writeWeek(week: WeekMemory): string {
  return JSON.stringify({
    timeZone: week.timeZone,
    hours: week.hours,
    loops: [...week.loops.values()],
    media: [...week.media.values()],
    former: week.former,
  });
}

/** Reads what {@link writeWeek} wrote; anything else reads as knowing nothing. */
export function readWeek(text: string | undefined): WeekMemory {
  if (text === undefined) return EMPTY_WEEK;
  try {
    const week = weekSchema.parse(JSON.parse(text));
    return {
      timeZone: week.timeZone,
      hours: week.hours,
      loops: new Map(week.loops.map((loop) => [loop.id, loop])),
      media: new Map(week.media.map((file) => [file.sha256, file])),
      former: week.former ?? [],
    };
  } catch {
    return EMPTY_WEEK;
  }
}
