import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { z } from 'zod';

const webhookSchema = z.object({ address: z.string(), secret: z.string().nullable() });
/** Where messages go, and the secret that signs them. Whoever has the address may speak there. */
type Webhook = z.infer<typeof webhookSchema>;

/** Keeps webhooks in the database so that a copy of it does not tell them. */
export interface WebhookSeal {
  /** Seals one, other bytes each time. */
  close(webhook: Webhook): string;
  /** What was sealed; null where it was with the secret of other servers. What never was sealed comes back as it is. */
  open(webhook: Webhook): Webhook | null;
}

/**
 * A sealed webhook is an address all the same, which leads nowhere (RFC 6761): a server of an older version, beside this
 * one for the time of an upgrade, fails to reach it, and leaves the message to be tried again.
 */
export const SEALED = 'https://sealed.invalid/#v1.';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM under a key of its own (HKDF, RFC 5869) from the secret that all servers share. `random` gives so many bytes
 * that nobody can foretell.
 */
export function webhookSeal(secret: string, random: (bytes: number) => Buffer): WebhookSeal {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'beacon-tower webhooks v1', 32));
  return {
    close(webhook) {
      const nonce = random(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce);
      const { address, secret: signing } = webhook;
      const sealed = [cipher.update(JSON.stringify({ address, secret: signing })), cipher.final()];
      return SEALED + Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64url');
    },
    open({ address, secret: signing }) {
      if (!address.startsWith(SEALED)) return { address, secret: signing };
      const bytes = Buffer.from(address.slice(SEALED.length), 'base64url');
      const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
        decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const text = Buffer.concat([decipher.update(body), decipher.final()]).toString();
        return webhookSchema.parse(JSON.parse(text));
      } catch {
        return null;
      }
    },
  };
}
