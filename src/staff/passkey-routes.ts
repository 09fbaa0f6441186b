import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import type { PasskeyFlow } from './passkey-flow.ts';
import {
  assertionSchema,
  attestationSchema,
  creationOptionsSchema,
  passkeyNameSchema,
  passkeySchema,
  requestOptionsSchema,
} from './passkey-schemas.ts';
import type { KeptPasskey, PasskeyStore } from './passkey-store.ts';
import type { Asking } from './second-factor-store.ts';
import { agentOf, signedInSchema, tellSignedIn } from './session-routes.ts';
import { NOTHING, triedPasswordSchema, usernameParam } from './staff-schemas.ts';

/** What the routes need. */
export interface PasskeyRouteParts {
  readonly passkeys: PasskeyFlow;
  readonly reset: PasskeyStore['reset'];
  readonly addressOf: (c: Context<ApiEnv>) => string;
}

const tags = ['Staff 人员'];
const passwordBody = jsonBody(z.object({ password: triedPasswordSchema }));

const askEntry = createRoute({
  ...{ method: 'post', path: '/api/session/passkey/challenge', tags },
  summary: 'What to ask a passkey for, to sign in',
  responses: answers(200, requestOptionsSchema, 'For navigator.credentials.get'),
});
const enter = createRoute({
  ...{ method: 'post', path: '/api/session/passkey', tags },
  summary: 'Sign in with a passkey',
  description:
    'Counts as two steps: the passkey and what opens it. Answers as `POST /api/session` does. After too many ' +
    'failures: 429 with Retry-After, counted together with wrong passwords.',
  request: { body: jsonBody(assertionSchema) },
  responses: answers(200, signedInSchema, 'Signed in'),
});
const list = createRoute({
  ...{ method: 'get', path: '/api/session/passkeys', tags },
  summary: 'Passkeys of the own account',
  responses: answers(200, z.object({ passkeys: z.array(passkeySchema) }), 'The oldest first'),
});
const askNew = createRoute({
  ...{ method: 'post', path: '/api/session/passkeys/challenge', tags },
  summary: 'What to ask a browser for, to make a passkey',
  request: { body: passwordBody },
  responses: answers(200, creationOptionsSchema, 'For navigator.credentials.create'),
});
const add = createRoute({
  ...{ method: 'post', path: '/api/session/passkeys', tags },
  summary: 'Keep a passkey that was made',
  request: { body: jsonBody(z.object({ name: passkeyNameSchema, answer: attestationSchema })) },
  responses: answers(201, passkeySchema, 'Kept'),
});
const remove = createRoute({
  ...{ method: 'post', path: '/api/session/passkeys/{id}/end', tags },
  summary: 'Take a passkey off the own account; the sign-ins made by it end',
  request: { params: idParam, body: passwordBody },
  responses: NOTHING,
});
const resetAll = createRoute({
  ...{ method: 'delete', path: '/api/staff/{username}/passkeys', tags },
  summary: 'Take all passkeys off an account; the sign-ins made by them end',
  request: { params: usernameParam },
  responses: NOTHING,
});

/** Sign-in by passkey (W3C Web Authentication), and what people and administrators do with passkeys. */
export function passkeyRoutes({ passkeys, reset, addressOf }: PasskeyRouteParts) {
  const cameFrom = (c: Context<ApiEnv>) => ({ address: addressOf(c), userAgent: agentOf(c) });
  const asking = (c: Context<ApiEnv>): Asking => ({
    ...{ id: c.var.staff.id, headers: c.req.raw.headers },
    from: cameFrom(c),
  });
  return apiRoutes()
    .openapi(askEntry, async (c) => c.json(await passkeys.askEntry(), 200))
    .openapi(enter, async (c) =>
      c.json(tellSignedIn(c, await passkeys.enter(c.req.valid('json'), cameFrom(c))), 200),
    )
    .openapi(list, async (c) => {
      const kept = await passkeys.of(c.var.staff.id);
      return c.json({ passkeys: kept.map(told) }, 200);
    })
    .openapi(askNew, async (c) => c.json(await passkeys.askNew(asking(c), c.req.valid('json').password), 200))
    .openapi(add, async (c) => {
      const { name, answer } = c.req.valid('json');
      const { id, mustSetSecondFactor } = c.var.session;
      // Whoever was let in only to set a second step up has now shown it.
      return c.json(told(await passkeys.add(asking(c), name, answer, mustSetSecondFactor ? id : null)), 201);
    })
    .openapi(remove, async (c) => {
      await passkeys.remove(asking(c), c.req.valid('param').id, c.req.valid('json').password);
      return c.body(null, 204);
    })
    .openapi(resetAll, async (c) => {
      await reset(c.var.staff.id, c.req.valid('param').username);
      return c.body(null, 204);
    });
}

function told({ id, name, createdAt, lastUsedAt }: KeptPasskey): z.infer<typeof passkeySchema> {
  return {
    ...{ id, name, createdAt: createdAt.toISOString() },
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
