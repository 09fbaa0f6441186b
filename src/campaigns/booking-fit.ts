import { z } from '@hono/zod-openapi';
import { idSchema } from '../contract/media-type.ts';
import { endpointSelectionSchema, rateSchema } from './booking.ts';
import { daypartSchema, localDateSchema } from './wall-time.ts';

/** One sentence in both languages of the console. */
export const sentenceSchema = z.object({ zh: z.string(), en: z.string() });
/** See {@link sentenceSchema}. */
export type Sentence = z.infer<typeof sentenceSchema>;

/** Plays lost at one endpoint, by local hour of the day, over the dates looked at. */
const endpointLossSchema = z.object({
  endpointId: idSchema,
  plays: z.int(),
  hours: z.array(z.object({ hour: z.int().min(0).max(23), plays: z.int() })),
});

const lossSchema = z.object({
  bookingId: idSchema.nullable().openapi({ description: 'Null: the booking asked about, not stored yet' }),
  isThis: z.boolean().openapi({ description: 'The booking asked about itself' }),
  name: z.string(),
  kind: z.enum(['perHour', 'share']),
  plays: z.int().openapi({ description: 'Over all endpoints and dates looked at' }),
  endpoints: z.array(endpointLossSchema).openapi({ description: 'The worst first; see `omitted`' }),
});

const alternativeSchema = z.object({
  kind: z.enum([
    'lowerRate',
    'otherHours',
    'fewerEndpoints',
    'share',
    'othersGiveWay',
    'lowerTier',
    'higherTier',
  ]),
  summary: sentenceSchema,
  change: z
    .object({
      rate: rateSchema.optional(),
      dayparts: z.array(daypartSchema).optional(),
      endpoints: endpointSelectionSchema.optional(),
      tier: z.int().optional(),
      others: z.array(z.object({ bookingId: idSchema, rate: rateSchema })).optional(),
    })
    .openapi({ description: 'Fields to put into the booking; `others` into other bookings' }),
  fits: z.boolean().openapi({ description: 'Nobody with a rate loses a play, this booking included' }),
  asked: z.int(),
  granted: z.int(),
  othersLose: z.int().openapi({ description: 'Plays that other bookings with a rate lose' }),
});

/** What a booking would get, and what others would lose by it: compiled, not estimated. */
export const bookingFitSchema = z
  .object({
    fits: z.boolean().openapi({ description: 'Nobody with a rate loses a play, this booking included' }),
    dates: z.array(localDateSchema).openapi({ description: 'Local dates that were compiled' }),
    endpoints: z.object({ selected: z.int(), compiled: z.int() }),
    complete: z.boolean().openapi({ description: 'False: more distinct days than an answer may compile' }),
    asked: z.int(),
    granted: z.int(),
    why: z.array(z.object({ code: z.string(), hours: z.int(), sentence: sentenceSchema })),
    hourlyPlays: z.int().nullable().openapi({ description: 'Plays that the rate asks of a full hour' }),
    worstGapMs: z.int().nullable().openapi({
      description: 'Longest time from one start to the next, as compiled; null without two plays',
    }),
    separationBreaks: z
      .object({ before: z.int(), after: z.int() })
      .openapi({ description: 'Soft separation rules broken without the booking and with it' }),
    losses: z.array(lossSchema),
    sharesGive: z.int().openapi({
      description: 'Plays that `share` bookings lose; they live on what rates leave, so this is no misfit',
    }),
    omitted: z.int().openapi({ description: 'Rows of endpoints left out of `losses` for size' }),
    cannotPlay: z.array(
      z.object({
        code: z.string(),
        sentence: sentenceSchema,
        endpoints: z.int(),
        endpointIds: z.array(idSchema).openapi({ description: 'The first 100' }),
      }),
    ),
    alternatives: z.array(alternativeSchema),
  })
  .openapi('BookingFit');
/** See {@link bookingFitSchema}. */
export type BookingFit = z.infer<typeof bookingFitSchema>;
/** One of the alternatives of a {@link BookingFit}. */
export type FitAlternative = z.infer<typeof alternativeSchema>;
/** One of the losses of a {@link BookingFit}. */
export type FitLoss = z.infer<typeof lossSchema>;
