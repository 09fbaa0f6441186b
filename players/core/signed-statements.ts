import type { Ms } from '../../src/base/units.ts';
import { MINUTE_MS } from '../../src/base/units.ts';
import { COMMAND_TYP } from '../../src/contract/command.ts';
import { ROTATION_TYP } from '../../src/contract/key-rotation.ts';
import { MANIFEST_TYP } from '../../src/contract/manifest.ts';
import type { PublicKey } from '../../src/contract/media-type.ts';
import { OVERRIDE_TYP } from '../../src/contract/override.ts';
import type { Verified } from '../../src/contract/signing.ts';
import type { Happening } from './player-event.ts';
import type { Identity } from './player-state.ts';
import type { PlayerPorts } from './ports.ts';

/** Least time between two questions for rotations, for manifests and emergencies each: forgeries are cheap. */
const KEYS_AGAIN_MS: Ms = MINUTE_MS;

/** Checks what is signed before the core hears of it. */
export interface StatementEar {
  manifest(jws: string, etag: string | null, fromStorage: boolean): Promise<void>;
  override(jws: string, fromStorage?: boolean): Promise<void>;
  command(jws: string): Promise<void>;
}

/**
 * Makes an ear over the keys that the player has pinned. A statement by an unknown key has it ask the server
 * whether the key was replaced; only a chain of rotations that begins at a pinned key makes another one known.
 */
export function statementEar(deps: {
  ports: Pick<PlayerPorts, 'verify' | 'link' | 'clock'>;
  extraKeys: readonly PublicKey[];
  identity: () => Identity | null;
  dispatch: (happening: Happening) => void;
}): StatementEar {
  const { ports, extraKeys, identity, dispatch } = deps;
  const lastAskedMs = new Map<string, Ms>();

  function pinned(fromStorage: boolean): PublicKey[] {
    const known = identity();
    // What the box stored was checked when it came in; its key may have been given up since.
    const retired = fromStorage ? (known?.retiredKeys ?? []) : [];
    return [...(known?.serverKeys ?? []), ...retired, ...extraKeys];
  }

  async function check(jws: string, typ: string, fromStorage: boolean): Promise<Verified> {
    const first = await ports.verify(jws, typ, pinned(fromStorage));
    if (first.ok || first.fault !== 'signature.unknownKey' || fromStorage) return first;
    await learnKeys(typ);
    return ports.verify(jws, typ, pinned(false));
  }

  async function learnKeys(why: string): Promise<void> {
    const { monoMs } = ports.clock;
    if (monoMs() - (lastAskedMs.get(why) ?? Number.NEGATIVE_INFINITY) < KEYS_AGAIN_MS) return;
    lastAskedMs.set(why, monoMs());
    const answer = await ports.link.fetchKeys(identity()?.token ?? '');
    if (!answer.ok) return;
    for (const jws of answer.value.rotations) {
      const checked = await ports.verify(jws, ROTATION_TYP, identity()?.serverKeys ?? []);
      if (checked.ok) dispatch({ type: 'rotation.verified', text: checked.text, kid: checked.kid });
      // Rotations of keys from before this player's pairing are signed by keys that it never knew.
      else if (checked.fault !== 'signature.unknownKey')
        dispatch({ type: 'statement.refused', what: 'key rotation', fault: checked.fault });
    }
  }

  return {
    async manifest(jws, etag, fromStorage) {
      const checked = await check(jws, MANIFEST_TYP, fromStorage);
      if (checked.ok) dispatch({ type: 'manifest.verified', text: checked.text, jws, etag, fromStorage });
      else dispatch({ type: 'statement.refused', what: 'manifest', fault: checked.fault });
    },
    async override(jws, fromStorage = false) {
      const checked = await check(jws, OVERRIDE_TYP, fromStorage);
      if (checked.ok) dispatch({ type: 'override.verified', text: checked.text, jws });
      else dispatch({ type: 'statement.refused', what: 'override', fault: checked.fault });
    },
    async command(jws) {
      const checked = await check(jws, COMMAND_TYP, false);
      if (checked.ok) dispatch({ type: 'command.verified', text: checked.text });
      else dispatch({ type: 'statement.refused', what: 'command', fault: checked.fault });
    },
  };
}
