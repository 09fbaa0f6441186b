import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { PublicKey } from '../../src/contract/media-type.ts';
import { publicPartOf, signerOf, type Verified } from '../../src/contract/signing.ts';

/** Keys made ready for checks, by their 32 bytes; a player pins a few, so the oldest of more go. */
const readyKeys = new Map<string, KeyObject>();
const MOST_READY = 32;

/**
 * What `verifyStatement` of the contract promises, at 0.6 of its processor time: Node's own check, which an
 * emergency need not wait in line for behind the reading of files.
 */
export async function verifyOnNode(
  jws: string,
  typ: string,
  pinned: readonly PublicKey[],
): Promise<Verified> {
  const signer = signerOf(jws, typ, pinned);
  if (typeof signer === 'string') return { ok: false, fault: signer };
  const [head = '', payload = '', signature = ''] = jws.split('.');
  if (!isBase64Url(payload) || !isBase64Url(signature)) return { ok: false, fault: 'signature.invalid' };
  try {
    const signed = Buffer.from(`${head}.${payload}`, 'latin1');
    if (!verify(null, signed, readyKey(signer), Buffer.from(signature, 'base64url')))
      return { ok: false, fault: 'signature.invalid' };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(payload, 'base64url'));
    return { ok: true, text, kid: signer.kid };
  } catch {
    return { ok: false, fault: 'signature.invalid' };
  }
}

function readyKey(key: PublicKey): KeyObject {
  const known = readyKeys.get(key.x);
  if (known) return known;
  const made = createPublicKey({ key: { ...publicPartOf(key) }, format: 'jwk' });
  const oldest = readyKeys.size >= MOST_READY ? readyKeys.keys().next().value : undefined;
  if (oldest !== undefined) readyKeys.delete(oldest);
  readyKeys.set(key.x, made);
  return made;
}

/** Node's decoder passes over what is no letter of base64url. */
function isBase64Url(part: string): boolean {
  return /^[\w-]+$/.test(part);
}
