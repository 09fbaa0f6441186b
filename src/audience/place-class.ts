import type { WeeklyWindow } from '../base/local-time.ts';
import type { Notice } from './notice.ts';

/** What is assumed of a class of places, until somebody counts. */
export interface PlaceClass {
  readonly en: string;
  readonly zh: string;
  /** The venue id of OpenOOH's taxonomy 1.2.1 that fits best; null where none was found to fit. */
  readonly openOohId: number | null;
  readonly notice: Notice;
  readonly visitsPerWeek: number;
  /** How the day goes on weekdays and on weekends: 24 weights each, of which only the proportions count. */
  readonly workday: readonly number[];
  readonly weekend: readonly number[];
  /** On what the assumption rests, in one sentence. */
  readonly source: string;
}

const ASSUMED = 'Assumption of Beacon Tower, by judgement; no count or survey stands behind it.';

/** Hours 0 to 23. Two peaks, morning and evening: people on their way to work and home. */
const COMMUTE = [1, 1, 1, 1, 1, 2, 5, 10, 10, 6, 5, 6, 7, 6, 5, 5, 6, 9, 10, 8, 6, 4, 2, 1];
/** One broad hump, highest in the evening: people out for themselves. */
const LEISURE = [1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 7, 8, 8, 7, 7, 7, 7, 8, 10, 10, 9, 6, 3, 1];
/** Within working hours. */
const OFFICE = [0, 0, 0, 0, 0, 0, 1, 4, 10, 9, 8, 7, 5, 6, 8, 8, 8, 6, 2, 1, 1, 0, 0, 0];
/** Leaving in the morning, coming home in the evening. */
const HOME = [1, 0, 0, 0, 0, 1, 4, 9, 8, 5, 4, 6, 6, 4, 3, 4, 5, 8, 10, 9, 7, 5, 3, 1];
/** Up with the sun, quiet after dark. */
const VILLAGE = [0, 0, 0, 0, 1, 3, 8, 9, 7, 6, 6, 8, 8, 5, 5, 6, 7, 9, 9, 7, 4, 2, 1, 0];

const street: Notice = { low: 0.1, best: 0.2, high: 0.4 };
const open: Notice = { low: 0.15, best: 0.3, high: 0.5 };
const inside: Notice = { low: 0.2, best: 0.4, high: 0.6 };
const waiting: Notice = { low: 0.4, best: 0.6, high: 0.8 };
const sound: Notice = { low: 0.4, best: 0.6, high: 0.8 };

const place = (
  names: readonly [en: string, zh: string],
  openOohId: number | null,
  notice: Notice,
  visitsPerWeek: number,
  workday: readonly number[],
  weekend: readonly number[],
): PlaceClass => ({
  en: names[0],
  zh: names[1],
  openOohId,
  notice,
  visitsPerWeek,
  workday,
  weekend,
  source: ASSUMED,
});

/** Classes of places by the word that an endpoint's `placeClass` holds. */
export const PLACE_CLASSES: ReadonlyMap<string, PlaceClass> = new Map(
  Object.entries({
    plaza: place(['Public square', '广场'], 302, open, 3, LEISURE, LEISURE),
    'arterial-road': place(['Arterial road', '主干道'], 301, street, 6, COMMUTE, LEISURE),
    mall: place(['Shopping mall', '商场'], null, inside, 1.5, LEISURE, LEISURE),
    market: place(['Market', '市场'], null, inside, 3, VILLAGE, VILLAGE),
    transit: place(['Bus stop or station', '公交站'], 303, waiting, 6, COMMUTE, LEISURE),
    lift: place(['Lift of a residential building', '住宅电梯'], 110102, waiting, 14, HOME, HOME),
    'office-lift': place(['Lift of an office building', '写字楼电梯'], 70101, waiting, 14, OFFICE, OFFICE),
    lobby: place(['Lobby of an office or service hall', '办事大厅'], 70102, waiting, 4, OFFICE, OFFICE),
    hospital: place(['Hospital', '医院'], null, waiting, 1.5, OFFICE, OFFICE),
    residential: place(['Residential building', '住宅楼'], 1101, waiting, 12, HOME, HOME),
    village: place(['Village', '村屯'], null, sound, 14, VILLAGE, VILLAGE),
    woodland: place(['Woodland and fields', '林区田间'], null, sound, 3, VILLAGE, VILLAGE),
  }),
);

/** The hours of the week, Monday 0:00 first. */
export const HOURS_OF_WEEK = 168;

/**
 * Spreads an average of an open hour over the hours of the week as a class of place has it. The open hours
 * keep their average; outside them nobody is counted. An endpoint that is never open gets zeros.
 */
export function profileOf(
  placeClass: Pick<PlaceClass, 'workday' | 'weekend'>,
  averagePerOpenHour: number,
  openingHours: readonly WeeklyWindow[],
): number[] {
  const open = openShares(openingHours);
  const weights = open.map((share, at) => {
    const day = at < 5 * 24 ? placeClass.workday : placeClass.weekend;
    return share * (day[at % 24] ?? 0);
  });
  const openHours = open.reduce((sum, share) => sum + share, 0);
  const weight = weights.reduce((sum, one) => sum + one, 0);
  if (weight === 0) return open.map((share) => Math.round(share > 0 ? averagePerOpenHour : 0));
  // People come per hour of the clock: an hour that is half open has the flow of that hour, shown to half of it.
  const flow = (averagePerOpenHour * openHours) / weight;
  return open.map((share, at) => {
    const day = at < 5 * 24 ? placeClass.workday : placeClass.weekend;
    return share > 0 ? Math.round(flow * (day[at % 24] ?? 0)) : 0;
  });
}

/** The open share of each hour of the week, 0 to 1. No windows: always open. */
export function openShares(openingHours: readonly WeeklyWindow[]): number[] {
  if (openingHours.length === 0) return Array.from({ length: HOURS_OF_WEEK }, () => 1);
  const minutes = new Uint8Array(HOURS_OF_WEEK * 60);
  for (const { days, fromMinute, toMinute } of openingHours) {
    const end = toMinute <= fromMinute ? toMinute + 1_440 : toMinute;
    for (const day of days)
      for (let minute = fromMinute; minute < end; minute++)
        minutes[((day - 1) * 1_440 + minute) % minutes.length] = 1;
  }
  return Array.from({ length: HOURS_OF_WEEK }, (_, hour) => {
    const part = minutes.subarray(hour * 60, hour * 60 + 60);
    return part.reduce((sum, one) => sum + one, 0) / 60;
  });
}
