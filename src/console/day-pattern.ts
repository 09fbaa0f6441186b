import type { Daypart } from '../campaigns/wall-time.ts';
import { datePlus } from './day.ts';

/* The days of a booking as people choose them, and the recurrence (RFC 5545) that says the same. */

/** On which days: a choice of the form, or a rule that it cannot show. Weekdays: 1 Monday … 7 Sunday. */
export type DayPattern =
  | { readonly kind: 'everyDay' }
  | { readonly kind: 'everyDays'; readonly every: number }
  | { readonly kind: 'weekdays'; readonly days: readonly number[]; readonly every: number }
  /** Days of the month; -1 is the last one. */
  | { readonly kind: 'monthDays'; readonly days: readonly number[] }
  /** The second Tuesday of a month; -1: the last one. */
  | { readonly kind: 'nthWeekday'; readonly nth: number; readonly day: number }
  | { readonly kind: 'rule'; readonly rrule: string };

const CODES: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** What a recurrence says, where the form can say it; null means every day. */
export function patternOf(rrule: string | null): DayPattern {
  if (rrule === null) return { kind: 'everyDay' };
  const parts = new Map(rrule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const shape = [...parts]
    .filter(([name, value]) => name !== 'INTERVAL' && !(name === 'WKST' && value === 'MO'))
    .map(([name]) => name)
    .toSorted()
    .join(' ');
  const every = Number(parts.get('INTERVAL') ?? 1);
  const freq = parts.get('FREQ');
  const listed = (name: string) => (parts.get(name) ?? '').split(',');
  if (freq === 'DAILY' && shape === 'FREQ')
    return every === 1 ? { kind: 'everyDay' } : { kind: 'everyDays', every };
  if (shape === 'BYDAY FREQ' && freq === 'WEEKLY') {
    const days = listed('BYDAY').map((code) => CODES.indexOf(code) + 1);
    return { kind: 'weekdays', days: days.toSorted(), every };
  }
  if (freq === 'MONTHLY' && every === 1 && shape === 'BYMONTHDAY FREQ') {
    const days = listed('BYMONTHDAY').map(Number);
    if (days.every((day) => day >= -1)) return { kind: 'monthDays', days: days.toSorted(byMonthDay) };
  }
  if (freq === 'MONTHLY' && every === 1 && shape === 'BYDAY FREQ') {
    const [, nth, code = ''] = /^([1-4]|-1)([A-Z]{2})$/.exec(parts.get('BYDAY') ?? '') ?? [];
    if (nth !== undefined) return { kind: 'nthWeekday', nth: Number(nth), day: CODES.indexOf(code) + 1 };
  }
  return { kind: 'rule', rrule };
}

/** The recurrence that says the same. */
export function rruleOf(pattern: DayPattern): string | null {
  switch (pattern.kind) {
    case 'everyDay':
      return null;
    case 'everyDays':
      return pattern.every === 1 ? null : `FREQ=DAILY;INTERVAL=${pattern.every}`;
    case 'weekdays': {
      const interval = pattern.every === 1 ? '' : `INTERVAL=${pattern.every};`;
      return `FREQ=WEEKLY;${interval}BYDAY=${pattern.days.map(codeOf).join(',')}`;
    }
    case 'monthDays':
      return `FREQ=MONTHLY;BYMONTHDAY=${pattern.days.join(',')}`;
    case 'nthWeekday':
      return `FREQ=MONTHLY;BYDAY=${pattern.nth}${codeOf(pattern.day)}`;
    case 'rule':
      return pattern.rrule;
  }
}

function codeOf(day: number): string {
  return CODES[day - 1] ?? 'MO';
}

/** Sorts days of the month, the last one (-1) after all others. */
function byMonthDay(a: number, b: number): number {
  return (a < 0 ? 32 : a) - (b < 0 ? 32 : b);
}

/** The list with a day put in or taken out; one day always stays. */
export function withDay(days: readonly number[], day: number): number[] {
  const next = days.includes(day) ? days.filter((one) => one !== day) : [...days, day];
  return (next.length === 0 ? [...days] : next).toSorted(byMonthDay);
}

/** What a booking makes of holidays; `mixed`: its hours differ. */
export type OnHolidays = NonNullable<Daypart['on']> | 'mixed';

const WHOLE_DAY = { days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' };

/** What the dayparts make of holidays, and the hours that they name; none: the whole open time. */
export function splitDayparts(dayparts: readonly Daypart[]): {
  readonly on: OnHolidays;
  readonly hours: readonly Daypart[];
} {
  const classes = new Set(dayparts.map((part) => part.on ?? 'everyDay'));
  const [on = 'everyDay'] = classes;
  const [only] = dayparts.length === 1 ? dayparts : [];
  const isWhole = only && only.from === '00:00' && only.to === '24:00' && only.days.length === 7;
  return { on: classes.size > 1 ? 'mixed' : on, hours: isWhole ? [] : dayparts };
}

/** The dayparts that say both; `mixed` leaves each window what it has. */
export function joinDayparts(hours: readonly Daypart[], on: OnHolidays): Daypart[] {
  if (on === 'mixed') return [...hours];
  if (hours.length > 0) return hours.map((part) => ({ ...part, on }));
  return on === 'everyDay' ? [] : [{ ...WHOLE_DAY, on }];
}

/** Dates in a row from the first to the last, both included; at most a year of them. */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let date = from; date <= to && dates.length < 366; date = datePlus(date, 1)) dates.push(date);
  return dates;
}

/** Sorted dates as runs of days without a gap. */
export function runsOf(dates: readonly string[]): { readonly from: string; readonly to: string }[] {
  const runs: { from: string; to: string }[] = [];
  for (const date of dates.toSorted()) {
    const last = runs.at(-1);
    if (last && datePlus(last.to, 1) === date) last.to = date;
    else runs.push({ from: date, to: date });
  }
  return runs;
}
