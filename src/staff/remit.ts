import { z } from '@hono/zod-openapi';
import type { Role } from '../base/api-routes.ts';
import type { Remit } from '../base/within.ts';
import { idSchema } from '../contract/media-type.ts';

/** See {@link Remit}. Who has none deals with all endpoints. */
export const remitSchema = z
  .strictObject({
    areaIds: z.array(idSchema).min(1).max(1_000).nullable(),
    owners: z.array(z.string().max(200)).min(1).max(1_000).nullable(),
  })
  .openapi('Remit');

/**
 * The remit that the database holds; null: all endpoints.
 * @throws ZodError when it cannot be understood: then nobody is let in by mistake
 */
export function remitOf(stored: unknown): Remit | null {
  return plainRemit(remitSchema.nullable().parse(stored ?? null));
}

/** The remit in a row of an account. Administrators are for all endpoints, whatever was set before they became one. */
export function remitFor(role: Role, user: object): Remit | null {
  return role === 'administrator' || !('remit' in user) ? null : remitOf(user.remit);
}

/** The same remit; null where it limits nothing. */
export function plainRemit(remit: Remit | null): Remit | null {
  return remit && (remit.areaIds !== null || remit.owners !== null) ? remit : null;
}

/** The remit as an answer tells it. */
export function toldRemit(remit: Remit | null): z.infer<typeof remitSchema> | null {
  return (
    remit && {
      areaIds: remit.areaIds === null ? null : [...remit.areaIds],
      owners: remit.owners === null ? null : [...remit.owners],
    }
  );
}
