import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { readBody } from '../base/request-body.ts';
import { idSchema } from '../contract/media-type.ts';
import type { AlertFlow } from './alert-flow.ts';
import { alertAreaSchema, alertSettingsSchema } from './alert-settings.ts';
import type { AlertStore, StoredAlert } from './alert-store.ts';
import { LONGEST_ALERT } from './alert-xml.ts';

const tags = ['Alerts 预警接入'];
const TYPES = /^(application\/(xml|cap\+xml|octet-stream)|text\/xml)\s*(;|$)/i;

const verdictSchema = z.enum(['fired', 'asked', 'ended', 'logged']);
const alertSchema = z.object({
  id: idSchema,
  sender: z.string(),
  identifier: z.string(),
  sentAt: z.iso.datetime(),
  status: z.string(),
  msgType: z.string(),
  scope: z.string(),
  headline: z.string(),
  signature: z.enum(['valid', 'none']),
  source: z.enum(['http', 'folder']),
  receivedBy: z.string(),
  receivedAt: z.iso.datetime(),
  verdict: verdictSchema.nullable().openapi({
    description:
      'fired: on the air; asked: a proposal waits; ended: it ended others; null: being worked through',
  }),
  reasons: z.array(z.string()).openapi({ description: 'Why it, or a part of it, is on no screen' }),
  overrideIds: z.array(idSchema),
});
const takenSchema = alertSchema.extend({
  isNew: z.boolean().openapi({ description: 'False for one that came before; nothing was done again' }),
});
const codesSchema = z.strictObject({ codes: z.array(alertAreaSchema).max(10_000) });
const listQuery = z.object({
  limit: z.coerce.number<string>().int().min(1).max(500).default(50),
  verdict: verdictSchema.optional(),
  q: z.string().trim().max(200).optional().openapi({ description: 'Part of headline, sender or identifier' }),
  beforeId: z.coerce.number<string>().int().positive().max(2_147_483_647).optional(),
});

/** Alerts of other systems over HTTP. */
export function alertRoutes(deps: { flow: AlertFlow; store: AlertStore }) {
  const { flow, store } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/alerts/cap',
        tags,
        summary: 'Take in an alert in the Common Alerting Protocol 1.2',
        description:
          `At most ${LONGEST_ALERT} bytes of UTF-8 without a document type. Named by sender, identifier and sent: ` +
          'sending it again is safe. Only Actual goes on the air, Exercise as a marked drill; the rules in ' +
          '`/api/alert-settings` say what goes out at once and what waits for a person.',
        request: {
          body: { required: true, content: { 'application/xml': { schema: z.string() } } },
        },
        responses: answers(200, takenSchema, 'What became of it'),
      }),
      async (c) => {
        if (!TYPES.test(c.req.header('content-type') ?? ''))
          throw new Refusal('request.unsupportedType', {
            en: 'Send the alert itself, as application/xml.',
            zh: '请直接发送预警本身（application/xml）。',
          });
        const sentence = {
          en: `An alert has at most ${LONGEST_ALERT} bytes.`,
          zh: `预警最大 ${LONGEST_ALERT} 字节。`,
        };
        const bytes = await readBody(c.req.raw, LONGEST_ALERT, sentence);
        const { stored, isNew } = await flow.take(bytes, { source: 'http', actor: c.var.staff.id });
        return c.json({ ...answerOf(stored), isNew }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/alerts',
        tags,
        summary: 'Alerts that came in, newest first',
        request: { query: listQuery },
        responses: answers(200, z.object({ alerts: z.array(alertSchema) }), 'The alerts'),
      }),
      async (c) => {
        const alerts = await store.list(c.req.valid('query'));
        return c.json({ alerts: alerts.map(answerOf) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/alerts/{id}',
        tags,
        summary: 'One alert, with its XML as received',
        request: { params: idParam },
        responses: answers(200, alertSchema.extend({ xml: z.string() }), 'The alert'),
      }),
      async (c) => {
        const stored = await store.get(c.req.valid('param').id);
        return c.json({ ...answerOf(stored), xml: stored.xml }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/alert-settings',
        tags,
        summary: 'The rules by which alerts go on the air',
        responses: answers(200, alertSettingsSchema, 'The rules'),
      }),
      async (c) => c.json(await store.settings(), 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/alert-settings',
        tags,
        summary: 'Replace the rules by which alerts go on the air',
        request: { body: jsonBody(alertSettingsSchema) },
        responses: answers(200, alertSettingsSchema, 'Replaced; they hold for alerts to come'),
      }),
      async (c) => {
        await store.replaceSettings(c.req.valid('json'), c.var.staff.id);
        return c.json(await store.settings(), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/alert-areas',
        tags,
        summary: 'Which codes of other systems mean which of our areas',
        responses: answers(200, codesSchema, 'The codes'),
      }),
      async (c) => c.json({ codes: await store.areaCodes() }, 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/alert-areas',
        tags,
        summary: 'Replace the codes',
        request: { body: jsonBody(codesSchema) },
        responses: answers(200, codesSchema, 'Replaced'),
      }),
      async (c) => {
        await store.replaceAreaCodes(c.req.valid('json').codes, c.var.staff.id);
        return c.json({ codes: await store.areaCodes() }, 200);
      },
    );
}

function answerOf(stored: StoredAlert) {
  const { xml: _, ...answer } = stored;
  return {
    ...answer,
    sentAt: new Date(stored.sentAt).toISOString(),
    receivedAt: new Date(stored.receivedAt).toISOString(),
    reasons: [...stored.reasons],
    overrideIds: [...stored.overrideIds],
  };
}
