import {
  dateAfter,
  dayStartsAt,
  hoursOfDay,
  joinWindows,
  localDateOf,
  type WeeklyWindow,
  windowsInHour,
} from '../base/local-time.ts';
import { DAY_MS, type EpochMs, MINUTE_MS, type Ms, type Window } from '../base/units.ts';

/** How long before opening and after closing a play may start: clocks differ, and a last spot runs out. */
export const OPENING_TOLERANCE_MS: Ms = 5 * MINUTE_MS;
const MOST_DAYS = 1_000;

/** What the local time of an endpoint says of an instant. Days are computed once and then remembered. */
export interface Place {
  /** The local date, as days since 1970-01-01. */
  dayOf(at: EpochMs): number;
  /** Whether it is open then, or nearly; an endpoint without opening hours counts as always open. */
  isOpen(at: EpochMs): boolean;
}

interface LocalDay extends Window {
  readonly day: number;
  readonly open: readonly Window[];
}

/** The place in an IANA zone with weekly opening hours. */
export function placeOf(timeZone: string, openingHours: readonly WeeklyWindow[]): Place {
  const known = new Map<number, LocalDay>();
  let last = load(0);

  function load(at: EpochMs): LocalDay {
    const date = localDateOf(at, timeZone);
    const day = Date.parse(date) / DAY_MS;
    const found = known.get(day);
    if (found) return found;
    const fromMs = dayStartsAt(date, timeZone);
    const open = hoursOfDay(date, timeZone).flatMap((hour) =>
      windowsInHour(hour, openingHours).map((part) => ({
        fromMs: hour.startsAt + part.fromMs,
        toMs: hour.startsAt + part.toMs,
      })),
    );
    const local = { day, fromMs, toMs: dayStartsAt(dateAfter(date, 1), timeZone), open: joinWindows(open) };
    if (known.size >= MOST_DAYS) known.clear();
    known.set(day, local);
    return local;
  }

  function localDayOf(at: EpochMs): LocalDay {
    if (at < last.fromMs || at >= last.toMs) last = load(at);
    return last;
  }

  const isOpenAt = (at: EpochMs): boolean =>
    localDayOf(at).open.some(({ fromMs, toMs }) => fromMs <= at && at < toMs);
  return {
    dayOf: (at) => localDayOf(at).day,
    isOpen: (at) =>
      openingHours.length === 0 ||
      isOpenAt(at) ||
      isOpenAt(at - OPENING_TOLERANCE_MS) ||
      isOpenAt(at + OPENING_TOLERANCE_MS),
  };
}
