import { and, asc, count, eq, lt } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { staff, staffPasskeys, staffSessions } from '../db/staff-tables.ts';
import { MOST_PASSKEYS } from './passkey.ts';
import { accountNamed } from './session-store.ts';

/** A passkey, as its owner sees it. */
export interface KeptPasskey {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
  /** Null: never yet. */
  readonly lastUsedAt: Date | null;
}

/** A passkey with what its answers are checked by. */
export interface KnownPasskey {
  readonly id: number;
  readonly staffId: string;
  readonly username: string | null;
  /** COSE. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** What was checked of a new passkey. */
export interface NewPasskey {
  readonly name: string;
  /** base64url, as browsers tell it. */
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
}

/** The passkeys of accounts: public keys and counters, nothing that is secret. */
export interface PasskeyStore {
  /** Those of a person, the oldest first. */
  of(staffId: string): Promise<readonly (KeptPasskey & { readonly credentialId: string })[]>;
  /** The passkey of this credential id, or null. */
  find(credentialId: string): Promise<KnownPasskey | null>;
  /**
   * `provenSessionId`: a session that has thereby shown its second step, so that it ends with the passkey.
   * @throws Refusal `passkey.conflict` when it is kept already, or there are too many
   */
  add(staffId: string, passkey: NewPasskey, provenSessionId: string | null): Promise<KeptPasskey>;
  /**
   * Takes the counter of an answer, in one statement, so that two answers of one counter never both count. False,
   * and an entry in the audit log, when it did not go up: the passkey was copied. Passkeys that do not count stay at 0.
   */
  use(passkey: KnownPasskey, counter: number, address: string): Promise<boolean>;
  /**
   * The owner takes one away; the sign-ins made by it end.
   * @throws Refusal `passkey.unknown`
   */
  remove(staffId: string, id: number): Promise<void>;
  /**
   * Takes all away from an account, whose sign-ins by passkey end. `by`: staff id, or `system`.
   * @throws Refusal `staff.unknown`
   */
  reset(by: string, username: string): Promise<void>;
}

/** See {@link PasskeyStore}. Sessions begun by a passkey refer to its row, and go with it. */
export function passkeyStore(db: Db, audit: Audit<Db>, now: Clock): PasskeyStore {
  const { id: key, userId, credentialId, counter: counted } = staffPasskeys;
  const note = (tx: Db, actor: string, action: string, staffId: string, detail: Record<string, unknown>) =>
    audit(tx, { at: now(), actor, action: `passkey.${action}`, subject: `staff ${staffId}`, detail });

  return {
    async of(staffId) {
      return db.select().from(staffPasskeys).where(eq(userId, staffId)).orderBy(asc(key));
    },
    async find(given) {
      const [row] = await db
        .select({ ...{ id: key, staffId: userId, username: staff.username }, key: staffPasskeys.publicKey })
        .from(staffPasskeys)
        .innerJoin(staff, eq(staff.id, userId))
        .where(eq(credentialId, given));
      if (!row) return null;
      const { key: publicKey, ...known } = row;
      return { ...known, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')) };
    },
    async add(staffId, { name, publicKey, ...passkey }, provenSessionId) {
      return db.transaction(async (tx) => {
        // The row of the account is the lock under which its passkeys are counted.
        await tx.select().from(staff).where(eq(staff.id, staffId)).for('update');
        const [has] = await tx.select({ n: count() }).from(staffPasskeys).where(eq(userId, staffId));
        if ((has?.n ?? 0) >= MOST_PASSKEYS)
          throw new Refusal('passkey.conflict', {
            en: `An account has at most ${MOST_PASSKEYS} passkeys; remove one first.`,
            zh: `每个账号最多 ${MOST_PASSKEYS} 个通行密钥，请先删除一个。`,
          });
        const [made] = await tx
          .insert(staffPasskeys)
          .values({
            ...{ ...passkey, name, userId: staffId, createdAt: new Date(now()) },
            publicKey: Buffer.from(publicKey).toString('base64url'),
          })
          .onConflictDoNothing()
          .returning();
        if (!made)
          throw new Refusal('passkey.conflict', {
            en: 'This passkey is kept already.',
            zh: '此通行密钥已添加过。',
          });
        if (provenSessionId !== null)
          await tx
            .update(staffSessions)
            .set({ passkeyId: made.id })
            .where(and(eq(staffSessions.id, provenSessionId), eq(staffSessions.userId, staffId)));
        await note(tx, staffId, 'add', staffId, { name });
        return made;
      });
    },
    async use({ id, staffId }, counter, address) {
      return db.transaction(async (tx) => {
        const isNew = counter === 0 ? eq(counted, 0) : lt(counted, counter);
        const [used] = await tx
          .update(staffPasskeys)
          .set({ counter, lastUsedAt: new Date(now()) })
          .where(and(eq(key, id), isNew))
          .returning();
        if (!used) await note(tx, staffId, 'copied', staffId, { id, address, counter });
        return used !== undefined;
      });
    },
    async remove(staffId, id) {
      await db.transaction(async (tx) => {
        const [gone] = await tx
          .delete(staffPasskeys)
          .where(and(eq(userId, staffId), eq(key, id)))
          .returning();
        if (!gone) throw noSuch('passkey.unknown', id);
        await note(tx, staffId, 'remove', staffId, { name: gone.name });
      });
    },
    async reset(by, username) {
      await db.transaction(async (tx) => {
        const { id } = await accountNamed(tx, username);
        const gone = await tx.delete(staffPasskeys).where(eq(userId, id)).returning();
        await note(tx, by, 'reset', id, { names: gone.map(({ name }) => name) });
      });
    },
  };
}
