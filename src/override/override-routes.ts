import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import {
  overrideAnswerSchema,
  overrideDraftSchema,
  overridePreviewSchema,
  overrideReportSchema,
  overrideStateSchema,
} from './override.ts';
import type { OverrideFlow } from './override-flow.ts';
import type { OverrideStore, StoredOverride } from './override-store.ts';
import type { OverrideReports } from './report-flow.ts';

const tags = ['Emergencies 应急插播'];
const reason = z.string().trim().min(1).max(500);
const settingsSchema = z.object({
  confirmation: z.enum(['step', 'person']).openapi({
    description: 'Who confirms a proposal: anybody in the role by a second step, or a second person',
  }),
});
const listQuery = z.object({
  state: overrideStateSchema.optional(),
  limit: z.coerce.number<string>().int().min(1).max(500).default(50),
});

/** Emergencies over HTTP; for signed-in staff. */
export function overrideRoutes(deps: { flow: OverrideFlow; store: OverrideStore; reports: OverrideReports }) {
  const { flow, store, reports } = deps;
  const answerOf = async (override: StoredOverride) => {
    const [answer] = await reports.answers([override]);
    if (!answer) throw new Error('an override without an answer');
    return answer;
  };
  const actorOf = ({ var: { staff, within } }: Context<ApiEnv>) => ({ ...staff, within });
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/overrides/preview',
        tags,
        summary: 'What an emergency would reach; stores nothing',
        request: { body: jsonBody(overrideDraftSchema) },
        responses: answers(200, overridePreviewSchema, 'Endpoint by endpoint'),
      }),
      async (c) => c.json(await flow.preview(c.req.valid('json'), c.var.within), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/overrides',
        tags,
        summary: 'Raise an emergency',
        description:
          'Made of an approved template it is on the air at once (`live`). Anything else is a proposal ' +
          '(`proposed`) that must be confirmed within 15 minutes. The endpoints are those of this moment.',
        request: { body: jsonBody(overrideDraftSchema) },
        responses: answers(201, overrideAnswerSchema, 'Raised, or waiting for its confirmation'),
      }),
      async (c) => c.json(await answerOf(await flow.raise(c.req.valid('json'), actorOf(c))), 201),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/overrides',
        tags,
        summary: 'Emergencies, newest first',
        request: { query: listQuery },
        responses: answers(200, z.object({ overrides: z.array(overrideAnswerSchema) }), 'The emergencies'),
      }),
      async (c) => c.json({ overrides: await reports.answers(await store.list(c.req.valid('query'))) }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/overrides/{id}',
        tags,
        summary: 'One emergency, with what every endpoint told',
        description: 'Ask again every second or so while it is live: the receipts come in within moments.',
        request: { params: idParam },
        responses: answers(200, overrideReportSchema, 'The emergency'),
      }),
      async (c) => c.json(await reports.report(await store.get(c.req.valid('param').id)), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/overrides/{id}/confirm',
        tags,
        summary: 'Confirm a proposal: it goes on the air',
        request: { params: idParam },
        responses: answers(200, overrideAnswerSchema, 'On the air'),
      }),
      async (c) => c.json(await answerOf(await flow.confirm(c.req.valid('param').id, actorOf(c))), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/overrides/{id}/withdraw',
        tags,
        summary: 'End an emergency, or dismiss a proposal',
        description: 'Needs no confirmation. Every endpoint goes back to where its programme is by then.',
        request: { params: idParam, body: jsonBody(z.strictObject({ reason: reason.optional() })) },
        responses: answers(200, overrideAnswerSchema, 'Ended'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const why = c.req.valid('json').reason ?? null;
        return c.json(await answerOf(await flow.end(id, actorOf(c), why)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/override-settings',
        tags,
        summary: 'How emergencies are confirmed',
        responses: answers(200, settingsSchema, 'The settings'),
      }),
      async (c) => c.json({ confirmation: await store.confirmation() }, 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/override-settings',
        tags,
        summary: 'Change how emergencies are confirmed',
        request: { body: jsonBody(settingsSchema) },
        responses: answers(200, settingsSchema, 'Changed'),
      }),
      async (c) => {
        const { confirmation } = c.req.valid('json');
        await store.setConfirmation(confirmation, c.var.staff.id);
        return c.json({ confirmation }, 200);
      },
    );
}
