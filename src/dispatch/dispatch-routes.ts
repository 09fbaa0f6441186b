import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { languageOf } from '../base/sentence.ts';
import { idSchema } from '../contract/media-type.ts';
import { attemptIn } from './attempt-words.ts';
import type { Dispatch } from './dispatch-flow.ts';
import type { DispatchStore } from './dispatch-store.ts';
import { deliverySchema, planDraftSchema, planSchema } from './plan.ts';

const tags = ['Dispatch 定时报送'];
const id = z.coerce.number<string>().int().positive().max(2_147_483_647).optional();

const rollCallSchema = z
  .object({
    at: z.iso.datetime(),
    counts: z.object({ up: z.int(), behind: z.int(), silent: z.int(), closed: z.int() }),
    entries: z.array(
      z.object({
        endpointId: idSchema,
        code: z.string(),
        name: z.string(),
        area: z.string(),
        missing: z.int().openapi({ description: 'Play reports whose numbers have not come in' }),
        state: z.enum(['up', 'behind', 'silent', 'closed']),
        reason: z.enum(['noPlayer', 'notSeen', 'reportsMissing', 'noPlays']).nullable(),
        lastSeenAt: z.iso.datetime().nullable(),
      }),
    ),
    told: z
      .array(deliverySchema)
      .openapi({ description: 'The latest roll calls that went out, or tried to' }),
  })
  .openapi('RollCall');

const plansSchema = z.object({
  plans: z.array(planSchema),
  drill: z.boolean().openapi({ description: 'This server is a copy that is tried out: nothing goes out' }),
});

/** Scheduled reports and roll calls, over HTTP; for signed-in staff. */
export function dispatchRoutes(deps: { store: DispatchStore; flow: Dispatch; drill: boolean }) {
  const { store, flow, drill } = deps;

  async function deliveriesFor(c: Context<ApiEnv>, filter: Parameters<DispatchStore['deliveries']>[0]) {
    const language = languageOf(c.req.header('accept-language'));
    const deliveries = await store.deliveries(filter);
    return deliveries.map((delivery) => ({
      ...delivery,
      attempts: delivery.attempts.map((one) => ({ ...one, detail: attemptIn(one.detail, language) })),
    }));
  }

  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/dispatch/plans',
        tags,
        summary: 'What is sent by itself, when and to whom',
        responses: answers(200, plansSchema, 'The plans, ended ones too'),
      }),
      async (c) => c.json({ plans: await store.list(), drill }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/dispatch/plans',
        tags,
        summary: 'Send a report or a roll call regularly',
        description:
          'Daily: the day before. Weekly: the seven days before. Roll call: at 0, 6, 12 and 18. Group robots of WeCom, ' +
          'DingTalk and Feishu take the address of their webhook; `webhook` gets plain JSON with ' +
          '`X-Beacon-Delivery` and, with a secret, `X-Beacon-Timestamp` and `X-Beacon-Signature: sha256=` of ' +
          '`timestamp.body`. To change a plan, end it and make another.',
        request: { body: jsonBody(planDraftSchema) },
        responses: answers(201, planSchema, 'Made'),
      }),
      async (c) => c.json(await store.create(c.req.valid('json'), c.var.staff.id), 201),
    )
    .openapi(
      createRoute({
        method: 'delete',
        path: '/api/dispatch/plans/{id}',
        tags,
        summary: 'Send no more',
        request: { params: idParam },
        responses: answers(200, planSchema, 'Ended; what was sent stays on record'),
      }),
      async (c) => c.json(await store.end(c.req.valid('param').id, c.var.staff.id), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/dispatch/plans/{id}/try',
        tags,
        summary: 'Send it once now, to see whether it arrives',
        request: { params: idParam },
        responses: answers(200, z.object({ deliveries: z.array(deliverySchema) }), 'The latest of this plan'),
      }),
      async (c) => {
        const planId = c.req.valid('param').id;
        await flow.tryNow(planId);
        return c.json({ deliveries: await deliveriesFor(c, { planId, limit: 5 }) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/dispatch/deliveries',
        tags,
        summary: 'What was sent, with every attempt',
        request: {
          query: z.object({
            planId: id,
            limit: z.coerce.number<string>().int().min(1).max(500).default(100),
          }),
        },
        responses: answers(200, z.object({ deliveries: z.array(deliverySchema) }), 'The newest first'),
      }),
      async (c) => c.json({ deliveries: await deliveriesFor(c, c.req.valid('query')) }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/roll-call',
        tags,
        summary: 'Which endpoints are up, behind and silent now, and who was told last',
        responses: answers(200, rollCallSchema, 'The worst first'),
      }),
      async (c) => {
        const call = await flow.rollCall(c.var.within);
        const told = (await store.deliveries({ limit: 100 })).filter(({ what }) => what === 'rollCall');
        return c.json({ ...call, entries: [...call.entries], told: told.slice(0, 20) }, 200);
      },
    );
}
