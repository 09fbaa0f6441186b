import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import { sentenceSchema } from '../campaigns/booking-fit.ts';
import { endpointKindSchema, idSchema, instantSchema } from '../contract/media-type.ts';
import type { ExplainAnswer, Explainer } from './explain-flow.ts';

const nullableInstant = instantSchema.nullable();
/** The answer of the explain route. */
export const explanationSchema = z
  .object({
    endpoint: z.object({
      id: idSchema,
      code: z.string(),
      name: z.string(),
      kind: endpointKindSchema,
      timeZone: z.string(),
    }),
    at: instantSchema,
    localTime: z.string(),
    source: z.enum(['promised', 'compiled']).openapi({
      description: '`promised`: from the programme given out. `compiled`: from what bookings say now.',
    }),
    unchanged: z.boolean().nullable().openapi({
      description: 'Whether what bookings say now gives the spot that was promised; null when none was',
    }),
    plays: z
      .object({
        assetId: idSchema,
        title: z.string(),
        bookingId: idSchema.nullable(),
        startedAt: instantSchema,
        endsAt: instantSchema,
        reason: z.string().nullable(),
        sentence: sentenceSchema,
      })
      .nullable(),
    chain: z.array(
      z.object({
        step: z.enum(['override', 'opening', 'bookings', 'rates', 'spot']),
        passed: z.boolean(),
        sentence: sentenceSchema,
      }),
    ),
    bookings: z.array(
      z.object({
        bookingId: idSchema,
        name: z.string(),
        takesPart: z.boolean(),
        code: z.string(),
        sentence: sentenceSchema,
        tier: z.int(),
        asked: z.int().nullable(),
        granted: z.int().nullable(),
        why: z.array(z.string()),
        nextPlayAt: nullableInstant,
      }),
    ),
    asset: z
      .object({
        assetId: idSchema,
        title: z.string(),
        code: z.string(),
        sentence: sentenceSchema,
        nextPlayAt: nullableInstant,
      })
      .nullable(),
  })
  .openapi('Explanation');

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

/** Why an endpoint plays what it plays. */
export function explainRoutes(deps: { explainer: Explainer }) {
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/endpoints/{id}/explain',
      tags: ['Programme 节目单'],
      summary: 'What plays at an instant, and why everything else does not',
      request: {
        params: idParam,
        query: z.object({
          at: z.string().max(64).optional().openapi({
            description: 'ISO 8601; without an offset it is local to the endpoint. Now when absent.',
            example: '2027-01-20T19:05',
          }),
          assetId: z.coerce.number<string>().pipe(idSchema).optional(),
          bookingId: z.coerce.number<string>().pipe(idSchema).optional(),
          meantOnly: z.literal('true').optional().openapi({
            description:
              'Leaves out bookings that are for other endpoints, unless one of them is asked about',
          }),
        }),
      },
      responses: answers(200, explanationSchema, 'The explanation'),
    }),
    async (c) => {
      const { at, assetId, bookingId, meantOnly } = c.req.valid('query');
      const answer = await deps.explainer.explain({
        endpointId: c.req.valid('param').id,
        ...(at !== undefined && { at }),
        ...(assetId !== undefined && { assetId }),
        ...(bookingId !== undefined && { bookingId }),
        meantOnly: meantOnly === 'true',
      });
      return c.json(spoken(answer), 200);
    },
  );
}

/** The explanation as JSON speaks of it: instants in ISO 8601. */
export function spoken(answer: ExplainAnswer) {
  const { endpoint, at, localTime, source, unchanged, plays, chain, bookings, asset } = answer;
  const { id, code, name, kind, timeZone } = endpoint;
  return {
    endpoint: { id, code, name, kind, timeZone },
    at: iso(at),
    localTime,
    source,
    unchanged,
    plays: plays && {
      assetId: plays.assetId,
      title: plays.title,
      bookingId: plays.bookingId,
      startedAt: iso(plays.startsAt),
      endsAt: iso(plays.startsAt + plays.durationMs),
      reason: plays.reason,
      sentence: plays.sentence,
    },
    chain: [...chain],
    bookings: bookings.map((one) => ({ ...one, why: [...one.why], nextPlayAt: isoOrNull(one.nextPlayAt) })),
    asset: asset && { ...asset, nextPlayAt: isoOrNull(asset.nextPlayAt) },
  };
}
