import { dateAfter } from '../base/local-time.ts';
import type { HolidayCalendar } from '../campaigns/holiday.ts';
import { type BookingFacts, bookedOn } from './eligible.ts';

/**
 * On how many local dates before `date` a booking was on the air, by its dates, recurrence and dayparts. Opening hours
 * of a place do not count, so that every place has the same.
 */
export function datesBefore(booking: BookingFacts, date: string, calendar: HolidayCalendar): number {
  let dates = 0;
  for (let day = booking.fromDate; day < date && day <= booking.toDate; day = dateAfter(day, 1)) {
    if (bookedOn(booking, day) && isPlayedOn(booking, day, calendar)) dates++;
  }
  return dates;
}

function isPlayedOn({ dayparts }: BookingFacts, date: string, calendar: HolidayCalendar): boolean {
  if (dayparts.length === 0) return true;
  const weekday = Temporal.PlainDate.from(date).dayOfWeek;
  return dayparts.some(
    ({ days, on }) => days.includes(weekday) && (on === undefined || calendar.isOf(date, on)),
  );
}
