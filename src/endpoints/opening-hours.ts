import { DAY_MINUTES, type WeeklyWindow } from '../base/local-time.ts';
import type { Sentence } from '../base/sentence.ts';

/** What a text of hours says, or the sentence that tells why it cannot be read. */
export type HoursReading =
  | { readonly ok: true; readonly windows: WeeklyWindow[] }
  | { readonly ok: false; readonly fault: Sentence };

const DAY_NAMES = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'] as const;
const EVERY_DAY: readonly number[] = [1, 2, 3, 4, 5, 6, 7];
const TIMES = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;

class Fault extends Error {
  readonly sentence: Sentence;

  constructor(sentence: Sentence) {
    super(sentence.en);
    this.sentence = sentence;
  }
}

/**
 * Reads hours such as `Mo-Fr 07:00-12:00,14:00-22:00;Sa 08:00-26:00`. Rules are joined by `;`. A rule that
 * names days replaces what earlier rules said of those days; one without days (`22:00-06:00`) adds to every
 * day. A window may pass midnight, written as `22:00-06:00` or `22:00-30:00`; `24:00` is the end of the day;
 * `24/7` is always. An empty text has no windows. Full-width punctuation is read like ASCII.
 * Shape: windows are grouped by equal days, times ascending; each lasts at most 24 hours.
 * @see The opening_hours format of OpenStreetMap, of which this is a small part.
 */
export function readHours(text: string): HoursReading {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[–—~〜至]/g, '-')
    .replaceAll('、', ',');
  const byDay = new Map<number, Set<string>>(EVERY_DAY.map((day) => [day, new Set<string>()]));
  try {
    for (const rule of plain.split(';')) {
      const trimmed = rule.trim();
      if (trimmed !== '') readRule(trimmed === '24/7' ? '00:00-24:00' : trimmed, byDay);
    }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.sentence };
    throw error;
  }
  return { ok: true, windows: groupByDays(byDay) };
}

/** Writes windows in the form that {@link readHours} reads; equal hours give equal text. */
export function writeHours(windows: readonly WeeklyWindow[]): string {
  const byDay = new Map<number, Set<string>>(EVERY_DAY.map((day) => [day, new Set<string>()]));
  for (const { days, fromMinute, toMinute } of windows) {
    for (const day of days) byDay.get(day)?.add(`${fromMinute} ${toMinute}`);
  }
  const rules = new Map<string, string[]>();
  for (const { days, fromMinute, toMinute } of groupByDays(byDay)) {
    const name = writeDays(days);
    const end = toMinute === fromMinute ? toMinute + DAY_MINUTES : toMinute;
    rules.set(name, [...(rules.get(name) ?? []), `${clock(fromMinute)}-${clock(end)}`]);
  }
  return [...rules].map(([days, times]) => `${days} ${times.join(',')}`).join(';');
}

function readRule(rule: string, byDay: Map<number, Set<string>>): void {
  const cut = rule.search(/\d/);
  if (cut < 0) {
    throw new Fault({
      en: `“${rule}” has no times; write for example Mo-Fr 08:00-18:00`,
      zh: `“${rule}”没有时间；例如写作 Mo-Fr 08:00-18:00 或 周一-周五 08:00-18:00`,
    });
  }
  const named = rule.slice(0, cut).trim();
  const windows = rule
    .slice(cut)
    .split(',')
    .map((times) => readTimes(times.trim()));
  for (const day of named === '' ? EVERY_DAY : readDays(named)) {
    if (named !== '') byDay.set(day, new Set());
    for (const window of windows) byDay.get(day)?.add(window);
  }
}

function readDays(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first, last, ...more] = part.split('-').map((name) => dayNumber(name.trim()));
    if (first === undefined || more.length > 0) {
      throw new Fault({ en: `“${part}” is not a day or a span of days`, zh: `“${part}”不是星期几或其区间` });
    }
    if (last === undefined) return [first];
    const length = ((last - first + 7) % 7) + 1;
    return Array.from({ length }, (_, i) => ((first - 1 + i) % 7) + 1);
  });
}

function dayNumber(name: string): number {
  const index = DAY_NAMES.findIndex((known) => known.toLowerCase() === name.toLowerCase());
  if (index >= 0) return index + 1;
  const chinese = /^(?:周|星期)([一二三四五六日天])$/.exec(name)?.[1];
  if (chinese) return chinese === '天' ? 7 : '一二三四五六日'.indexOf(chinese) + 1;
  throw new Fault({
    en: `“${name}” is not a day; days are Mo Tu We Th Fr Sa Su`,
    zh: `“${name}”不是星期几；请写 Mo Tu We Th Fr Sa Su 或 周一至周日`,
  });
}

function readTimes(text: string): string {
  const [, fromHour, fromPart, toHour, toPart] = TIMES.exec(text) ?? [];
  const fault = (en: string, zh: string) => new Fault({ en: `“${text}” ${en}`, zh: `“${text}”${zh}` });
  if (toPart === undefined)
    throw fault('is not a time span such as 08:00-18:00', '不是 08:00-18:00 这样的时段');
  if (Number(fromPart) > 59 || Number(toPart) > 59) throw fault('has minutes above 59', '的分钟数超过 59');
  const from = Number(fromHour) * 60 + Number(fromPart);
  const to = Number(toHour) * 60 + Number(toPart);
  if (from >= DAY_MINUTES) throw fault('starts after the day has ended', '的开始时间超过了当天 24:00');
  if (from === to)
    throw fault('lasts no time; the whole day is 00:00-24:00', '的起止时间相同；全天请写 00:00-24:00');
  if (to > from + DAY_MINUTES) throw fault('lasts longer than a day', '超过了一天');
  return `${from} ${to > DAY_MINUTES ? to - DAY_MINUTES : to}`;
}

/** Days whose lists of windows agree become one group, in the order of their first day. */
function groupByDays(byDay: ReadonlyMap<number, ReadonlySet<string>>): WeeklyWindow[] {
  const groups = new Map<string, { days: number[]; spans: [number, number][] }>();
  for (const day of EVERY_DAY) {
    const spans = [...(byDay.get(day) ?? [])]
      .map((span): [number, number] => [Number(span.split(' ')[0]), Number(span.split(' ')[1])])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    if (spans.length === 0) continue;
    const group = groups.get(spans.join(';')) ?? { days: [], spans };
    group.days.push(day);
    groups.set(spans.join(';'), group);
  }
  return [...groups.values()].flatMap(({ days, spans }) =>
    spans.map(([fromMinute, toMinute]) => ({ days, fromMinute, toMinute })),
  );
}

function writeDays(days: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  const name = (day: number) => DAY_NAMES[day - 1] ?? '';
  return runs.map(([from, to]) => (from === to ? name(from) : `${name(from)}-${name(to)}`)).join(',');
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
