import { RRuleTemporal } from 'rrule-temporal';
import { Refusal } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';

/*
 * Which dates a booking recurs on, by RFC 5545 section 3.3.10. A recurrence decides dates; the hours are the
 * dayparts' business, so frequencies below a day and BYHOUR, BYMINUTE, BYSECOND are refused.
 */

/** A recurrence over local dates. The rule's first date (DTSTART) is the booking's. */
export interface Recurrence {
  /** Without the leading `RRULE:`. */
  readonly rrule: string;
  /** Local dates left out. */
  readonly exdates: readonly string[];
}

/** Longest text of a rule. */
export const MAX_RRULE_LENGTH = 300;
/** Longest stretch of dates that a rule is worked out over: ten years. */
export const MAX_RECURRING_DAYS = 3_660;
/** Most steps of either kind that working out a rule may take; ten years of days need 3,660. */
const MAX_STEPS = 50_000;

const FREQUENCIES = new Set(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']);
const TOO_FAST = new Set(['HOURLY', 'MINUTELY', 'SECONDLY']);
const WEEKDAY = /^(MO|TU|WE|TH|FR|SA|SU)$/;
const NTH_WEEKDAY = /^([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)$/;

/** Whether a comma-separated list holds whole numbers from 1 (or −most) to most only. */
const numbers =
  (most: number, negative: boolean) =>
  (value: string): boolean =>
    value.split(',').every((one) => {
      if (!/^[+-]?\d{1,3}$/.test(one)) return false;
      const n = Number(one);
      return n !== 0 && Math.abs(n) <= most && (n > 0 || negative);
    });
const whole = (most: number) => (value: string) =>
  /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= most;

const PARTS: Readonly<Record<string, (value: string) => boolean>> = {
  FREQ: (value) => FREQUENCIES.has(value),
  INTERVAL: whole(1_000),
  COUNT: whole(MAX_RECURRING_DAYS),
  UNTIL: (value) => untilDate(value) !== null,
  BYDAY: (value) => value.split(',').every((one) => NTH_WEEKDAY.test(one)),
  BYMONTHDAY: numbers(31, true),
  BYYEARDAY: numbers(366, true),
  BYWEEKNO: numbers(53, true),
  BYMONTH: numbers(12, false),
  BYSETPOS: numbers(366, true),
  WKST: (value) => WEEKDAY.test(value),
};

/**
 * The rule in capitals, without `RRULE:`, spaces or a trailing semicolon.
 * @throws Refusal booking.badRecurrence with a sentence on the part that is wrong.
 */
export function readRrule(text: string): string {
  const rule = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .replace(/;$/, '');
  if (rule.length > MAX_RRULE_LENGTH || /[\r\n]/.test(rule)) {
    throw bad({
      en: `A recurrence is one line of at most ${MAX_RRULE_LENGTH} characters.`,
      zh: `重复规则须为一行，最多 ${MAX_RRULE_LENGTH} 个字符。`,
    });
  }
  const parts = new Map<string, string>();
  for (const part of rule.split(';')) {
    const [, name, value] = /^([A-Z-]+)=(.+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined) {
      throw bad({
        en: `“${part.slice(0, 40)}” is not a part of a recurrence; one is written NAME=value.`,
        zh: `“${part.slice(0, 40)}”不是重复规则的组成部分，应写作 NAME=value。`,
      });
    }
    if (name === 'FREQ' && TOO_FAST.has(value)) {
      throw bad({
        en:
          `FREQ=${value} is finer than a day. A recurrence decides the dates; how often within a day is the ` +
          'rate, and at which hours the dayparts. Use DAILY, WEEKLY, MONTHLY or YEARLY.',
        zh:
          `FREQ=${value} 细于一天。重复规则决定日期，一天内的次数由频次决定，钟点由时段决定。` +
          '请使用 DAILY、WEEKLY、MONTHLY 或 YEARLY。',
      });
    }
    if (name === 'BYHOUR' || name === 'BYMINUTE' || name === 'BYSECOND') {
      throw bad({
        en: `${name} has no place here: a recurrence decides the dates, the dayparts decide the hours.`,
        zh: `这里不能用 ${name}：重复规则决定日期，时段决定钟点。`,
      });
    }
    const fits = PARTS[name];
    if (!fits || !Object.hasOwn(PARTS, name))
      throw bad({ en: `${name} is not a part that RFC 5545 knows.`, zh: `RFC 5545 中没有 ${name} 这一项。` });
    if (parts.has(name)) throw bad({ en: `${name} is given twice.`, zh: `${name} 出现了两次。` });
    if (!fits(value))
      throw bad({
        en: `${name}=${value.slice(0, 40)} is out of range.`,
        zh: `${name}=${value.slice(0, 40)} 超出允许范围。`,
      });
    parts.set(name, value);
  }
  checkTogether(parts);
  return [...parts].map(([name, value]) => `${name}=${value}`).join(';');
}

function checkTogether(parts: ReadonlyMap<string, string>): void {
  const freq = parts.get('FREQ');
  if (freq === undefined)
    throw bad({
      en: 'A recurrence needs FREQ: DAILY, WEEKLY, MONTHLY or YEARLY.',
      zh: '重复规则须有 FREQ：DAILY、WEEKLY、MONTHLY 或 YEARLY。',
    });
  if (parts.has('COUNT') && parts.has('UNTIL'))
    throw bad({ en: 'Give COUNT or UNTIL, not both.', zh: 'COUNT 和 UNTIL 只能填一个。' });
  if (parts.has('BYWEEKNO') && freq !== 'YEARLY')
    throw bad({ en: 'BYWEEKNO goes with FREQ=YEARLY only.', zh: 'BYWEEKNO 只能与 FREQ=YEARLY 同用。' });
  if (parts.has('BYYEARDAY') && freq !== 'YEARLY')
    throw bad({ en: 'BYYEARDAY goes with FREQ=YEARLY only.', zh: 'BYYEARDAY 只能与 FREQ=YEARLY 同用。' });
  if (parts.has('BYMONTHDAY') && freq === 'WEEKLY')
    throw bad({ en: 'BYMONTHDAY does not go with FREQ=WEEKLY.', zh: 'BYMONTHDAY 不能与 FREQ=WEEKLY 同用。' });
  const counted =
    parts
      .get('BYDAY')
      ?.split(',')
      .some((day) => day.length > 2) ?? false;
  if (counted && (freq === 'DAILY' || freq === 'WEEKLY' || parts.has('BYWEEKNO'))) {
    throw bad({
      en: 'A counted weekday such as 2TU goes with FREQ=MONTHLY or YEARLY only, and not with BYWEEKNO.',
      zh: '2TU 这样的第几个星期几只能与 FREQ=MONTHLY 或 YEARLY 同用，且不能与 BYWEEKNO 同用。',
    });
  }
  if (parts.has('BYSETPOS') && ![...parts.keys()].some((name) => /^BY(?!SETPOS)/.test(name))) {
    throw bad({
      en: 'BYSETPOS needs another BY… part to choose from.',
      zh: 'BYSETPOS 须与另一个 BY… 项同用。',
    });
  }
}

/**
 * The dates from `fromDate` to `toDate`, both included, on which the recurrence falls; sorted. `fromDate` is
 * its DTSTART: INTERVAL and COUNT count from there, and it is itself a date only when the rule says so.
 * Bounded: at most 50,000 steps.
 * @throws Refusal booking.badRecurrence when the rule is unreadable or takes more steps, or the stretch is
 * longer than ten years.
 */
export function recurringDates(recurrence: Recurrence, fromDate: string, toDate: string): string[] {
  const rule = readRrule(recurrence.rrule);
  if (Temporal.PlainDate.from(fromDate).until(toDate, { largestUnit: 'days' }).days > MAX_RECURRING_DAYS) {
    throw bad({
      en: 'A booking with a recurrence spans at most ten years.',
      zh: '带重复规则的排期最长十年。',
    });
  }
  // The last instant of the UNTIL date, since the rule is worked out on dates alone, at midnight UTC.
  const utc = rule.replace(/UNTIL=([0-9TZ]+)/, (_, until: string) => `UNTIL=${untilDate(until)}T235959Z`);
  const out = new Set(recurrence.exdates);
  try {
    const dates = new RRuleTemporal({
      rruleString: `DTSTART:${fromDate.replaceAll('-', '')}T000000Z\nRRULE:${utc}`,
      strict: true,
      maxIterations: MAX_STEPS,
      maxCandidateEvaluations: MAX_STEPS,
    }).between(new Date(`${fromDate}T00:00:00Z`), new Date(`${toDate}T00:00:00Z`), true);
    return dates.map((at) => at.toString().slice(0, 10)).filter((date) => !out.has(date));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    throw bad({ en: `The recurrence cannot be worked out: ${why}.`, zh: `重复规则无法推算：${why}。` });
  }
}

/** The date of an UNTIL as YYYYMMDD, or null for one that does not exist. A time of day is left aside. */
function untilDate(value: string): string | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)(?:T\d{6}Z?)?$/.exec(value) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  try {
    Temporal.PlainDate.from(`${year}-${month}-${day}`);
    return `${year}${month}${day}`;
  } catch {
    return null;
  }
}

function bad(message: Sentence): Refusal {
  return new Refusal('booking.badRecurrence', message, [{ where: 'rrule', message }]);
}
