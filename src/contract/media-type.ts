import { z } from 'zod';

/** What an endpoint is. `screen`: outdoor LED; `tv`: lobby or lift television; `loudspeaker`: sound only. */
export const endpointKindSchema = z.enum(['screen', 'tv', 'loudspeaker']);
/** See {@link endpointKindSchema}. */
export type EndpointKind = z.infer<typeof endpointKindSchema>;

/** Category of material: public-service film, fire-case warning clip, safety notice. */
export const categorySchema = z.enum(['psa', 'warning', 'notice']);

/** Lower-case hex SHA-256 of a file's bytes; the only name a file has between server and player. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** An integer id; positive, and safe in every JSON reader. */
export const idSchema = z.int().positive();

/** An instant as ISO 8601 with an offset or Z, for example 2027-02-05T19:00:00Z. */
export const instantSchema = z.iso.datetime({ offset: true });

/** A public key as a JSON Web Key (RFC 7517, RFC 8037): Ed25519 only. `kid` is its RFC 7638 thumbprint. */
export const publicKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().length(43),
  kid: z.string().min(1).max(64),
});
/** See {@link publicKeySchema}. */
export type PublicKey = z.infer<typeof publicKeySchema>;

/** Whether the bytes are moving picture, still picture or sound alone; decided by MIME type. */
export type MediaClass = 'video' | 'image' | 'audio';

/** The class of a MIME type, or null when no player knows what to do with it. */
export function mediaClassOf(type: string): MediaClass | null {
  const top = type.split('/', 1)[0];
  return top === 'video' || top === 'image' || top === 'audio' ? top : null;
}
