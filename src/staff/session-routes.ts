import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import { otherwise } from '../base/issue-words.ts';
import type { CameFrom } from './library-store.ts';
import { remitSchema, toldRemit } from './remit.ts';
import type { SessionStore } from './session-store.ts';
import type { SignedIn } from './sign-in-store.ts';
import type { StaffFlow } from './staff-flow.ts';
import {
  codeSchema,
  memberSchema,
  NOTHING,
  newPasswordSchema,
  plainMember,
  sessionsSchema,
  triedPasswordSchema,
} from './staff-schemas.ts';

/** What the routes need. */
export interface SessionRouteParts {
  readonly flow: StaffFlow;
  readonly sessions: SessionStore;
  /** The address that a request came from, for counting failed sign-ins. */
  readonly addressOf: (c: Context<ApiEnv>) => string;
}

const knownSchema = memberSchema.extend({
  mustChangePassword: z
    .boolean()
    .openapi({ description: 'Nothing but the change of the one-time password is let in before it' }),
  mustSetSecondFactor: z
    .boolean()
    .openapi({ description: 'Nothing but setting two-step sign-in up is let in before it' }),
  remit: remitSchema.nullable().openapi({
    description: 'The areas and owners whose endpoints the account is for; null: all',
  }),
});
/** The answer to a sign-in. */
export const signedInSchema = knownSchema.extend({ token: z.string() });
const passwordsSchema = z
  .object({ current: triedPasswordSchema, next: newPasswordSchema })
  .refine(
    ({ current, next }) => current !== next,
    otherwise({ en: 'must differ from the current password', zh: '不能与当前密码相同' }, ['next']),
  );

const signIn = createRoute({
  method: 'post',
  path: '/api/session',
  tags: ['Staff 人员'],
  summary: 'Sign in',
  description:
    'Sets an HttpOnly cookie for browsers; `token` serves programs as `Authorization: Bearer <token>`. ' +
    'Where two-step sign-in is on, without `code`: 401 `session.codeNeeded`. ' +
    'After too many failures: 429 with Retry-After.',
  request: {
    body: jsonBody(
      z.object({
        username: z.string().min(1).max(80),
        password: triedPasswordSchema,
        code: codeSchema.optional(),
      }),
    ),
  },
  responses: answers(200, signedInSchema, 'Signed in'),
});
const whoAmI = createRoute({
  method: 'get',
  path: '/api/session',
  tags: ['Staff 人员'],
  summary: 'Who is signed in',
  responses: answers(200, knownSchema, 'The signed-in person'),
});
const signOut = createRoute({
  method: 'delete',
  path: '/api/session',
  tags: ['Staff 人员'],
  summary: 'Sign out',
  responses: NOTHING,
});
const changePassword = createRoute({
  method: 'put',
  path: '/api/session/password',
  tags: ['Staff 人员'],
  summary: 'Change the own password; all other sessions of the account end',
  request: { body: jsonBody(passwordsSchema) },
  responses: NOTHING,
});
const listSessions = createRoute({
  method: 'get',
  path: '/api/sessions',
  tags: ['Staff 人员'],
  summary: 'Where the own account is signed in',
  responses: answers(200, sessionsSchema, 'Sign-ins that have not ended, the last used first'),
});
const endOthers = createRoute({
  method: 'delete',
  path: '/api/sessions',
  tags: ['Staff 人员'],
  summary: 'End all sign-ins of the own account but this one',
  responses: answers(200, z.object({ ended: z.int() }), 'How many'),
});
const endSession = createRoute({
  method: 'delete',
  path: '/api/sessions/{id}',
  tags: ['Staff 人员'],
  summary: 'End one sign-in of the own account',
  request: { params: z.object({ id: z.string().max(80) }) },
  responses: NOTHING,
});

/** Sign-in and what a person does with the own account. */
export function sessionRoutes({ flow, sessions, addressOf }: SessionRouteParts) {
  const cameFrom = (c: Context<ApiEnv>): CameFrom => ({ address: addressOf(c), userAgent: agentOf(c) });
  return apiRoutes()
    .openapi(signIn, async (c) => {
      const { username, password, code } = c.req.valid('json');
      return c.json(tellSignedIn(c, await flow.signIn(username, password, cameFrom(c), code)), 200);
    })
    .openapi(whoAmI, (c) => {
      const { mustChangePassword, mustSetSecondFactor, remit } = c.var.session;
      const must = { mustChangePassword, mustSetSecondFactor };
      return c.json({ ...plainMember(c.var.staff), ...must, remit: toldRemit(remit) }, 200);
    })
    .openapi(signOut, async (c) => {
      sendCookies(c, await flow.signOut(c.req.raw.headers));
      return c.body(null, 204);
    })
    .openapi(changePassword, async (c) => {
      const { headers } = c.req.raw;
      sendCookies(c, await flow.changePassword(c.var.staff, headers, cameFrom(c), c.req.valid('json')));
      return c.body(null, 204);
    })
    .openapi(listSessions, async (c) => {
      const running = await sessions.of(c.var.staff.id);
      return c.json({ sessions: running.map((one) => told(one, c.var.session.id)) }, 200);
    })
    .openapi(endOthers, async (c) => {
      const { id } = c.var.staff;
      return c.json({ ended: await sessions.endAll(id, id, c.var.session.id) }, 200);
    })
    .openapi(endSession, async (c) => {
      const { id } = c.var.staff;
      await sessions.end(id, id, c.req.valid('param').id);
      return c.body(null, 204);
    });
}

/** Sets the cookies of a sign-in; its body. */
export function tellSignedIn(c: Context, { member, token, cookies, remit, ...must }: SignedIn) {
  const { mustChangePassword, mustSetSecondFactor } = must;
  sendCookies(c, cookies);
  c.header('cache-control', 'no-store');
  return {
    ...{ ...plainMember(member), mustChangePassword, mustSetSecondFactor },
    ...{ remit: toldRemit(remit), token },
  };
}

/** A sign-in as it is told; `currentId`: the one that asks. */
export function told(one: Awaited<ReturnType<SessionStore['of']>>[number], currentId: string) {
  const { id, userAgent, address, createdAt, lastUsedAt } = one;
  return {
    ...{ id, userAgent, address, isCurrent: id === currentId },
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
  };
}

/** What browser or program a request says it comes from. */
export function agentOf(c: Context): string {
  return (c.req.header('user-agent') ?? '').slice(0, 200);
}

/** Sets the cookies of the library. */
export function sendCookies(c: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header('set-cookie', cookie, { append: true });
}
