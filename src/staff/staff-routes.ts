import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import { ROLES } from './account.ts';
import type { ChangeAccount } from './account-store.ts';
import type { KeyStore } from './key-store.ts';
import type { PeopleFilter, StaffEntry } from './people-store.ts';
import type { PolicyStore } from './policy-store.ts';
import { remitSchema, toldRemit } from './remit.ts';
import type { SecondFactorStore } from './second-factor-store.ts';
import { told } from './session-routes.ts';
import type { SessionStore } from './session-store.ts';
import type { StaffFlow } from './staff-flow.ts';
import {
  memberSchema,
  NOTHING,
  newPasswordSchema,
  personNameSchema,
  plainMember,
  roleSchema,
  sessionsSchema,
  staffIdsSchema,
  usernameParam,
  usernameSchema,
} from './staff-schemas.ts';

/** What the routes need. */
export interface StaffRouteParts {
  readonly flow: StaffFlow;
  /** Accounts that fit, by username. */
  readonly people: (wanted: PeopleFilter) => Promise<readonly StaffEntry[]>;
  readonly sessions: SessionStore;
  readonly change: ChangeAccount;
  readonly secondFactors: SecondFactorStore;
  readonly keys: KeyStore;
  readonly policy: PolicyStore;
}

const addStaff = createRoute({
  method: 'post',
  path: '/api/staff',
  tags: ['Staff 人员'],
  summary: 'Make an account',
  description:
    'Without a password one is made up and told in this answer alone, to be handed to the person, who must change ' +
    'it before anything else.',
  request: {
    body: jsonBody(
      z.object({
        username: usernameSchema,
        name: personNameSchema,
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
  request: { params: usernameParam },
  responses: answers(200, z.object({ username: z.string(), oneTimePassword: z.string() }), 'Told this once'),
});
const listStaff = createRoute({
  method: 'get',
  path: '/api/staff',
  tags: ['Staff 人员'],
  summary: 'All accounts',
  description: 'With `limit` a page of them; the next one is `after` the last username of this one.',
  request: {
    query: z.object({
      q: z.string().max(200).optional().openapi({ description: 'Words of username or name; all must occur' }),
      after: z.string().max(80).optional(),
      limit: z.coerce.number<string>().pipe(z.int().min(1).max(200)).optional(),
    }),
  },
  responses: answers(
    200,
    z.object({
      staff: z.array(
        memberSchema.extend({
          username: z.string(),
          isBlocked: z.boolean(),
          hasSecondFactor: z.boolean(),
          passkeys: z.int(),
          remit: remitSchema.nullable(),
          createdAt: z.iso.datetime(),
        }),
      ),
    }),
    'All accounts, by username',
  ),
});
const listPeople = createRoute({
  method: 'get',
  path: '/api/people',
  tags: ['Staff 人员'],
  summary: 'Names of all accounts, for whoever is signed in',
  description:
    'Review, bookings and emergencies say who did what by id. Keys of other programs have no role.',
  request: { query: z.object({ ids: staffIdsSchema.optional() }) },
  responses: answers(
    200,
    z.object({ people: z.array(memberSchema.extend({ role: roleSchema.nullable() })) }),
    'Without usernames',
  ),
});
const changeStaff = createRoute({
  method: 'patch',
  path: '/api/staff/{username}',
  tags: ['Staff 人员'],
  summary: 'Change name, role or remit of an account, block it or let it in again',
  description:
    'A blocked account cannot sign in, and its sessions end at once. One administrator must remain.',
  request: {
    params: usernameParam,
    body: jsonBody(
      z.strictObject({
        name: personNameSchema.optional(),
        role: roleSchema.optional(),
        isBlocked: z.boolean().optional(),
        remit: remitSchema
          .nullable()
          .optional()
          .openapi({ description: 'The areas and owners whose endpoints it is for; null: all' }),
      }),
    ),
  },
  responses: NOTHING,
});
const resetSecondFactor = createRoute({
  method: 'delete',
  path: '/api/staff/{username}/second-factor',
  tags: ['Staff 人员'],
  summary: 'Take two-step sign-in off an account whose owner lost the phone',
  request: { params: usernameParam },
  responses: NOTHING,
});
const listSessionsOf = createRoute({
  method: 'get',
  path: '/api/staff/{username}/sessions',
  tags: ['Staff 人员'],
  summary: 'Where an account is signed in',
  request: { params: usernameParam },
  responses: answers(200, sessionsSchema, 'Sign-ins that have not ended, the last used first'),
});
const endSessionsOf = createRoute({
  method: 'delete',
  path: '/api/staff/{username}/sessions',
  tags: ['Staff 人员'],
  summary: 'End all sign-ins of an account',
  request: { params: usernameParam },
  responses: answers(200, z.object({ ended: z.int() }), 'How many'),
});
const endSessionOf = createRoute({
  method: 'delete',
  path: '/api/staff/{username}/sessions/{id}',
  tags: ['Staff 人员'],
  summary: 'End one sign-in of an account',
  request: { params: usernameParam.extend({ id: z.string().max(80) }) },
  responses: NOTHING,
});

const policySchema = z.strictObject({
  secondFactorRoles: z
    .array(roleSchema)
    .max(ROLES.length)
    .openapi({ description: 'Who has one of these roles sets two-step sign-in up before anything else' }),
});
const readPolicy = createRoute({
  method: 'get',
  path: '/api/sign-in-policy',
  tags: ['Staff 人员'],
  summary: 'Of whom two-step sign-in is asked',
  responses: answers(200, policySchema, 'The policy'),
});
const writePolicy = createRoute({
  method: 'put',
  path: '/api/sign-in-policy',
  tags: ['Staff 人员'],
  summary: 'Ask two-step sign-in of roles',
  description:
    'Counts from the next request on. Accounts of an identity provider are left out: their second step is its own.',
  request: { body: jsonBody(policySchema) },
  responses: NOTHING,
});

/** Accounts, as administrators keep them. */
export function staffRoutes({
  flow,
  people,
  sessions,
  change,
  secondFactors,
  keys,
  policy,
}: StaffRouteParts) {
  return apiRoutes()
    .openapi(readPolicy, async (c) => {
      const { secondFactorRoles } = await policy.read();
      return c.json({ secondFactorRoles: [...secondFactorRoles] }, 200);
    })
    .openapi(writePolicy, async (c) => {
      await policy.write(c.var.staff.id, c.req.valid('json'));
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
      const entries = await people(c.req.valid('query'));
      const staff = entries.map((entry) => ({
        ...entry,
        remit: toldRemit(entry.remit),
        createdAt: entry.createdAt.toISOString(),
      }));
      return c.json({ staff }, 200);
    })
    .openapi(listPeople, async (c) => {
      const { ids } = c.req.valid('query');
      const all = (await keys.list()).map(({ id, name }) => ({ id: `key ${id}`, name, role: null }));
      const keyed = ids ? all.filter(({ id }) => ids.includes(id)) : all;
      return c.json({ people: [...(await people({ ids })).map(plainMember), ...keyed] }, 200);
    })
    .openapi(changeStaff, async (c) => {
      await change(c.var.staff.id, c.req.valid('param').username, c.req.valid('json'));
      return c.body(null, 204);
    })
    .openapi(resetSecondFactor, async (c) => {
      await secondFactors.reset(c.var.staff.id, c.req.valid('param').username);
      return c.body(null, 204);
    })
    .openapi(listSessionsOf, async (c) => {
      const owner = await sessions.ownerNamed(c.req.valid('param').username);
      const running = await sessions.of(owner);
      return c.json({ sessions: running.map((one) => told(one, c.var.session.id)) }, 200);
    })
    .openapi(endSessionsOf, async (c) => {
      const owner = await sessions.ownerNamed(c.req.valid('param').username);
      return c.json({ ended: await sessions.endAll(c.var.staff.id, owner) }, 200);
    })
    .openapi(endSessionOf, async (c) => {
      const { username, id } = c.req.valid('param');
      await sessions.end(c.var.staff.id, await sessions.ownerNamed(username), id);
      return c.body(null, 204);
    });
}
