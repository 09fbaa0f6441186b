import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import { badCode, type Guesses } from './guesses.ts';
import type { Asking, SecondFactorStore } from './second-factor-store.ts';
import { agentOf, sendCookies } from './session-routes.ts';
import { codeSchema, NOTHING, triedPasswordSchema } from './staff-schemas.ts';

/** What the routes need. */
export interface SecondFactorRouteParts {
  readonly secondFactors: SecondFactorStore;
  readonly guesses: Guesses;
  readonly addressOf: (c: Context<ApiEnv>) => string;
}

const passwordBody = { body: jsonBody(z.object({ password: triedPasswordSchema })) };
const codesSchema = z.object({ backupCodes: z.array(z.string()) });

const tellState = createRoute({
  method: 'get',
  path: '/api/session/second-factor',
  tags: ['Staff 人员'],
  summary: 'Whether two-step sign-in is on',
  responses: answers(200, z.object({ isOn: z.boolean(), backupCodesLeft: z.int() }), 'Of the own account'),
});
const begin = createRoute({
  method: 'post',
  path: '/api/session/second-factor',
  tags: ['Staff 人员'],
  summary: 'Make a secret for an authenticator app (TOTP); it counts once a code of it was shown',
  request: passwordBody,
  responses: answers(
    200,
    z.object({
      secret: z.string().openapi({ description: 'Base32, to be typed' }),
      uri: z.string().openapi({ description: 'otpauth://…, to be shown as a QR code' }),
    }),
    'Told this once',
  ),
});
const confirm = createRoute({
  method: 'post',
  path: '/api/session/second-factor/confirm',
  tags: ['Staff 人员'],
  summary: 'Turn two-step sign-in on by a first code; the session is renewed',
  request: { body: jsonBody(z.object({ code: codeSchema })) },
  responses: answers(200, codesSchema, 'Backup codes, each good once; told this once'),
});
const renewCodes = createRoute({
  method: 'post',
  path: '/api/session/second-factor/codes',
  tags: ['Staff 人员'],
  summary: 'Make new backup codes; the old ones end',
  request: passwordBody,
  responses: answers(200, codesSchema, 'Told this once'),
});
const end = createRoute({
  method: 'post',
  path: '/api/session/second-factor/end',
  tags: ['Staff 人员'],
  summary: 'Turn two-step sign-in off; the session is renewed',
  request: passwordBody,
  responses: NOTHING,
});

/** What a person does with the second step of the own sign-in. Wrong passwords and codes count as failures. */
export function secondFactorRoutes({ secondFactors, guesses, addressOf }: SecondFactorRouteParts) {
  const asking = (c: Context<ApiEnv>): Asking => ({
    id: c.var.staff.id,
    headers: c.req.raw.headers,
    from: { address: addressOf(c), userAgent: agentOf(c) },
  });
  return apiRoutes()
    .openapi(tellState, async (c) => c.json(await secondFactors.stateOf(c.var.staff.id), 200))
    .openapi(begin, async (c) => {
      const { password } = c.req.valid('json');
      const { id } = c.var.staff;
      const { secret, uri } = await guesses.ofPerson(id, () => secondFactors.begin(asking(c), password));
      c.header('cache-control', 'no-store');
      return c.json({ secret, uri }, 200);
    })
    .openapi(confirm, async (c) => {
      const { code } = c.req.valid('json');
      const { codes, cookies } = await guesses.ofPerson(c.var.staff.id, async () => {
        const done = await secondFactors.confirm(asking(c), code);
        if (done === null) throw badCode();
        return done;
      });
      sendCookies(c, cookies);
      c.header('cache-control', 'no-store');
      return c.json({ backupCodes: [...codes] }, 200);
    })
    .openapi(renewCodes, async (c) => {
      const { password } = c.req.valid('json');
      const { id } = c.var.staff;
      const codes = await guesses.ofPerson(id, () => secondFactors.renewCodes(asking(c), password));
      c.header('cache-control', 'no-store');
      return c.json({ backupCodes: [...codes] }, 200);
    })
    .openapi(end, async (c) => {
      const { password } = c.req.valid('json');
      const { id } = c.var.staff;
      sendCookies(c, await guesses.ofPerson(id, () => secondFactors.end(asking(c), password)));
      return c.body(null, 204);
    });
}
