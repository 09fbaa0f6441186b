import type { BookingForm } from '../booking-form-state.ts';
import { type DayPattern, patternOf, runsOf, splitDayparts } from '../day-pattern.ts';
import type { Format } from '../format.ts';
import type { Language } from '../language.ts';
import type { dayWords } from '../words/day-words.ts';

type Words = (typeof dayWords)[Language];

/** So many stretches of left-out dates are named; more are counted. */
const MOST_NAMED = 4;

/** The days of a booking in one sentence. */
export function daysInWords(
  {
    fromDate,
    toDate,
    rrule,
    exdates,
    dayparts,
  }: Pick<BookingForm, 'fromDate' | 'toDate' | 'rrule' | 'exdates' | 'dayparts'>,
  words: Words,
  format: Pick<Format, 'language' | 'number' | 'date'>,
): string {
  const list = (names: readonly string[]) =>
    new Intl.ListFormat(format.language === 'zh' ? 'zh-CN' : 'en-GB').format(names);
  const pattern = patternOf(rrule);
  const { on } = splitDayparts(dayparts);
  const isWorkdays = pattern.kind === 'everyDay' && on === 'workdays';
  const days = isWorkdays ? words.says.workdays : patternInWords(pattern, words, format, list);
  const but = isWorkdays || on === 'everyDay' ? '' : words.but[on];
  const runs = runsOf(exdates);
  const named = runs
    .slice(0, MOST_NAMED)
    .map(({ from, to }) =>
      from === to ? format.date(from) : words.span(format.date(from), format.date(to)),
    );
  const more = runs.length > MOST_NAMED ? [words.andMore(format.number(runs.length))] : [];
  const except = runs.length === 0 ? '' : words.except(list([...named, ...more]));
  return words.full(words.span(format.date(fromDate), format.date(toDate)), `${days}${but}${except}`);
}

function patternInWords(
  pattern: DayPattern,
  { says, weekdays, nths, lastDay }: Words,
  format: Pick<Format, 'language' | 'number' | 'date'>,
  list: (names: readonly string[]) => string,
): string {
  const named = (days: readonly number[]) => list(days.map((day) => weekdays[day - 1] ?? ''));
  switch (pattern.kind) {
    case 'everyDay':
      return says.everyDay;
    case 'everyDays':
      return says.everyDays(format.number(pattern.every));
    case 'weekdays':
      return pattern.every === 1
        ? says.weekdays(named(pattern.days))
        : says.everyWeeks(format.number(pattern.every), named(pattern.days));
    case 'monthDays':
      return says.monthDays(
        list(pattern.days.map((day) => (day < 0 ? lastDay : says.monthDay(format.number(day))))),
      );
    case 'nthWeekday':
      return says.nthWeekday(nths[pattern.nth] ?? '', weekdays[pattern.day - 1] ?? '');
    case 'rule':
      return says.rule(pattern.rrule);
  }
}
