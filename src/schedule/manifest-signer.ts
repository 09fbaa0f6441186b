import { gzip } from 'node:zlib';
import { MANIFEST_TYP } from '../contract/manifest.ts';
import { type PrivateKey, signStatement } from '../contract/signing.ts';
import { manifestText } from './build-manifest.ts';
import type { CurrentProgramme } from './programme-flow.ts';

/** A signed manifest, ready to be sent. */
export interface SignedManifest {
  readonly jws: string;
  /** The same bytes in gzip (RFC 1952); made when somebody first asks, off this thread. */
  packed(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Signed manifests kept ready; more would cost a megabyte each. */
const KEPT = 16;

function pack(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) =>
    gzip(text, (error, bytes) => (error ? reject(error) : resolve(new Uint8Array(bytes)))),
  );
}

/**
 * Signs manifests when a player asks for one. Ed25519 is deterministic, so equal programmes give equal
 * bytes; the last few stay in memory, since the players of an endpoint ask at about the same time.
 */
export function manifestSigner(
  keyNow: () => PrivateKey,
): (current: CurrentProgramme) => Promise<SignedManifest> {
  const kept = new Map<string, Promise<SignedManifest>>();
  return (current) => {
    const key = keyNow();
    const name = `${key.kid} ${current.endpointId} ${current.serial}`;
    const known = kept.get(name);
    if (known) return known;
    const signed = signStatement(manifestText(current.content, current), MANIFEST_TYP, key).then(
      (jws): SignedManifest => {
        let packing: Promise<Uint8Array<ArrayBuffer>> | null = null;
        return {
          jws,
          packed() {
            packing ??= pack(jws);
            return packing;
          },
        };
      },
    );
    kept.set(name, signed);
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return signed;
  };
}
