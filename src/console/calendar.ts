import type { BookingDraft } from '../campaigns/booking.ts';
import type { Booking } from '../campaigns/campaign.ts';
import type { SPANS } from './choices.ts';
import { datePlus } from './day.ts';

/** What a calendar shows at once. */
type Span = (typeof SPANS)[number];

/** The local dates of the span that holds a date: weeks begin on Monday. */
export function datesOf(span: Span, date: string): string[] {
  if (span === 'day') return [date];
  const first = span === 'week' ? datePlus(date, -((weekdayOf(date) + 6) % 7)) : `${date.slice(0, 7)}-01`;
  const days = span === 'week' ? 7 : daysInMonth(first);
  return Array.from({ length: days }, (_, at) => datePlus(first, at));
}

/** A date in the span after (`by` 1) or before (-1) that of a date. */
export function stepped(span: Span, date: string, by: 1 | -1): string {
  const dates = datesOf(span, date);
  if (span === 'month')
    return by === 1 ? datePlus(dates[0] ?? date, dates.length) : datePlus(dates[0] ?? date, -1);
  return datePlus(date, by * dates.length);
}

/** Day of the week, 0 Sunday to 6 Saturday. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

function daysInMonth(first: string): number {
  const date = new Date(`${first}T00:00:00Z`);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** Dates of a booking, both included. */
export interface Dates {
  readonly fromDate: string;
  readonly toDate: string;
}

/** Where the dates lie among `dates`: first and last place, and whether they go on outside. Null: outside. */
export function barOf(
  { fromDate, toDate }: Dates,
  dates: readonly string[],
): {
  readonly first: number;
  readonly last: number;
  readonly goesBefore: boolean;
  readonly goesAfter: boolean;
} | null {
  const [start, end] = [dates[0], dates.at(-1)];
  if (start === undefined || end === undefined || toDate < start || fromDate > end) return null;
  const goesBefore = fromDate < start;
  const goesAfter = toDate > end;
  return {
    first: goesBefore ? 0 : dates.indexOf(fromDate),
    last: goesAfter ? dates.length - 1 : dates.indexOf(toDate),
    goesBefore,
    goesAfter,
  };
}

/** What is taken hold of: the whole bar or one of its ends. */
export type Grip = 'whole' | 'from' | 'to';

/** The dates after a grip was moved by whole days; an end stops at the other. */
export function draggedDates({ fromDate, toDate }: Dates, grip: Grip, days: number): Dates {
  const [from, to] = [datePlus(fromDate, days), datePlus(toDate, days)];
  if (grip === 'whole') return { fromDate: from, toDate: to };
  if (grip === 'from') return { fromDate: from > toDate ? toDate : from, toDate };
  return { fromDate, toDate: to < fromDate ? fromDate : to };
}

/** A stored booking as it is sent to be changed. */
export function draftOfBooking(booking: Booking): BookingDraft {
  const { campaignId, playlistId, name, endpoints, fromDate, toDate, dayparts, rrule, exdates } = booking;
  const { rate, maxPerHour, maxPerDay, tier } = booking;
  return {
    ...{ campaignId, playlistId, name, endpoints, fromDate, toDate, dayparts, rrule, exdates },
    ...{ rate, maxPerHour, maxPerDay, tier },
  };
}
