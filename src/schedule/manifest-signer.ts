import { MANIFEST_TYP } from '../contract/manifest.ts';
import { type PrivateKey, signStatement } from '../contract/signing.ts';
import { manifestText } from './build-manifest.ts';
import type { CurrentProgramme } from './programme-flow.ts';

/** Signed manifests kept ready; more would cost a megabyte each. */
const KEPT = 16;

/**
 * Signs manifests when a player asks for one. Ed25519 is deterministic, so equal programmes give equal
 * bytes; the last few stay in memory, since the players of an endpoint ask at about the same time.
 */
export function manifestSigner(key: PrivateKey): (current: CurrentProgramme) => Promise<string> {
  const kept = new Map<string, Promise<string>>();
  return (current) => {
    const name = `${current.endpointId} ${current.serial}`;
    const known = kept.get(name);
    if (known) return known;
    const signed = signStatement(manifestText(current.content, current), MANIFEST_TYP, key);
    kept.set(name, signed);
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return signed;
  };
}
