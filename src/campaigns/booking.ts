import { z } from '@hono/zod-openapi';
import { Refusal } from '../base/refusal.ts';
import { endpointKindSchema, idSchema } from '../contract/media-type.ts';
import type { HolidayCalendar } from './holiday.ts';
import { MAX_RECURRING_DAYS, MAX_RRULE_LENGTH, recurringDates } from './recurrence.ts';
import { daypartSchema, localDateSchema, type StoredDaypart, weeklyWindowOf } from './wall-time.ts';

/** Most plays an hour that a rate may ask: one every 15 seconds. */
export const MAX_PLAYS_PER_HOUR = 240;
/** Largest `share` weight. */
export const MAX_SHARE_WEIGHT = 10_000;

/**
 * What a booking asks. `perHour`: plays an hour at even distance. `everyMinutes` k: at least every k minutes,
 * which is ceil(60/k) plays an hour. `share`: a weight in the airtime that rates leave. `target`: what its
 * campaign still lacks of its target, spread over the open time that is left.
 */
export const rateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('perHour'), plays: z.int().min(1).max(MAX_PLAYS_PER_HOUR) }),
  z.object({ kind: z.literal('everyMinutes'), minutes: z.int().min(1).max(60) }),
  z.object({ kind: z.literal('share'), weight: z.int().min(1).max(MAX_SHARE_WEIGHT) }),
  z.object({ kind: z.literal('target') }),
]);
/** See {@link rateSchema}. */
export type Rate = z.infer<typeof rateSchema>;

/** Plays an hour of a rate that asks a fixed number of them, else null. */
export function playsPerHour(rate: Rate): number | null {
  if (rate.kind === 'perHour') return rate.plays;
  return rate.kind === 'everyMinutes' ? Math.ceil(60 / rate.minutes) : null;
}

/** A rate in the two columns that hold it. */
export function rateToStore(rate: Rate): { rateKind: Rate['kind']; rateValue: number } {
  if (rate.kind === 'target') return { rateKind: 'target', rateValue: 1 };
  if (rate.kind === 'perHour') return { rateKind: 'perHour', rateValue: rate.plays };
  if (rate.kind === 'share') return { rateKind: 'share', rateValue: rate.weight };
  return { rateKind: 'everyMinutes', rateValue: rate.minutes };
}

/** The rate of the two columns. */
export function rateOf(row: { readonly rateKind: Rate['kind']; readonly rateValue: number }): Rate {
  const { rateKind: kind, rateValue } = row;
  if (kind === 'target') return { kind };
  if (kind === 'perHour') return { kind, plays: rateValue };
  return kind === 'share' ? { kind, weight: rateValue } : { kind, minutes: rateValue };
}

/** Which endpoints: those that satisfy every given field; `{}` means all. */
export const endpointSelectionSchema = z.strictObject({
  endpointIds: z.array(idSchema).min(1).max(10_000).optional(),
  areaIds: z.array(idSchema).min(1).max(1_000).optional(),
  kinds: z.array(endpointKindSchema).min(1).optional(),
  tags: z.array(z.string().min(1).max(64)).min(1).max(100).optional(),
});
/** See {@link endpointSelectionSchema}. */
export type Selection = z.infer<typeof endpointSelectionSchema>;

/** A booking as staff write it. A misspelt field is refused: `endpoint` for `endpoints` would book all. */
export const bookingDraftSchema = z.strictObject({
  campaignId: idSchema,
  playlistId: idSchema,
  name: z.string().trim().min(1).max(200),
  endpoints: endpointSelectionSchema.default({}),
  fromDate: localDateSchema.openapi({ description: 'First local date at each endpoint' }),
  toDate: localDateSchema.openapi({
    description:
      'Last local date at each endpoint, included; a daypart over midnight that starts on it runs to its end',
  }),
  dayparts: z.array(daypartSchema).max(50).default([]).openapi({ description: 'Empty: the whole open time' }),
  rrule: z
    .string()
    .min(1)
    .max(MAX_RRULE_LENGTH)
    .nullable()
    .default(null)
    .openapi({
      description:
        'RFC 5545 recurrence over local dates, FREQ DAILY or coarser; `fromDate` is its DTSTART, and UNTIL counts ' +
        'by its date alone. Null: every date.',
      example: 'FREQ=MONTHLY;BYDAY=2TU',
    }),
  exdates: z.array(localDateSchema).max(3_660).default([]).openapi({ description: 'Local dates left out' }),
  rate: rateSchema,
  maxPerHour: z
    .int()
    .min(1)
    .max(MAX_PLAYS_PER_HOUR)
    .nullable()
    .default(null)
    .openapi({ description: 'Most plays at one endpoint in one local hour' }),
  maxPerDay: z
    .int()
    .min(1)
    .max(6_000)
    .nullable()
    .default(null)
    .openapi({ description: 'Most plays at one endpoint on one local date, spread evenly over it' }),
  tier: z
    .int()
    .min(0)
    .max(9)
    .default(0)
    .openapi({ description: 'Higher is served first when an hour is over-full' }),
});
/** See {@link bookingDraftSchema}. */
export type BookingDraft = z.infer<typeof bookingDraftSchema>;

/** When a booking is meant, as staff write it. */
export const bookingTimesSchema = bookingDraftSchema.pick({
  fromDate: true,
  toDate: true,
  dayparts: true,
  rrule: true,
  exdates: true,
});

/** When a booking is meant: dates, recurrence and dayparts. */
export interface BookingTimes {
  readonly fromDate: string;
  readonly toDate: string;
  readonly rrule: string | null;
  readonly exdates: readonly string[];
}

/**
 * The dates of a booking, if it leaves any of its stretch out; null when it means every date of it. A daypart
 * over midnight counts by the date on which it starts.
 * @throws Refusal booking.badRecurrence
 */
export function bookedDates(times: BookingTimes): ReadonlySet<string> | null {
  const { fromDate, toDate, rrule, exdates } = times;
  if (rrule === null && exdates.length === 0) return null;
  return new Set(recurringDates({ rrule: rrule ?? 'FREQ=DAILY', exdates }, fromDate, toDate));
}

/**
 * Refuses a booking whose recurrence and dayparts never meet within its dates. Looks at ten years at most.
 * @throws Refusal booking.badRecurrence, booking.contradictory
 */
export function checkBookingTimes(
  times: BookingTimes & { readonly dayparts: readonly StoredDaypart[] },
  calendar: HolidayCalendar,
): void {
  const { fromDate, toDate, dayparts } = times;
  const dates = bookedDates(times);
  if (dates?.size === 0) {
    throw new Refusal(
      'booking.contradictory',
      {
        en: `The recurrence never falls on a date from ${fromDate} to ${toDate}.`,
        zh: `从 ${fromDate} 到 ${toDate}，重复规则没有落在任何一天，请修改规则或日期。`,
      },
      [
        {
          where: 'rrule',
          message: { en: 'never fires within the dates of the booking', zh: '在排期的日期内从不发生' },
        },
      ],
    );
  }
  if (dayparts.length === 0) return;
  for (const _ of meantDates(times, calendar)) return;
  throw new Refusal(
    'booking.contradictory',
    {
      en: `None of the dayparts falls on a date of the booking (${fromDate} to ${toDate}).`,
      zh: `所选时段都不在排期的日期内（${fromDate} 至 ${toDate}），请修改时段或日期。`,
    },
    [
      {
        where: 'dayparts',
        message: {
          en: 'their weekdays, holidays or workdays never meet the dates',
          zh: '其星期、节假日或工作日与日期没有交集',
        },
      },
    ],
  );
}

/**
 * The local dates that a booking means, in order: by its recurrence, and by the weekdays and holidays of its
 * dayparts. Looks at ten years at most.
 * @throws Refusal booking.badRecurrence
 */
export function* meantDates(
  times: BookingTimes & { readonly dayparts: readonly StoredDaypart[] },
  calendar: HolidayCalendar,
): Generator<string> {
  const { fromDate, toDate, dayparts } = times;
  for (const date of bookedDates(times) ?? everyDate(fromDate, toDate)) {
    if (daypartsMean(dayparts, date, calendar)) yield date;
  }
}

/** Whether any of the dayparts means a date, by its weekday and the holidays; without dayparts every date. */
export function daypartsMean(
  dayparts: readonly StoredDaypart[],
  date: string,
  calendar: HolidayCalendar,
): boolean {
  if (dayparts.length === 0) return true;
  const weekday = Temporal.PlainDate.from(date).dayOfWeek;
  return dayparts.some(
    ({ days, on }) => days.includes(weekday) && (on === undefined || calendar.isOf(date, on)),
  );
}

function* everyDate(fromDate: string, toDate: string): Generator<string> {
  let date = Temporal.PlainDate.from(fromDate);
  for (let step = 0; step <= MAX_RECURRING_DAYS && date.toString() <= toDate; step++) {
    yield date.toString();
    date = date.add({ days: 1 });
  }
}

/** A draft's dayparts as compiled. */
export function storedDayparts(draft: Pick<BookingDraft, 'dayparts'>): StoredDaypart[] {
  return draft.dayparts.map(weeklyWindowOf);
}

/**
 * Refuses what no schema can see.
 * @throws Refusal booking.endsBeforeStart; booking.contradictory when it lies outside its campaign.
 */
export function checkBookingDates(
  draft: Pick<BookingDraft, 'fromDate' | 'toDate'>,
  campaign: { readonly fromDate: string; readonly toDate: string },
): void {
  if (draft.toDate < draft.fromDate) {
    throw new Refusal(
      'booking.endsBeforeStart',
      {
        en: `The booking ends (${draft.toDate}) before it starts (${draft.fromDate}).`,
        zh: `排期的结束日期（${draft.toDate}）早于开始日期（${draft.fromDate}）。`,
      },
      [{ where: 'toDate', message: { en: 'before fromDate', zh: '早于开始日期' } }],
    );
  }
  if (draft.fromDate < campaign.fromDate || draft.toDate > campaign.toDate) {
    throw new Refusal(
      'booking.contradictory',
      {
        en: `The booking lies outside its campaign, which runs from ${campaign.fromDate} to ${campaign.toDate}.`,
        zh: `排期超出宣传活动的期间（${campaign.fromDate} 至 ${campaign.toDate}），请调整日期。`,
      },
      [
        {
          where: draft.fromDate < campaign.fromDate ? 'fromDate' : 'toDate',
          message: { en: 'outside the campaign', zh: '超出宣传活动的期间' },
        },
      ],
    );
  }
}
