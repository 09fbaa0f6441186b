import { type Language, useLanguage } from './language.ts';

/** Numbers, times and lengths of time as people of a language write them. */
export interface Format {
  readonly language: Language;
  number(value: number): string;
  /** Names one after the other: `甲、乙` / `a, b`. */
  list(names: readonly string[]): string;
  /** `share`: 0 to 1; rounded downwards, so that 100 % means all. */
  percent(share: number | null): string;
  /** Date and time to the minute with the zone's short name; the browser's zone unless one is given. */
  dateTime(at: string | number, zone?: string): string;
  /** Time to the second, with the zone's short name when one is given. */
  time(at: string | number, zone?: string): string;
  /** HH:MM in a zone that is told elsewhere. */
  clock(at: string | number, zone: string): string;
  /** A calendar date YYYY-MM-DD in words. */
  date(date: string): string;
  /** 1:05 or 1:02:05. Units: milliseconds. */
  length(ms: number): string;
  /** How long something has lasted, in its two largest units from minutes to days: `3 天 4 小时`. Units: milliseconds. */
  span(ms: number): string;
  /** `3 分钟前` / `3 min ago`. */
  since(at: string | number, now: number): string;
  bytes(bytes: number): string;
  /** In millions of bytes with one decimal, for speeds. */
  megabytes(bytes: number): string;
}

const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;

/** A moment with its zone behind it: Chinese puts the zone between date and time, where nobody looks for it. */
function zoneLast(at: string | number, locale: string, options: Intl.DateTimeFormatOptions): string {
  const parts = new Intl.DateTimeFormat(locale, options).formatToParts(new Date(at));
  const zone = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const rest = parts
    .filter(({ type }) => type !== 'timeZoneName')
    .map(({ value }) => value)
    .join('');
  return `${rest.replaceAll(/\s+/g, ' ').trim()} ${zone}`.trim();
}

function formatOf(language: Language): Format {
  const locale = LOCALES[language];
  const numbers = new Intl.NumberFormat(locale);
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  return {
    language,
    number: (value) => numbers.format(value),
    list: (names) => names.join(language === 'zh' ? '、' : ', '),
    percent: (share) =>
      share === null
        ? '—'
        : `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(Math.floor(share * 1_000) / 10)}%`,
    dateTime: (at, zone) =>
      zoneLast(at, locale, {
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
        ...(zone !== undefined && { timeZone: zone }),
      }),
    time: (at, zone) =>
      zoneLast(at, locale, {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
        ...(zone !== undefined && { timeZone: zone, timeZoneName: 'short' }),
      }),
    clock: (at, zone) =>
      new Intl.DateTimeFormat(locale, {
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZone: zone,
      }).format(new Date(at)),
    date: (date) => dates.format(new Date(`${date}T00:00:00Z`)),
    length: (ms) => {
      const seconds = Math.round(ms / 1_000);
      const two = (value: number) => String(value).padStart(2, '0');
      const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
      return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
    },
    span: (ms) => {
      const minutes = Math.floor(ms / 60_000);
      const part = (value: number, unit: 'minute' | 'hour' | 'day') =>
        new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
      if (minutes < 60) return part(minutes, 'minute');
      if (minutes < 1_440) return `${part(Math.floor(minutes / 60), 'hour')} ${part(minutes % 60, 'minute')}`;
      return `${part(Math.floor(minutes / 1_440), 'day')} ${part(Math.floor(minutes / 60) % 24, 'hour')}`;
    },
    since: (at, now) => {
      const seconds = Math.max(0, Math.round((now - new Date(at).getTime()) / 1_000));
      if (seconds < 60) return relative.format(-seconds, 'second');
      if (seconds < 3_600) return relative.format(-Math.floor(seconds / 60), 'minute');
      if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3_600), 'hour');
      return relative.format(-Math.floor(seconds / 86_400), 'day');
    },
    bytes: (bytes) => {
      const units = ['B', 'KB', 'MB', 'GB', 'TB'];
      let value = bytes;
      let unit = 0;
      while (value >= 1_000 && unit < units.length - 1) {
        value /= 1_000;
        unit += 1;
      }
      return `${new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 }).format(value)} ${units[unit]}`;
    },
    megabytes: (bytes) =>
      `${new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(bytes / 1_000_000)} MB`,
  };
}

const FORMATS = { zh: formatOf('zh'), en: formatOf('en') } as const;

/** The format of the language that is shown. */
export function useFormat(): Format {
  return FORMATS[useLanguage()];
}
