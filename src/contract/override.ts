import { z } from 'zod';
import { idSchema, instantSchema, sha256Schema } from './media-type.ts';

/** JWS `typ` header of an override, so that no other signed statement can pass for one. */
export const OVERRIDE_TYP = 'beacon-override';

/** An emergency that takes over endpoints at once. Travels inside the SSE event as a compact JWS. */
export const overrideSchema = z.object({
  version: z.literal(1),
  overrideId: idSchema,
  /** Grows with every statement about this override; a lower one is old news. */
  serial: z.int().positive(),
  action: z.enum(['raise', 'withdraw']),
  /** The endpoints that are meant; a player ignores a statement that does not name its own. */
  endpoints: z.array(idSchema).min(1),
  from: instantSchema,
  /** Ends by itself at this instant, also offline. */
  until: instantSchema,
  drill: z.boolean(),
  show: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('media'), assetId: idSchema, media: z.array(sha256Schema).min(1) }),
    z.object({
      kind: z.literal('text'),
      title: z.string().max(60),
      body: z.string().max(500),
      lang: z.string(),
    }),
  ]),
});
/** See {@link overrideSchema}. */
export type Override = z.infer<typeof overrideSchema>;
