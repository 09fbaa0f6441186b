import { z } from '@hono/zod-openapi';
import { otherwise } from '../base/issue-words.ts';
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

/** A stored booking. */
export const bookingSchema = bookingDraftSchema
  .extend({ id: idSchema, withdrawnAt: z.iso.datetime().nullable() })
  .openapi('Booking');
/** See {@link bookingSchema}. */
export type Booking = z.infer<typeof bookingSchema>;
