import { DAY_MINUTES } from '../../base/local-time.ts';
import { readHours } from '../../endpoints/opening-hours.ts';
import type { Language } from '../language.ts';
import type { endpointWords } from '../words/endpoint-words.ts';
import { WEEKDAY_NAMES } from '../words/weekday-names.ts';

/**
 * Hours of the week as people say them: `周一至周五 07:00–22:00；周六 08:00–次日 02:00`. What cannot be read stays as it is
 * written; an empty text stays empty.
 */
export function hoursInWords(
  text: string,
  words: (typeof endpointWords)[Language]['hourWords'],
  language: Language,
): string {
  const reading = readHours(text);
  if (!reading.ok) return text;
  const names = WEEKDAY_NAMES[language];
  const byDays = new Map<string, string[]>();
  for (const { days, fromMinute, toMinute } of reading.windows) {
    const label = daysOf(days, names, words);
    byDays.set(label, [...(byDays.get(label) ?? []), timesOf(fromMinute, toMinute, words)]);
  }
  return [...byDays].map(([days, times]) => `${days} ${times.join(words.and)}`).join(words.between);
}

function daysOf(
  days: readonly number[],
  names: readonly string[],
  words: (typeof endpointWords)[Language]['hourWords'],
): string {
  if (days.length === names.length) return words.everyDay;
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const name = (day: number | undefined) => names[(day ?? 1) - 1] ?? '';
  return runs
    .map((run) => (run.length > 2 ? words.to(name(run[0]), name(run.at(-1))) : run.map(name).join(words.and)))
    .join(words.and);
}

function timesOf(from: number, to: number, words: (typeof endpointWords)[Language]['hourWords']): string {
  const end = to > from ? to : to + DAY_MINUTES;
  if (end - from === DAY_MINUTES && from === 0) return words.allDay;
  return `${clock(from)}–${end > DAY_MINUTES ? words.nextDay(clock(end - DAY_MINUTES)) : clock(end)}`;
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
