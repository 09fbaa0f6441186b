import { z } from '@hono/zod-openapi';
import { HolidayUtil, Lunar } from 'lunar-typescript';
import type { DayClass } from '../base/local-time.ts';
import { localDateSchema } from './wall-time.ts';

/** A date that is not what its weekday says: a public holiday, or a weekend day moved to be a workday. */
export const holidaySchema = z
  .object({
    date: localDateSchema,
    kind: z.enum(['holiday', 'workday']),
    nameZh: z.string().trim().min(1).max(100),
    nameEn: z.string().trim().min(1).max(100),
  })
  .openapi('Holiday');
/** See {@link holidaySchema}. */
export type Holiday = z.infer<typeof holidaySchema>;

/** First and last year of which the lunar calendar is asked. */
export const HOLIDAY_YEARS = { first: 2000, last: 2100 } as const;

const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  元旦节: ['元旦', 'New Year'],
  除夕: ['除夕', 'Spring Festival Eve'],
  春节: ['春节', 'Spring Festival'],
  清明节: ['清明节', 'Qingming Festival'],
  劳动节: ['劳动节', 'Labour Day'],
  端午节: ['端午节', 'Dragon Boat Festival'],
  中秋节: ['中秋节', 'Mid-Autumn Festival'],
  国庆节: ['国庆节', 'National Day'],
  国庆中秋: ['国庆节、中秋节', 'National Day and Mid-Autumn Festival'],
};

/**
 * The public holidays of a year: by the State Council's notice with its moved days where the library holds
 * it, else the thirteen statutory days of the regulation in force since 2025 (New Year 1, Spring Festival 4
 * from its eve, Qingming 1, Labour Day 2, Dragon Boat 1, Mid-Autumn 1, National Day 3). Lunar dates come
 * from lunar-typescript, never from ICU's Chinese calendar, which is a day late in 2027. Sorted by date.
 */
export function usualHolidays(year: number): Holiday[] {
  const told = HolidayUtil.getHolidays(year).filter((day) => day.getDay().startsWith(String(year)));
  if (told.length > 0) {
    return told
      .map((day) => {
        const [nameZh, nameEn] = NAMES[day.getName()] ?? [day.getName(), day.getName()];
        return day.isWork()
          ? {
              date: day.getDay(),
              kind: 'workday' as const,
              nameZh: `${nameZh}调休上班`,
              nameEn: `Workday moved for ${nameEn}`,
            }
          : { date: day.getDay(), kind: 'holiday' as const, nameZh, nameEn };
      })
      .sort((a, b) => a.date.localeCompare(b.date));
  }
  const after = (date: string, days: number) => Temporal.PlainDate.from(date).add({ days }).toString();
  const lunar = (month: number, day: number) => Lunar.fromYmd(year, month, day).getSolar().toYmd();
  const spring = lunar(1, 1);
  const qingming = Lunar.fromYmd(year, 3, 1).getJieQiTable().清明?.toYmd() ?? `${year}-04-05`;
  const days: readonly (readonly [string, string])[] = [
    [`${year}-01-01`, '元旦节'],
    [after(spring, -1), '除夕'],
    ...[0, 1, 2].map((ahead) => [after(spring, ahead), '春节'] as const),
    [qingming, '清明节'],
    [`${year}-05-01`, '劳动节'],
    [`${year}-05-02`, '劳动节'],
    [lunar(5, 5), '端午节'],
    [lunar(8, 15), '中秋节'],
    ...[1, 2, 3].map((day) => [`${year}-10-0${day}`, '国庆节'] as const),
  ];
  const byDate = new Map<string, Holiday>();
  for (const [date, name] of days) {
    const [nameZh, nameEn] = NAMES[name] ?? [name, name];
    if (!byDate.has(date)) byDate.set(date, { date, kind: 'holiday', nameZh, nameEn });
  }
  return [...byDate.values()].sort((a, b) => a.date.localeCompare(b.date));
}

/** What kind of day a date is. */
export interface HolidayCalendar {
  /**
   * Whether a date is of a class. `workdays`: Monday to Friday but no holidays, and the moved workdays.
   * `holidays`: the public holidays alone; an ordinary weekend is neither. `notHolidays`: all others.
   */
  isOf(date: string, dayClass: DayClass): boolean;
  /** The entry of a date, or null for an ordinary day. */
  entry(date: string): Holiday | null;
}

/** A calendar of stored entries; a year without any entry is taken from {@link usualHolidays}. */
export function holidayCalendar(stored: readonly Holiday[]): HolidayCalendar {
  const entries = new Map(stored.map((holiday) => [holiday.date, holiday]));
  const years = new Set(stored.map((holiday) => holiday.date.slice(0, 4)));
  const entry = (date: string): Holiday | null => {
    const year = date.slice(0, 4);
    if (!years.has(year)) {
      years.add(year);
      const inReach = Number(year) >= HOLIDAY_YEARS.first && Number(year) <= HOLIDAY_YEARS.last;
      for (const holiday of inReach ? usualHolidays(Number(year)) : []) entries.set(holiday.date, holiday);
    }
    return entries.get(date) ?? null;
  };
  return {
    entry,
    isOf(date, dayClass) {
      const found = entry(date);
      if (dayClass === 'holidays') return found?.kind === 'holiday';
      if (dayClass === 'notHolidays') return found?.kind !== 'holiday';
      if (found) return found.kind === 'workday';
      return Temporal.PlainDate.from(date).dayOfWeek <= 5;
    },
  };
}
