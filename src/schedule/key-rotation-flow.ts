import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { PrivateKey } from '../contract/signing.ts';
import type { Database, Db } from '../db/connect.ts';
import type { SigningKeys } from './signing-key-files.ts';

const TOPIC = 'signing-key';

/** Which signing key the servers of one database share. */
export interface SharedKey {
  /** Nobody else replaces or compares it until the transaction ends. */
  hold(tx: Db): Promise<void>;
  /** Whether this server has it; the follower of the shared one takes its place. */
  isHeld(db: Db): Promise<boolean>;
}

/** Replacing the server's signing key, by an administrator and with a trace. */
export interface KeyRotationFlow {
  /**
   * Writes the audit entry and the new key; from then on everything is signed by it. Those who rotate at once, at one
   * server or several, take turns. Returns its `kid`.
   * @throws Refusal signingKey.foreign when this server has another key than the others on its database
   */
  rotate(actor: string): Promise<{ readonly kid: string; readonly replaces: string }>;
  /** Follows rotations of other server processes that share the key file, until the returned call. */
  follow(): () => void;
  /**
   * Whether this server has the key that all share. One that has heard of a key that its file does not hold, being a copy
   * of its own, looks into the file again.
   */
  hasSharedKey(): Promise<boolean>;
  /** The key to sign programmes with. @throws Refusal signingKey.foreign while this server has not the one that all share */
  keyOfProgrammes(): PrivateKey;
}

/**
 * Makes the flow. `onRotated` signs anew what was signed before and still stands; `onForeign` hears when the servers have
 * another key from now on than this one.
 */
export function keyRotationFlow(deps: {
  database: Pick<Database, 'db' | 'bell'>;
  audit: Audit<Db>;
  keys: SigningKeys;
  shared: SharedKey;
  now: Clock;
  onRotated: () => Promise<void>;
  onForeign: () => void;
  onTrouble: (error: unknown) => void;
}): KeyRotationFlow {
  const { database, audit, keys, shared, now, onRotated, onForeign, onTrouble } = deps;
  let isForeign = false;

  async function takeUp(): Promise<void> {
    await keys.reload();
    // A server with a copy of the file of its own has heard of a key that it does not have: that is told, loudly.
    if (!(await shared.isHeld(database.db))) {
      // Unless the next rotation came between the two looks.
      await keys.reload();
      if (!(await shared.isHeld(database.db))) {
        if (!isForeign) onForeign();
        isForeign = true;
        throw foreignKey();
      }
    }
    isForeign = false;
    await onRotated();
  }
  const reread = (): void => void takeUp().catch(onTrouble);

  return {
    async rotate(actor) {
      const rotated = await database.db.transaction(async (tx) => {
        await shared.hold(tx);
        // Another process may have rotated: the chain goes on from the key in the file.
        await keys.reload();
        if (!(await shared.isHeld(tx))) throw foreignKey();
        const replaces = keys.current().kid;
        // The file comes last: when it cannot be written, the entry is rolled back with it.
        await audit(tx, {
          at: now(),
          actor,
          action: 'signingKey.rotate',
          subject: 'signing key',
          detail: { replaces },
        });
        await keys.rotate(now());
        // Asked once more, so that the new key takes the place of the one that it was rotated from.
        await shared.isHeld(tx);
        return { kid: keys.current().kid, replaces };
      });
      isForeign = false;
      await onRotated();
      await database.bell.ring(TOPIC, rotated.kid);
      return rotated;
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
    async hasSharedKey() {
      // It was told once; every look would fill the log.
      if (isForeign) await takeUp().catch(() => {});
      return !isForeign;
    },
    keyOfProgrammes() {
      if (isForeign) throw foreignKey();
      return keys.current();
    },
  };
}

function foreignKey(): Refusal {
  return new Refusal('signingKey.foreign', {
    en: 'This server has another signing key than the players of its database trust. Give it the key file of a running server, or of the last backup, and start it again.',
    zh: '本服务器的签名密钥不是其数据库的终端所信任的密钥。请换成正在运行的服务器或最近备份中的密钥文件，然后重新启动。',
  });
}
