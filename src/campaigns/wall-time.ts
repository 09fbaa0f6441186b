import { z } from '@hono/zod-openapi';
import { otherwise } from '../base/issue-words.ts';
import { DAY_MINUTES, type DayClass, type WeeklyWindow } from '../base/local-time.ts';

const WALL_TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** A wall-clock time, `HH:MM` from 00:00 to 24:00. */
export const wallTimeSchema = z
  .string()
  .refine(
    (text) => WALL_TIME.test(text),
    otherwise({
      en: 'must be a time HH:MM from 00:00 to 24:00',
      zh: '必须是 00:00 到 24:00 之间的时刻（HH:MM）',
    }),
  )
  .openapi({ example: '07:00', pattern: WALL_TIME.source });

/** A calendar date, YYYY-MM-DD, that exists. */
export const localDateSchema = z.iso.date().openapi({ example: '2027-02-05' });

/** A daily window on some weekdays, as the API speaks of it. */
export const daypartSchema = z
  .object({
    days: z.array(z.int().min(1).max(7)).min(1).max(7).default([1, 2, 3, 4, 5, 6, 7]).openapi({
      description: '1 Monday … 7 Sunday; a window over midnight belongs to the day it starts on',
    }),
    from: wallTimeSchema,
    to: wallTimeSchema.openapi({ description: 'Not included. At or before `from`: runs over midnight.' }),
    on: z
      .enum(['everyDay', 'workdays', 'holidays', 'notHolidays'])
      .optional()
      .openapi({
        description:
          'Confines it further by the holiday calendar; moved workdays are workdays, an ordinary weekend is ' +
          'neither a workday nor a holiday. `everyDay` when absent. Both `days` and `on` must hold.',
      }),
  })
  .refine(
    (part) => part.from !== part.to,
    otherwise({ en: 'a window that ends when it starts is empty', zh: '时段的起止时间不能相同' }),
  );
/** See {@link daypartSchema}. */
export type Daypart = z.infer<typeof daypartSchema>;

/** Minutes since midnight of an `HH:MM`. */
export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** `HH:MM` of minutes since midnight; 24:00 stays 24:00. */
export function wallTimeOf(minute: number): string {
  const inDay = minute > DAY_MINUTES ? minute - DAY_MINUTES : minute;
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
}

/** A daypart as stored and compiled. */
export interface StoredDaypart extends WeeklyWindow {
  /** Absent: every day. */
  readonly on?: DayClass;
}

/** The stored form of a daypart. */
export function weeklyWindowOf(part: Daypart): StoredDaypart {
  return {
    days: [...new Set(part.days)].sort(),
    fromMinute: minuteOf(part.from),
    toMinute: minuteOf(part.to),
    ...(part.on !== undefined && part.on !== 'everyDay' && { on: part.on }),
  };
}

/** The spoken form of a stored window. */
export function daypartOf(window: StoredDaypart): Daypart {
  return {
    days: [...window.days],
    from: wallTimeOf(window.fromMinute),
    to: wallTimeOf(window.toMinute),
    ...(window.on !== undefined && { on: window.on }),
  };
}
