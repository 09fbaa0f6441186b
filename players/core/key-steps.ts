import { keyRotationSchema } from '../../src/contract/key-rotation.ts';
import { readJson } from './read-json.ts';
import type { Turn } from './turn.ts';

/** Keys given up that still open what the box itself stored; more rotations than this are never in between. */
const KEPT_RETIRED = 4;

/**
 * A rotation whose signature was good. It counts only when the key that signed it is pinned and is the one that
 * it gives up: then the new key takes its place for good, and the old one opens nothing more that comes by wire.
 */
export function onRotation(turn: Turn, text: string, kid: string): void {
  const { identity } = turn.state;
  if (!identity) return;
  const rotation = readJson(keyRotationSchema, text);
  const given = identity.serverKeys.find((key) => key.kid === kid);
  if (!rotation || !given || rotation.replaces !== kid) {
    turn.trouble('rotation.refused', 'a key rotation with a good signature did not fit and was not followed');
    return;
  }
  const others = identity.serverKeys.filter((key) => key.kid !== kid && key.kid !== rotation.key.kid);
  const retired = [...(identity.retiredKeys ?? []), given].slice(-KEPT_RETIRED);
  const next = { ...identity, serverKeys: [...others, rotation.key], retiredKeys: retired };
  turn.set({ identity: next });
  turn.do({ type: 'save', slot: 'identity', text: JSON.stringify(next) });
  turn.trouble('key.rotated', `the server's key is ${rotation.key.kid} now; ${kid} said so itself`);
}
