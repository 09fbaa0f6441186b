import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const [PRESENT, VERIFIED, HAS_KEY] = [1, 4, 64];

/** What an answer says; a test twists one thing at a time. */
interface Twist {
  readonly origin?: string;
  readonly rpId?: string;
  readonly counter?: number;
  /** Whether its owner was checked (PIN, finger). */
  readonly isVerified?: boolean;
  readonly owner?: string;
  /** An attestation in the place of none. */
  readonly attestation?: { readonly fmt: string; readonly attStmt: Map<string, unknown> };
}

/** A passkey in software: answers what a server asks as an authenticator does. */
export function softPasskey(origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  const named = { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' };
  const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64url'));
  const cose = new Map<number, number | Uint8Array>([
    ...([
      [1, 2],
      [3, -7],
      [-1, 1],
    ] as const),
    ...([
      [-2, bytes(x)],
      [-3, bytes(y)],
    ] as const),
  ]);
  let owner = '';
  const clientData = (type: string, challenge: string, twist: Twist) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: twist.origin ?? origin, crossOrigin: false }));
  const head = (flags: number, counter: number, twist: Twist) => {
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags | PRESENT | (twist.isVerified === false ? 0 : VERIFIED));
    rest.writeUInt32BE(counter, 1);
    const rpId = twist.rpId ?? new URL(origin).hostname;
    return Buffer.concat([createHash('sha256').update(rpId).digest(), rest]);
  };
  return {
    /** The answer to what a server asks a new passkey. */
    make(asked: { challenge: string; user: { id: string } }, twist: Twist = {}) {
      owner = asked.user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const key = Buffer.from(isoCBOR.encode(cose));
      const authData = Buffer.concat([head(HAS_KEY, 0, twist), Buffer.alloc(16), length, id, key]);
      const { fmt, attStmt } = twist.attestation ?? { fmt: 'none', attStmt: new Map() };
      const attestation = new Map<string, unknown>([
        ['fmt', fmt],
        ['attStmt', attStmt],
        ['authData', new Uint8Array(authData)],
      ]);
      return {
        ...named,
        response: {
          clientDataJSON: clientData('webauthn.create', asked.challenge, twist).toString('base64url'),
          attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
        },
      };
    },
    /** The answer to what a server asks whoever signs in. */
    answer(asked: { challenge: string }, twist: Twist = {}) {
      const client = clientData('webauthn.get', asked.challenge, twist);
      const authenticatorData = head(0, twist.counter ?? 0, twist);
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(client).digest()]);
      return {
        ...named,
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: authenticatorData.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
          userHandle: twist.owner ?? owner,
        },
      };
    },
  };
}
