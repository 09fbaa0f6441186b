import { z } from '@hono/zod-openapi';
import { otherwise } from '../base/issue-words.ts';
import { idListSchema } from '../contract/id-list.ts';
import { idSchema } from '../contract/media-type.ts';
import { bookingDraftSchema } from './booking.ts';
import { localDateSchema } from './wall-time.ts';

/** A campaign as staff write it. */
export const campaignDraftSchema = z
  .object({
    name: z.string().trim().min(1).max(200),
    purpose: z.string().max(2_000).default(''),
    fromDate: localDateSchema,
    toDate: localDateSchema.openapi({ description: 'Included' }),
    targetPlays: z.int().min(1).max(2_000_000_000).nullable().default(null),
  })
  .refine(
    (draft) => draft.fromDate <= draft.toDate,
    otherwise({ en: 'the campaign ends before it starts', zh: '结束日期早于开始日期' }, ['toDate']),
  );
/** See {@link campaignDraftSchema}. */
export type CampaignDraft = z.infer<typeof campaignDraftSchema>;

/** A stored campaign. */
export const campaignSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    purpose: z.string(),
    fromDate: localDateSchema,
    toDate: localDateSchema,
    targetPlays: z.int().nullable(),
  })
  .openapi('Campaign');
/** See {@link campaignSchema}. */
export type Campaign = z.infer<typeof campaignSchema>;

const stretchSchema = z
  .boolean()
  .default(false)
  .openapi({ description: 'Where the dates leave those of the campaign, the campaign is made longer' });

/** What a preview of a change to a stored booking tells beside the booking itself. */
export const previewedChange = {
  replaces: idSchema.optional().openapi({ description: 'The stored booking whose place it would take' }),
  stretchCampaign: stretchSchema,
} as const;

/** A booking that takes the place of a stored one. */
export const bookingChangeSchema = bookingDraftSchema.extend({
  version: z.int().min(1).openapi({
    description: 'The version that the change was made from; booking.changed when there is a newer one',
  }),
  stretchCampaign: stretchSchema,
});
/** See {@link bookingChangeSchema}. */
export type BookingChange = z.infer<typeof bookingChangeSchema>;

/** A stored booking. */
export const bookingSchema = bookingDraftSchema
  .extend({
    id: idSchema,
    version: z.int().openapi({ description: 'Goes up by one with every change' }),
    changedBy: z.string().nullable().openapi({ description: 'Account that changed it last' }),
    changedAt: z.iso.datetime().nullable(),
    withdrawnAt: z.iso.datetime().nullable(),
  })
  .openapi('Booking');
/** See {@link bookingSchema}. */
export type Booking = z.infer<typeof bookingSchema>;

const id = z.coerce.number<string>().pipe(idSchema).optional();

/** What campaigns are narrowed to; all that is given must hold. */
export const campaignQuery = z.object({
  q: z.string().max(200).optional().openapi({ description: 'A part of the name' }),
  ids: idListSchema.optional(),
  before: id,
  limit: z.coerce.number<string>().pipe(z.int().min(1).max(200)).optional(),
});
/** See {@link campaignQuery}. */
export type CampaignFilter = z.infer<typeof campaignQuery>;

/** What bookings are narrowed to; all that is given must hold. */
export const bookingQuery = z.object({
  campaignId: id,
  playlistId: id,
  assetId: id.openapi({ description: 'Whose playlist has this piece of material' }),
  endpointId: id.openapi({ description: 'That are meant for this endpoint' }),
  q: z.string().max(200).optional().openapi({ description: 'Words of the name; all of them must occur' }),
  before: id,
  limit: z.coerce.number<string>().pipe(z.int().min(1).max(200)).optional(),
});
/** See {@link bookingQuery}. */
export type BookingFilter = z.infer<typeof bookingQuery>;
