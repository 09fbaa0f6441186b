import { z } from '@hono/zod-openapi';
import { Refusal } from '../base/refusal.ts';
import { endpointKindSchema, idSchema } from '../contract/media-type.ts';
import { daypartSchema, localDateSchema } from './wall-time.ts';

/** Most plays an hour that a rate may ask: one every 15 seconds. */
export const MAX_PLAYS_PER_HOUR = 240;
/** Largest `share` weight. */
export const MAX_SHARE_WEIGHT = 10_000;

/** What a booking asks: plays an hour at even distance, or a weight in the airtime that is left. */
export const rateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('perHour'), plays: z.int().min(1).max(MAX_PLAYS_PER_HOUR) }),
  z.object({ kind: z.literal('share'), weight: z.int().min(1).max(MAX_SHARE_WEIGHT) }),
]);
/** See {@link rateSchema}. */
export type Rate = z.infer<typeof rateSchema>;

/** Which endpoints: those that satisfy every given field; `{}` means all. */
export const endpointSelectionSchema = z.strictObject({
  endpointIds: z.array(idSchema).min(1).max(10_000).optional(),
  areaIds: z.array(idSchema).min(1).max(1_000).optional(),
  kinds: z.array(endpointKindSchema).min(1).optional(),
  tags: z.array(z.string().min(1).max(64)).min(1).max(100).optional(),
});
/** See {@link endpointSelectionSchema}. */
export type Selection = z.infer<typeof endpointSelectionSchema>;

/** A booking as staff write it. */
export const bookingDraftSchema = z.object({
  campaignId: idSchema,
  playlistId: idSchema,
  name: z.string().trim().min(1).max(200),
  endpoints: endpointSelectionSchema.default({}),
  fromDate: localDateSchema.openapi({ description: 'First local date at each endpoint' }),
  toDate: localDateSchema.openapi({ description: 'Last local date at each endpoint, included' }),
  dayparts: z.array(daypartSchema).max(50).default([]).openapi({ description: 'Empty: the whole open time' }),
  rate: rateSchema,
  tier: z
    .int()
    .min(0)
    .max(9)
    .default(0)
    .openapi({ description: 'Higher is served first when an hour is over-full' }),
});
/** See {@link bookingDraftSchema}. */
export type BookingDraft = z.infer<typeof bookingDraftSchema>;

/** What a selection looks at. */
export interface SelectableEndpoint {
  readonly id: number;
  readonly areaId: number;
  readonly kind: string;
  readonly tags: readonly string[];
}

/** Whether the selection means this endpoint. Tags: any one of them is enough. */
export function selects(
  selection: Selection | Readonly<Record<string, unknown>>,
  endpoint: SelectableEndpoint,
): boolean {
  const { endpointIds, areaIds, kinds, tags } = selection as Selection;
  return (
    (!endpointIds || endpointIds.includes(endpoint.id)) &&
    (!areaIds || areaIds.includes(endpoint.areaId)) &&
    (!kinds || (kinds as readonly string[]).includes(endpoint.kind)) &&
    (!tags || tags.some((tag) => endpoint.tags.includes(tag)))
  );
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
      `The booking ends (${draft.toDate}) before it starts (${draft.fromDate}).`,
      [{ where: 'toDate', message: 'before fromDate' }],
    );
  }
  if (draft.fromDate < campaign.fromDate || draft.toDate > campaign.toDate) {
    throw new Refusal(
      'booking.contradictory',
      `The booking lies outside its campaign, which runs from ${campaign.fromDate} to ${campaign.toDate}.`,
      [
        {
          where: draft.fromDate < campaign.fromDate ? 'fromDate' : 'toDate',
          message: 'outside the campaign',
        },
      ],
    );
  }
}
