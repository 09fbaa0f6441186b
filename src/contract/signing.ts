import {
  CompactSign,
  calculateJwkThumbprint,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
} from 'jose';
import { type PublicKey, publicKeySchema } from './media-type.ts';

/** A signing key: the public key with its private scalar `d` (RFC 8037). Never leaves the server. */
export interface PrivateKey extends PublicKey {
  readonly d: string;
}

/** What a signature check can find wrong; said in health reports, never shown on a screen. */
export type SignatureFault =
  | 'signature.malformed'
  | 'signature.wrongType'
  | 'signature.unknownKey'
  | 'signature.invalid';

/** The outcome of {@link verifyStatement}. */
export type Verified =
  | { readonly ok: true; readonly text: string; readonly kid: string }
  | { readonly ok: false; readonly fault: SignatureFault };

/** Makes a new Ed25519 key whose `kid` is its RFC 7638 thumbprint. */
export async function makeSigningKey(): Promise<PrivateKey> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const publicPart = publicKeySchema.parse({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, kid });
  if (!jwk.d) throw new Error('the generated key has no private part');
  return { ...publicPart, d: jwk.d };
}

/** The part of a key that players pin. */
export function publicPartOf(key: PublicKey): PublicKey {
  return { kty: key.kty, crv: key.crv, x: key.x, kid: key.kid };
}

/** Signs `text` as a compact JWS (RFC 7515) with `alg: EdDSA`, the key's `kid` and the given `typ`. */
export async function signStatement(text: string, typ: string, key: PrivateKey): Promise<string> {
  const secret = await importJWK({ ...key }, 'EdDSA');
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'EdDSA', typ, kid: key.kid })
    .sign(secret);
}

/**
 * Checks a compact JWS against pinned keys. Only EdDSA, only the stated `typ`, only a key of the list;
 * never throws on bad input.
 */
export async function verifyStatement(
  jws: string,
  typ: string,
  pinned: readonly PublicKey[],
): Promise<Verified> {
  const key = signerOf(jws, typ, pinned);
  if (typeof key === 'string') return { ok: false, fault: key };
  try {
    const publicKey = await importedKey(key);
    const { payload } = await compactVerify(jws, publicKey, { algorithms: ['EdDSA'] });
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(payload), kid: key.kid };
  } catch {
    return { ok: false, fault: 'signature.invalid' };
  }
}

/**
 * The pinned key by which a compact JWS says that it is signed, or why it cannot be: everything but the signature
 * itself is checked. Only EdDSA, only the stated `typ`, no extension that must be understood (RFC 7515 §4.1.11).
 */
export function signerOf(jws: string, typ: string, pinned: readonly PublicKey[]): PublicKey | SignatureFault {
  const header = readHeader(jws);
  if (!header) return 'signature.malformed';
  if (header.typ !== typ || header.alg !== 'EdDSA' || header.crit !== undefined) return 'signature.wrongType';
  return pinned.find((candidate) => candidate.kid === header.kid) ?? 'signature.unknownKey';
}

/** So many keys are held ready for checks; a player pins a few, so the oldest of more go. */
const MOST_READY = 32;

/** Makes each key ready once, known again by its 32 bytes. */
export function keysMadeReady<T>(make: (key: PublicKey) => T): (key: PublicKey) => T {
  const ready = new Map<string, T>();
  return (key) => {
    const known = ready.get(key.x);
    if (known !== undefined) return known;
    const made = make(key);
    const oldest = ready.size >= MOST_READY ? ready.keys().next().value : undefined;
    if (oldest !== undefined) ready.delete(oldest);
    ready.set(key.x, made);
    return made;
  };
}

const importedKey = keysMadeReady((key) => importJWK({ ...publicPartOf(key) }, 'EdDSA'));

function readHeader(jws: string): { alg?: unknown; typ?: unknown; kid?: unknown; crit?: unknown } | null {
  const parts = jws.split('.');
  const head = parts[0];
  if (parts.length !== 3 || !head || !/^[A-Za-z0-9_-]+$/.test(head)) return null;
  try {
    const json: unknown = JSON.parse(atob(head.replace(/-/g, '+').replace(/_/g, '/')));
    return typeof json === 'object' && json !== null ? json : null;
  } catch {
    return null;
  }
}
