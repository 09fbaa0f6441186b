import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { bookingDraftSchema } from '../campaigns/booking.ts';
import { bookingFitSchema, sentenceSchema } from '../campaigns/booking-fit.ts';
import { previewedChange } from '../campaigns/campaign.ts';
import { localDateSchema } from '../campaigns/wall-time.ts';
import { idSchema, instantSchema, sha256Schema } from '../contract/media-type.ts';
import { type BookingFits, type ShownHour, UNSAVED_BOOKING } from './booking-fit-flow.ts';
import type { Spot } from './compiled-hour.ts';
import { gotWords } from './explain-words.ts';
import { FIT_DATES } from './fit-answer.ts';
import { SPOT_WORDS } from './reason-words.ts';

const spotSchema = z.object({
  startsAt: instantSchema,
  durationMs: z.int(),
  assetId: idSchema,
  bookingId: idSchema.nullable(),
  isThis: z.boolean().openapi({ description: 'A play of the booking asked about' }),
  sha256: sha256Schema,
  reason: z.string(),
  sentence: sentenceSchema.openapi({ description: 'Why it stands where it stands' }),
});

const takerSchema = z.object({
  bookingId: idSchema.nullable().openapi({ description: 'Null: the booking that is not saved yet' }),
  isThis: z.boolean(),
  name: z.string(),
  tier: z.int(),
  sentence: sentenceSchema.openapi({ description: 'What it gets of the hour, and why not more' }),
});

const previewRequestSchema = bookingDraftSchema.extend({
  ...previewedChange,
  dates: z
    .array(localDateSchema)
    .min(1)
    .max(FIT_DATES)
    .optional()
    .openapi({ description: `Local dates to look at; the first ${FIT_DATES} with effect when absent` }),
  show: z
    .object({
      endpointId: idSchema,
      date: localDateSchema.optional(),
      hour: z.int().min(0).max(23).optional(),
    })
    .optional()
    .openapi({ description: 'Show the spots of this endpoint before and after' }),
});

const previewSchema = z
  .object({
    fit: bookingFitSchema,
    shown: z
      .object({
        endpointId: idSchema,
        date: localDateSchema,
        hours: z.array(
          z.object({
            from: instantSchema,
            to: instantSchema,
            before: z.array(spotSchema),
            after: z.array(spotSchema),
            added: z.int(),
            removed: z.int(),
            moved: z.int(),
            kept: z.int(),
            takers: z.array(takerSchema).openapi({ description: 'Who takes part in the hour afterwards' }),
          }),
        ),
      })
      .nullable(),
  })
  .openapi('BookingPreview');

/** What a booking would do before it is saved, and what a stored one does. */
export function bookingFitRoutes(deps: { fits: BookingFits }) {
  const preview = apiRoutes().openapi(
    createRoute({
      method: 'post',
      path: '/api/bookings/preview',
      tags: ['Bookings 排期'],
      summary: 'What a booking would do, without saving it',
      description:
        'Compiles the programmes of the selected endpoints with and without the booking: which bookings lose ' +
        'how many plays, where and at which hours, which endpoints cannot play it and why, and what would fit.',
      request: { body: jsonBody(previewRequestSchema) },
      responses: answers(200, previewSchema, 'The answer; nothing is stored'),
    }),
    async (c) => {
      const { dates, show, replaces, stretchCampaign, ...draft } = c.req.valid('json');
      const { fit, shown } = await deps.fits.preview(draft, {
        ...{ stretchCampaign, within: c.var.within },
        ...(replaces !== undefined && { replaces }),
        ...(dates && { dates: [...new Set(dates)].sort() }),
        ...(show && {
          show: {
            endpointId: show.endpointId,
            ...(show.date !== undefined && { date: show.date }),
            ...(show.hour !== undefined && { hour: show.hour }),
          },
        }),
      });
      return c.json(
        {
          fit,
          shown: shown && {
            ...shown,
            hours: shown.hours.map((hour) => hourOf(hour, replaces ?? UNSAVED_BOOKING)),
          },
        },
        200,
      );
    },
  );
  return preview.openapi(
    createRoute({
      method: 'get',
      path: '/api/bookings/{id}/fit',
      tags: ['Bookings 排期'],
      summary: 'What a stored booking does now',
      description: 'The same answer as when it was booked, over the programme as it stands now.',
      request: { params: idParam },
      responses: answers(200, bookingFitSchema, 'The answer'),
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const fit = await deps.fits.fitOf({ id }, c.var.within);
      if (!fit)
        throw new Refusal('booking.unknown', {
          en: `There is no booking ${id}, or it was withdrawn.`,
          zh: `没有编号为 ${id} 的排期，或已撤销。`,
        });
      return c.json(fit, 200);
    },
  );
}

const iso = (at: number) => new Date(at).toISOString();

function hourOf({ hour, before, after, difference, takers }: ShownHour, thisId: number) {
  const idOf = (bookingId: number | null) => (bookingId === UNSAVED_BOOKING ? null : bookingId);
  const spotOf = (spot: Spot) => ({
    startsAt: iso(hour.startsAt + spot.atMs),
    durationMs: spot.durationMs,
    assetId: spot.assetId,
    bookingId: idOf(spot.bookingId),
    isThis: spot.bookingId === thisId,
    sha256: spot.sha256,
    reason: spot.reason,
    sentence: SPOT_WORDS[spot.reason],
  });
  return {
    from: iso(hour.startsAt),
    to: iso(hour.startsAt + hour.lengthMs),
    before: before.map(spotOf),
    after: after.map(spotOf),
    added: difference.added.length,
    removed: difference.removed.length,
    moved: difference.moved,
    kept: difference.kept,
    takers: takers.map(({ name, tier, verdict }) => ({
      bookingId: idOf(verdict.bookingId),
      isThis: verdict.bookingId === thisId,
      name,
      tier,
      sentence: gotWords({ ...verdict, asked: verdict.kind === 'share' ? null : verdict.asked }),
    })),
  };
}
