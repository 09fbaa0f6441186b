import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { languageOf } from '../base/sentence.ts';
import { assetSchema, reviewMarkSchema } from '../catalogue/asset.ts';
import { manyIds } from '../catalogue/material.ts';
import { idSchema } from '../contract/media-type.ts';
import type { ReviewFlow } from './review-flow.ts';

const tags = ['Review 审核'];
const reason = z.string().trim().min(1).max(1_000);
const manySchema = z.object({
  done: z.array(idSchema),
  refused: z.array(z.object({ id: idSchema, code: z.string(), detail: z.string() })),
});
const comment = jsonBody(z.object({ reason: reason.optional() }));

/** Review over HTTP; for signed-in staff. The rules themselves decide who may. */
export function reviewRoutes(deps: { review: ReviewFlow }) {
  const { review } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/assets/{id}/submit',
        tags,
        summary: 'Submit material for review',
        description: 'From now on it cannot be changed.',
        request: { params: idParam },
        responses: answers(200, assetSchema, 'Submitted'),
      }),
      async (c) => c.json(await review.take('submit', c.req.valid('param').id, c.var.staff), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/assets/{id}/approve',
        tags,
        summary: 'Approve material',
        description:
          'By another person than the one who submitted it. From now on it may go on the air, and bookings of ' +
          'earlier versions follow it. Where two must approve (warning films, by setting), the first approval ' +
          'leaves it submitted.',
        request: { params: idParam, body: comment },
        responses: answers(200, assetSchema, 'Approved'),
      }),
      async (c) =>
        c.json(await review.take('approve', c.req.valid('param').id, c.var.staff, c.req.valid('json')), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/assets/{id}/reject',
        tags,
        summary: 'Reject material, with the reason',
        description:
          'By another person than the one who submitted it; `mark` points at a moment or an area of the picture.',
        request: { params: idParam, body: jsonBody(z.object({ reason, mark: reviewMarkSchema.optional() })) },
        responses: answers(200, assetSchema, 'Rejected'),
      }),
      async (c) =>
        c.json(await review.take('reject', c.req.valid('param').id, c.var.staff, c.req.valid('json')), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/assets/{id}/withdraw',
        tags,
        summary: 'Take submitted material back',
        description: 'By the person who submitted it, or an administrator.',
        request: { params: idParam },
        responses: answers(200, assetSchema, 'Withdrawn'),
      }),
      async (c) => c.json(await review.take('withdraw', c.req.valid('param').id, c.var.staff), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/assets/{id}/retire',
        tags,
        summary: 'Take approved material off the air',
        description: 'Programmes follow at once; what was played stays counted.',
        request: { params: idParam, body: comment },
        responses: answers(200, assetSchema, 'Retired'),
      }),
      async (c) =>
        c.json(await review.take('retire', c.req.valid('param').id, c.var.staff, c.req.valid('json')), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/assets/{id}/expiry',
        tags,
        summary: 'Set until when material may air',
        description:
          'Null: without an end. Earlier is always possible; once it is submitted, later is for a reviewer ' +
          'who did not submit it. When the time comes it retires by itself.',
        request: {
          params: idParam,
          body: jsonBody(z.object({ expiresAt: z.iso.datetime({ offset: true }).nullable() })),
        },
        responses: answers(200, assetSchema, 'Set'),
      }),
      async (c) => {
        const { expiresAt } = c.req.valid('json');
        const at = expiresAt === null ? null : Date.parse(expiresAt);
        return c.json(await review.setExpiry(c.req.valid('param').id, at, c.var.staff), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/material/review',
        tags,
        summary: 'Take one step of the review with many pieces',
        description:
          'Each by itself, by the rules of that step: those that it is not allowed for are told, the others are done.',
        request: {
          body: jsonBody(z.object({ ids: manyIds, step: z.enum(['submit', 'withdraw', 'retire']) })),
        },
        responses: answers(200, manySchema, 'What became of each'),
      }),
      async (c) => {
        const { ids, step } = c.req.valid('json');
        const { done, refused } = await review.takeMany(step, ids, c.var.staff);
        const language = languageOf(c.req.header('accept-language'));
        const told = refused.map(({ id, refusal }) => ({
          ...{ id, code: refusal.code, detail: refusal.sentence[language] },
        }));
        return c.json({ done, refused: told }, 200);
      },
    );
}
