import { z } from 'zod';
import { instantSchema, publicKeySchema } from './media-type.ts';

/** JWS `typ` header of a key rotation, so that no other signed statement can pass for one. */
export const ROTATION_TYP = 'beacon-key-rotation';

/** The server's key gives way to another. Travels as a compact JWS that the key given up has signed. */
export const keyRotationSchema = z.object({
  version: z.literal(1),
  /** `kid` of the key given up: always the one that signed this. */
  replaces: z.string().min(1).max(64),
  /** The key to pin instead. */
  key: publicKeySchema,
  issuedAt: instantSchema,
});
/** See {@link keyRotationSchema}. */
export type KeyRotation = z.infer<typeof keyRotationSchema>;

/**
 * Every rotation since the server's first key, oldest first, each a compact JWS. A player that missed some takes
 * them up one after the other, beginning at the key that it has pinned.
 */
export const keyRotationsSchema = z.object({ rotations: z.array(z.string()) });
