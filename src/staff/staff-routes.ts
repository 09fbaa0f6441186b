import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes, jsonBody, type StaffMember } from '../base/api-routes.ts';
import type { AuditEntry } from '../base/audit.ts';
import { otherwise } from '../base/issue-words.ts';
import type { EpochMs } from '../base/units.ts';
import { isUsername, LONGEST_PASSWORD, normalUsername, ROLES, SHORTEST_PASSWORD } from './account.ts';
import type { AuditVerdict } from './audit-store.ts';
import type { StaffFlow } from './staff-flow.ts';

/** What the routes need. */
export interface StaffRouteParts {
  readonly flow: StaffFlow;
  /** The address that a request came from, for counting failed sign-ins. */
  readonly addressOf: (c: Context<ApiEnv>) => string;
  /** The newest audit entries, newest first, and the check of the whole chain. */
  readonly audit: {
    list(limit: number, beforeId?: number): Promise<readonly StoredAudit[]>;
    verify(): Promise<AuditVerdict>;
  };
}

/** An audit entry as the database gives it. */
interface StoredAudit extends Omit<AuditEntry, 'at'> {
  readonly id: number;
  readonly at: Date | EpochMs;
  readonly hash: string;
}

const roleSchema = z.enum(ROLES).openapi({ description: 'An administrator may do everything.' });
const memberSchema = z.object({ id: z.string(), name: z.string(), role: roleSchema });
const usernameSchema = z
  .string()
  .max(80)
  .refine(
    (given) => isUsername(normalUsername(given)),
    otherwise({
      en: 'must be 2 to 40 letters, digits, . _ - of any script',
      zh: '必须是 2 到 40 个文字、数字或 . _ -',
    }),
  )
  .openapi({ example: 'zhang.san' });
const newPasswordSchema = z.string().min(SHORTEST_PASSWORD).max(LONGEST_PASSWORD);
const nothing = { 204: { description: 'Done' } } as const;

const signIn = createRoute({
  method: 'post',
  path: '/api/session',
  tags: ['Staff 人员'],
  summary: 'Sign in',
  description:
    'Sets an HttpOnly cookie for browsers; `token` serves programs as `Authorization: Bearer <token>`. ' +
    'After too many failures: 429 with Retry-After.',
  request: {
    body: jsonBody(z.object({ username: z.string().min(1).max(80), password: z.string().min(1).max(128) })),
  },
  responses: answers(200, memberSchema.extend({ token: z.string() }), 'Signed in'),
});
const whoAmI = createRoute({
  method: 'get',
  path: '/api/session',
  tags: ['Staff 人员'],
  summary: 'Who is signed in',
  responses: answers(200, memberSchema, 'The signed-in person'),
});
const signOut = createRoute({
  method: 'delete',
  path: '/api/session',
  tags: ['Staff 人员'],
  summary: 'Sign out',
  responses: nothing,
});
const changePassword = createRoute({
  method: 'put',
  path: '/api/session/password',
  tags: ['Staff 人员'],
  summary: 'Change the own password; all other sessions of the account end',
  request: { body: jsonBody(z.object({ current: z.string().min(1).max(128), next: newPasswordSchema })) },
  responses: nothing,
});
const addStaff = createRoute({
  method: 'post',
  path: '/api/staff',
  tags: ['Staff 人员'],
  summary: 'Make an account',
  description: 'Without a password one is made up and told in this answer alone, to be handed to the person.',
  request: {
    body: jsonBody(
      z.object({
        username: usernameSchema,
        name: z.string().trim().min(1).max(80),
        role: roleSchema,
        password: newPasswordSchema.optional(),
      }),
    ),
  },
  responses: answers(
    201,
    memberSchema.extend({ username: z.string(), oneTimePassword: z.string().nullable() }),
    'Made; oneTimePassword is null when the request brought a password',
  ),
});
const renewPassword = createRoute({
  method: 'post',
  path: '/api/staff/{username}/password',
  tags: ['Staff 人员'],
  summary: 'Give an account a new one-time password; its sessions end',
  request: { params: z.object({ username: z.string().max(80) }) },
  responses: answers(200, z.object({ username: z.string(), oneTimePassword: z.string() }), 'Told this once'),
});
const listStaff = createRoute({
  method: 'get',
  path: '/api/staff',
  tags: ['Staff 人员'],
  summary: 'All accounts',
  responses: answers(
    200,
    z.object({
      staff: z.array(memberSchema.extend({ username: z.string(), createdAt: z.iso.datetime() })),
    }),
    'All accounts, by username',
  ),
});
const listPeople = createRoute({
  method: 'get',
  path: '/api/people',
  tags: ['Staff 人员'],
  summary: 'Names of all accounts, for whoever is signed in',
  description: 'Review, bookings and emergencies say who did what by id.',
  responses: answers(200, z.object({ people: z.array(memberSchema) }), 'Without usernames'),
});
const listAudit = createRoute({
  method: 'get',
  path: '/api/audit',
  tags: ['Staff 人员'],
  summary: 'The audit log, newest first',
  request: {
    query: z.object({
      limit: z.coerce.number<string>().int().min(1).max(1_000).default(100),
      before: z.coerce.number<string>().int().positive().optional(),
    }),
  },
  responses: answers(
    200,
    z.object({
      entries: z.array(
        z.object({
          id: z.int(),
          at: z.iso.datetime(),
          actor: z.string(),
          action: z.string(),
          subject: z.string(),
          detail: z.record(z.string(), z.unknown()),
          hash: z.string(),
        }),
      ),
    }),
    'Entries; ask for more with `before` set to the last id',
  ),
});
const verifyAudit = createRoute({
  method: 'get',
  path: '/api/audit/verdict',
  tags: ['Staff 人员'],
  summary: 'Recompute the hash chain of the whole audit log',
  responses: answers(
    200,
    z.discriminatedUnion('intact', [
      z.object({ intact: z.literal(true), entries: z.int(), head: z.string() }),
      z.object({ intact: z.literal(false), entries: z.int(), brokenAtId: z.int() }),
    ]),
    'Whether every entry still fits the one before it; note `head` elsewhere to see a cut-off end later',
  ),
});

/** Sign-in, accounts and the audit log. */
export function staffRoutes({ flow, addressOf, audit }: StaffRouteParts) {
  return apiRoutes()
    .openapi(signIn, async (c) => {
      const { username, password } = c.req.valid('json');
      const userAgent = (c.req.header('user-agent') ?? '').slice(0, 200);
      const { member, token, cookies } = await flow.signIn(username, password, {
        address: addressOf(c),
        userAgent,
      });
      sendCookies(c, cookies);
      c.header('cache-control', 'no-store');
      return c.json({ ...plain(member), token }, 200);
    })
    .openapi(whoAmI, (c) => c.json(plain(c.var.staff), 200))
    .openapi(signOut, async (c) => {
      sendCookies(c, await flow.signOut(c.req.raw.headers));
      return c.body(null, 204);
    })
    .openapi(changePassword, async (c) => {
      const { current, next } = c.req.valid('json');
      sendCookies(c, await flow.changePassword(c.var.staff, c.req.raw.headers, current, next));
      return c.body(null, 204);
    })
    .openapi(addStaff, async (c) => {
      const request = c.req.valid('json');
      const made = await flow.addStaff(c.var.staff, request);
      c.header('cache-control', 'no-store');
      return c.json(
        { ...made, oneTimePassword: request.password === undefined ? made.oneTimePassword : null },
        201,
      );
    })
    .openapi(renewPassword, async (c) => {
      const { username, password } = await flow.renewPassword(c.var.staff.id, c.req.valid('param').username);
      c.header('cache-control', 'no-store');
      return c.json({ username, oneTimePassword: password }, 200);
    })
    .openapi(listStaff, async (c) => {
      const entries = await flow.listStaff();
      const staff = entries.map((entry) => ({ ...entry, createdAt: entry.createdAt.toISOString() }));
      return c.json({ staff }, 200);
    })
    .openapi(listPeople, async (c) => c.json({ people: (await flow.listStaff()).map(plain) }, 200))
    .openapi(listAudit, async (c) => {
      const { limit, before } = c.req.valid('query');
      const rows = await audit.list(limit, before);
      const entries = rows.map(({ id, at, actor, action, subject, detail, hash }) => ({
        ...{ id, actor, action, subject, detail, hash },
        at: new Date(at).toISOString(),
      }));
      return c.json({ entries }, 200);
    })
    .openapi(verifyAudit, async (c) => c.json(await audit.verify(), 200));
}

function plain({ id, name, role }: StaffMember): StaffMember {
  return { id, name, role };
}

function sendCookies(c: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header('set-cookie', cookie, { append: true });
}
