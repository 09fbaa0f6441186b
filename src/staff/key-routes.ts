import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { otherwise } from '../base/issue-words.ts';
import type { Clock } from '../base/units.ts';
import { KEY_SCOPES } from './key-scopes.ts';
import type { KeyStore } from './key-store.ts';
import { remitSchema, toldRemit } from './remit.ts';
import { NOTHING, personNameSchema } from './staff-schemas.ts';

const scopesSchema = z
  .array(z.enum(KEY_SCOPES))
  .min(1)
  .refine(
    (scopes) => new Set(scopes).size === scopes.length,
    otherwise({ en: 'must name each once', zh: '每项只能出现一次' }),
  );
const instantSchema = z.iso.datetime();

const listKeys = createRoute({
  method: 'get',
  path: '/api/keys',
  tags: ['Staff 人员'],
  summary: 'Keys of other programs, also those that ended',
  responses: answers(
    200,
    z.object({
      keys: z.array(
        z.object({
          id: z.int(),
          name: z.string(),
          begins: z.string().openapi({ description: 'Its first characters, to tell keys apart' }),
          scopes: z.array(z.enum(KEY_SCOPES)),
          remit: remitSchema.nullable(),
          createdBy: z.string(),
          createdAt: instantSchema,
          expiresAt: instantSchema.nullable(),
          lastUsedAt: instantSchema.nullable().openapi({ description: 'Late by up to a minute' }),
          revokedAt: instantSchema.nullable(),
          /** Neither revoked nor expired. */
          isGood: z.boolean(),
        }),
      ),
    }),
    'By name',
  ),
});
const makeKey = createRoute({
  method: 'post',
  path: '/api/keys',
  tags: ['Staff 人员'],
  summary: 'Make a key for another program',
  description: 'To be sent as `Authorization: Bearer bt_…`. It opens what its scopes name and nothing else.',
  request: {
    body: jsonBody(
      z.strictObject({
        name: personNameSchema,
        scopes: scopesSchema,
        expiresAt: z.iso.datetime({ offset: true }).nullable(),
        remit: remitSchema
          .nullable()
          .optional()
          .openapi({ description: 'The areas and owners whose endpoints it is for; absent or null: all' }),
      }),
    ),
  },
  responses: answers(201, z.object({ id: z.int(), key: z.string() }), 'Told this once; kept as a hash alone'),
});
const revokeKey = createRoute({
  method: 'delete',
  path: '/api/keys/{id}',
  tags: ['Staff 人员'],
  summary: 'End a key for good',
  request: { params: idParam },
  responses: NOTHING,
});

/** Keys of other programs, as administrators keep them. */
export function keyRoutes({ keys, now }: { readonly keys: KeyStore; readonly now: Clock }) {
  return apiRoutes()
    .openapi(listKeys, async (c) => {
      const at = now();
      const told = (await keys.list()).map((key) => ({
        ...key,
        scopes: [...key.scopes],
        remit: toldRemit(key.remit),
        createdAt: key.createdAt.toISOString(),
        expiresAt: key.expiresAt?.toISOString() ?? null,
        lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
        revokedAt: key.revokedAt?.toISOString() ?? null,
        isGood: key.revokedAt === null && (key.expiresAt === null || key.expiresAt.getTime() > at),
      }));
      return c.json({ keys: told }, 200);
    })
    .openapi(makeKey, async (c) => {
      const { name, scopes, expiresAt, remit } = c.req.valid('json');
      const until = expiresAt === null ? null : Date.parse(expiresAt);
      const made = await keys.make(c.var.staff.id, { name, scopes, remit, expiresAt: until });
      c.header('cache-control', 'no-store');
      return c.json(made, 201);
    })
    .openapi(revokeKey, async (c) => {
      await keys.revoke(c.var.staff.id, c.req.valid('param').id);
      return c.body(null, 204);
    });
}
