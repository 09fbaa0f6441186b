import { randomBytes } from 'node:crypto';
import { and, asc, eq, gt, isNull, lt, or } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { sha256Hex } from '../base/digest.ts';
import { noSuch } from '../base/refusal.ts';
import { type Clock, type EpochMs, MINUTE_MS } from '../base/units.ts';
import type { Remit } from '../base/within.ts';
import type { Db } from '../db/connect.ts';
import { apiKeys } from '../db/staff-tables.ts';
import { isKeyScope, KEY_PREFIX, type KeyScope } from './key-scopes.ts';
import { plainRemit, remitOf } from './remit.ts';
import { checkRemit } from './remit-store.ts';

/** A key as administrators see it. */
interface StoredKey {
  readonly id: number;
  readonly name: string;
  /** Its first characters, to tell keys apart; they open nothing. */
  readonly begins: string;
  readonly scopes: readonly KeyScope[];
  readonly remit: Remit | null;
  /** Staff id. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** Late by up to a minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A key that was shown by a program. */
export interface KnownKey {
  readonly id: number;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** The part of the fleet that it is for; null: all of it. */
  readonly remit: Remit | null;
}

/** Keys of other programs. Only hashes are kept; a key is told when it is made and never again. */
export interface KeyStore {
  /**
   * `by`: staff id. `expiresAt` null: it does not expire. `remit` absent or null: for the whole fleet.
   * @throws Refusal `request.invalid` when the remit names an unknown area
   */
  make(
    by: string,
    wish: {
      readonly name: string;
      readonly scopes: readonly KeyScope[];
      readonly expiresAt: EpochMs | null;
      readonly remit?: Remit | null | undefined;
    },
  ): Promise<{ readonly id: number; readonly key: string }>;
  /** All there ever were, by name. */
  list(): Promise<readonly StoredKey[]>;
  /**
   * Ends a key for good, from the next request on. `by`: staff id.
   * @throws Refusal `key.unknown` also when it was revoked before
   */
  revoke(by: string, id: number): Promise<void>;
  /** The key of a bearer token; null when it is unknown, expired or revoked. */
  recognise(token: string): Promise<KnownKey | null>;
}

/** See {@link KeyStore}. */
export function keyStore(db: Db, audit: Audit<Db>, now: Clock): KeyStore {
  return {
    async make(by, { name, scopes, expiresAt, remit = null }) {
      const key = KEY_PREFIX + randomBytes(32).toString('base64url');
      return db.transaction(async (tx) => {
        const at = now();
        if (remit) await checkRemit(tx, remit);
        const [row] = await tx
          .insert(apiKeys)
          .values({
            ...{ name, scopes: [...scopes], createdBy: by, createdAt: new Date(at) },
            ...{ hash: sha256Hex(key), remit: plainRemit(remit) },
            begins: key.slice(0, KEY_PREFIX.length + 6),
            expiresAt: expiresAt === null ? null : new Date(expiresAt),
          })
          .returning({ id: apiKeys.id });
        if (!row) throw new Error('the database gave no id to a key');
        const detail = { name, scopes, remit, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
        await audit(tx, { at, actor: by, action: 'key.make', subject: `key ${row.id}`, detail });
        return { id: row.id, key };
      });
    },
    async list() {
      const rows = await db.select().from(apiKeys).orderBy(asc(apiKeys.name), asc(apiKeys.id));
      return rows.map(({ hash: _unsaid, scopes, remit, ...row }) => ({
        ...{ ...row, remit: remitOf(remit) },
        scopes: scopes.filter(isKeyScope),
      }));
    },
    async revoke(by, id) {
      await db.transaction(async (tx) => {
        const at = now();
        const [row] = await tx
          .update(apiKeys)
          .set({ revokedAt: new Date(at) })
          .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
          .returning({ name: apiKeys.name });
        if (!row) throw noSuch('key.unknown', id);
        await audit(tx, { at, actor: by, action: 'key.revoke', subject: `key ${id}`, detail: { ...row } });
      });
    },
    async recognise(token) {
      const at = now();
      const runs = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, new Date(at)));
      const [row] = await db
        .select()
        .from(apiKeys)
        .where(and(eq(apiKeys.hash, sha256Hex(token)), isNull(apiKeys.revokedAt), runs));
      if (!row) return null;
      const { id, name, scopes, lastUsedAt } = row;
      if (lastUsedAt === null || lastUsedAt.getTime() < at - MINUTE_MS) {
        const isStale = or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, new Date(at - MINUTE_MS)));
        await db
          .update(apiKeys)
          .set({ lastUsedAt: new Date(at) })
          .where(and(eq(apiKeys.id, id), isStale));
      }
      return { id, name, scopes: scopes.filter(isKeyScope), remit: remitOf(row.remit) };
    },
  };
}
