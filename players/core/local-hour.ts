import type { EpochMs } from '../../src/base/units.ts';
import { HOUR_MS } from '../../src/base/units.ts';

/** Hours in a week. */
export const WEEK_HOURS = 168;

/** The local hour that holds an instant. */
export interface LocalHour {
  /** 0 to 167, counted from Thursday 00:00 local time (1970-01-01 was a Thursday). */
  readonly hourOfWeek: number;
  readonly startMs: EpochMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The local hour of an instant in an IANA zone. Uses Intl, not Temporal, because boxes in the field run
 * browsers that do not have Temporal yet. An unknown zone counts as UTC.
 */
export function localHourOf(ms: EpochMs, timeZone: string): LocalHour {
  const offset = zoneOffsetMs(ms, timeZone);
  const hour = Math.floor((ms + offset) / HOUR_MS);
  return { hourOfWeek: ((hour % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS, startMs: hour * HOUR_MS - offset };
}

function zoneOffsetMs(ms: EpochMs, timeZone: string): number {
  const at = Math.floor(ms / 1_000) * 1_000;
  const part = new Map<string, number>();
  for (const { type, value } of formatFor(timeZone).formatToParts(at)) part.set(type, Number(value));
  const local = Date.UTC(
    part.get('year') ?? 1970,
    (part.get('month') ?? 1) - 1,
    part.get('day') ?? 1,
    part.get('hour') ?? 0,
    part.get('minute') ?? 0,
    part.get('second') ?? 0,
  );
  return local - at;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = makeFormat(timeZone);
  formats.set(timeZone, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  const fields = {
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...fields, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...fields, timeZone: 'UTC' });
  }
}
