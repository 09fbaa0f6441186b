import { z } from '@hono/zod-openapi';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { otherwise } from '../base/issue-words.ts';

/* What browsers and server tell each other in JSON: W3C Web Authentication, Level 3. */

const base64url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\w-]+$/, otherwise({ en: 'must be base64url', zh: '必须是 base64url 编码' }));
/** At most 1,023 bytes, by CTAP. */
const credentialId = base64url(1_364);
const type = z.literal('public-key');

/** The answer of a passkey that signs in. It names its owner itself (`userHandle`), since nobody typed a username. */
export const assertionSchema = z.object({
  ...{ id: credentialId, rawId: credentialId, type },
  response: z.object({
    clientDataJSON: base64url(8_192),
    authenticatorData: base64url(8_192),
    signature: base64url(8_192),
    userHandle: base64url(100),
  }),
});
/** See {@link assertionSchema}. */
export type Assertion = z.infer<typeof assertionSchema>;

/** The answer of a passkey that was made. */
export const attestationSchema = z.object({
  ...{ id: credentialId, rawId: credentialId, type },
  response: z.object({ clientDataJSON: base64url(8_192), attestationObject: base64url(65_536) }),
});
/** See {@link attestationSchema}. */
export type Attestation = z.infer<typeof attestationSchema>;

/** What a browser is asked to sign in with. */
export const requestOptionsSchema = z.custom<PublicKeyCredentialRequestOptionsJSON>().openapi({
  type: 'object',
  description: 'PublicKeyCredentialRequestOptionsJSON of Web Authentication; good for five minutes, once',
});
/** What a browser is asked to make. */
export const creationOptionsSchema = z.custom<PublicKeyCredentialCreationOptionsJSON>().openapi({
  type: 'object',
  description: 'PublicKeyCredentialCreationOptionsJSON of Web Authentication; good for five minutes, once',
});

/** What its owner calls a passkey. */
export const passkeyNameSchema = z.string().trim().min(1).max(60).openapi({ example: '办公室电脑' });
/** A passkey, as its owner sees it. */
export const passkeySchema = z.object({
  id: z.int(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'Null: never yet' }),
});
