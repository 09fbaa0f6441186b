import type { Audit } from '../base/audit.ts';
import type { Clock } from '../base/units.ts';
import type { Database, Db } from '../db/connect.ts';
import type { SigningKeys } from './signing-key-files.ts';

const TOPIC = 'signing-key';

/** Replacing the server's signing key, by an administrator and with a trace. */
export interface KeyRotationFlow {
  /** Writes the audit entry and the new key; from then on everything is signed by it. Returns its `kid`. */
  rotate(actor: string): Promise<{ readonly kid: string; readonly replaces: string }>;
  /** Follows rotations of other server processes that share the key file, until the returned call. */
  follow(): () => void;
}

/** Makes the flow. `onRotated` signs anew what was signed before and still stands. */
export function keyRotationFlow(deps: {
  database: Pick<Database, 'db' | 'bell'>;
  audit: Audit<Db>;
  keys: SigningKeys;
  now: Clock;
  onRotated: () => Promise<void>;
  onTrouble: (error: unknown) => void;
}): KeyRotationFlow {
  const { database, audit, keys, now, onRotated, onTrouble } = deps;
  const reread = (): void => void keys.reload().then(onRotated).catch(onTrouble);
  return {
    async rotate(actor) {
      const replaces = keys.current().kid;
      await database.db.transaction(async (tx) => {
        // The file comes last: when it cannot be written, the entry is rolled back with it.
        await audit(tx, {
          at: now(),
          actor,
          action: 'signingKey.rotate',
          subject: 'signing key',
          detail: { replaces },
        });
        await keys.rotate(now());
      });
      const { kid } = keys.current();
      await onRotated();
      await database.bell.ring(TOPIC, kid);
      return { kid, replaces };
    },
    follow() {
      const stops = [
        database.bell.listen(TOPIC, (kid) => {
          if (kid !== keys.current().kid) reread();
        }),
        database.bell.whenMissed(reread),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
