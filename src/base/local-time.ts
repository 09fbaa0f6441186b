import { type EpochMs, HOUR_MS, MINUTE_MS, type Ms, type Window } from './units.ts';

/*
 * The only file that knows zones. Everything else works on local hours, which are already settled:
 * a day of 23 or 25 hours simply has that many of them.
 */

/** Minutes in a wall-clock day. */
export const DAY_MINUTES = 1_440;

/** A daily window on some weekdays. `days`: 1 Monday … 7 Sunday. `toMinute` ≤ `fromMinute` runs over midnight. */
export interface WeeklyWindow {
  readonly days: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Kinds of days that a window may be confined to: as the holiday calendar says, moved workdays included. */
export type DayClass = 'workdays' | 'holidays' | 'notHolidays';

/** One hour of the wall clock at a place, or the part of it that a change of offset leaves. */
export interface LocalHour {
  readonly startsAt: EpochMs;
  /** 3,600,000 except beside a change of offset. */
  readonly lengthMs: Ms;
  /** Local date, YYYY-MM-DD. */
  readonly date: string;
  /** 1 Monday … 7 Sunday. */
  readonly weekday: number;
  /** Wall-clock minute of the day at which it starts. */
  readonly fromMinute: number;
}

/** Whether `zone` names an IANA time zone. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]+(\/[A-Za-z0-9_+-]+)*$/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The local date, YYYY-MM-DD, at an instant. */
export function localDateOf(at: EpochMs, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The local date `days` after `date`. */
export function dateAfter(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The first instant of a local date. */
export function dayStartsAt(date: string, zone: string): EpochMs {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
}

/** A local date with its instants, from its first to the next date's first. */
export interface LocalDay {
  readonly date: string;
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
}

/** The local day at an instant. */
export function localDayAt(at: EpochMs, zone: string): LocalDay {
  const date = localDateOf(at, zone);
  return { date, startsAt: dayStartsAt(date, zone), endsAt: dayStartsAt(dateAfter(date, 1), zone) };
}

/** The local date and wall time at an instant, as `2027-02-05 19:00`. */
export function wallClockOf(at: EpochMs, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

/** The hours of one local date, in order, without gaps from its first instant to the next date's. */
export function hoursOfDay(date: string, zone: string): LocalHour[] {
  const weekday = Temporal.PlainDate.from(date).dayOfWeek;
  const end = dayStartsAt(dateAfter(date, 1), zone);
  const hours: LocalHour[] = [];
  let at = dayStartsAt(date, zone);
  while (at < end) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    const intoHour = local.minute * MINUTE_MS + local.second * 1_000 + local.millisecond;
    const change = local.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
    const next = Math.min(at + HOUR_MS - intoHour, change, end);
    hours.push({
      startsAt: at,
      lengthMs: next - at,
      date,
      weekday,
      fromMinute: local.hour * 60 + local.minute,
    });
    at = next;
  }
  return hours;
}

/**
 * The parts of a local hour that lie inside any of the weekly windows, from the hour's start.
 * Sorted and disjoint; touching parts are joined.
 */
export function windowsInHour(hour: LocalHour, weekly: readonly WeeklyWindow[]): Window[] {
  const yesterday = hour.weekday === 1 ? 7 : hour.weekday - 1;
  return windowsStarting(hour, weekly, (window, day) =>
    window.days.includes(day === 'today' ? hour.weekday : yesterday),
  );
}

/**
 * As {@link windowsInHour}, but `starts` says whether a window starts on the hour's date or, asked only of
 * windows over midnight, on the date before.
 */
export function windowsStarting<W extends WeeklyWindow>(
  hour: LocalHour,
  weekly: readonly W[],
  starts: (window: W, day: 'today' | 'yesterday') => boolean,
): Window[] {
  const found: Window[] = [];
  const add = (fromMinute: number, toMinute: number) => {
    const fromMs = Math.max(0, (fromMinute - hour.fromMinute) * MINUTE_MS);
    const toMs = Math.min(hour.lengthMs, (toMinute - hour.fromMinute) * MINUTE_MS);
    if (fromMs < toMs) found.push({ fromMs, toMs });
  };
  for (const window of weekly) {
    const overMidnight = window.toMinute <= window.fromMinute;
    const toMinute = overMidnight ? window.toMinute + DAY_MINUTES : window.toMinute;
    if (starts(window, 'today')) add(window.fromMinute, toMinute);
    if (toMinute > DAY_MINUTES && starts(window, 'yesterday')) {
      add(window.fromMinute - DAY_MINUTES, toMinute - DAY_MINUTES);
    }
  }
  return joinWindows(found);
}

/** Sorts windows and joins those that touch or overlap. */
export function joinWindows(windows: readonly Window[]): Window[] {
  const joined: Window[] = [];
  for (const window of windows.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last && window.fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, window.toMs) };
    else joined.push(window);
  }
  return joined;
}

/** What two sets of sorted, disjoint windows have in common; sorted, disjoint. Linear. */
export function overlapOf(a: readonly Window[], b: readonly Window[]): Window[] {
  const common: Window[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const one = a[i];
    const other = b[j];
    if (one === undefined || other === undefined) break;
    const fromMs = Math.max(one.fromMs, other.fromMs);
    const toMs = Math.min(one.toMs, other.toMs);
    if (fromMs < toMs) common.push({ fromMs, toMs });
    if (one.toMs < other.toMs) i++;
    else j++;
  }
  return common;
}

/** What is left of sorted, disjoint `windows` without `holes`; sorted, disjoint. */
export function windowsWithout(windows: readonly Window[], holes: readonly Window[]): Window[] {
  let left = [...windows];
  for (const hole of holes) {
    left = left.flatMap((window) => [
      ...(window.fromMs < hole.fromMs
        ? [{ fromMs: window.fromMs, toMs: Math.min(window.toMs, hole.fromMs) }]
        : []),
      ...(window.toMs > hole.toMs ? [{ fromMs: Math.max(window.fromMs, hole.toMs), toMs: window.toMs }] : []),
    ]);
  }
  return left;
}
