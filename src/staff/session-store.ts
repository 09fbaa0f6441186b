import { and, desc, eq, gt, ne } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { staff, staffSessions } from '../db/staff-tables.ts';
import { normalUsername } from './account.ts';

/** A sign-in that has not ended. */
interface RunningSession {
  readonly id: string;
  /** As the browser or program named itself; empty when it did not. */
  readonly userAgent: string;
  /** Empty where it is not known. */
  readonly address: string;
  readonly createdAt: Date;
  /** Late by up to five minutes. */
  readonly lastUsedAt: Date;
}

/** The sign-ins of people, and their end. What is ended is refused from the next request on. */
export interface SessionStore {
  /** The running ones of a person, the last used first. */
  of(staffId: string): Promise<readonly RunningSession[]>;
  /**
   * Ends one of a person's. `by`: staff id.
   * @throws Refusal `session.unknown`
   */
  end(by: string, staffId: string, sessionId: string): Promise<void>;
  /** Ends all of a person's except one, where given; how many. */
  endAll(by: string, staffId: string, exceptId?: string): Promise<number>;
  /**
   * The id of the account with this username.
   * @throws Refusal `staff.unknown`
   */
  ownerNamed(username: string): Promise<string>;
}

/** See {@link SessionStore}. */
export function sessionStore(db: Db, audit: Audit<Db>, now: Clock): SessionStore {
  return {
    async of(staffId) {
      const isRunning = gt(staffSessions.expiresAt, new Date(now()));
      const rows = await db
        .select()
        .from(staffSessions)
        .where(and(eq(staffSessions.userId, staffId), isRunning))
        .orderBy(desc(staffSessions.updatedAt));
      return rows.map(({ id, userAgent, ipAddress, createdAt, updatedAt }) => ({
        ...{ id, createdAt, lastUsedAt: updatedAt },
        userAgent: userAgent ?? '',
        address: ipAddress ?? '',
      }));
    },
    async end(by, staffId, sessionId) {
      await db.transaction(async (tx) => {
        const [ended] = await tx
          .delete(staffSessions)
          .where(and(eq(staffSessions.userId, staffId), eq(staffSessions.id, sessionId)))
          .returning();
        if (!ended)
          throw new Refusal('session.unknown', {
            en: 'This sign-in has ended already.',
            zh: '该登录已失效。',
          });
        const detail = { address: ended.ipAddress, userAgent: ended.userAgent };
        await audit(tx, { at: now(), actor: by, action: 'session.end', subject: `staff ${staffId}`, detail });
      });
    },
    async endAll(by, staffId, exceptId) {
      return db.transaction(async (tx) => {
        const others = exceptId === undefined ? undefined : ne(staffSessions.id, exceptId);
        const ended = await tx
          .delete(staffSessions)
          .where(and(eq(staffSessions.userId, staffId), others))
          .returning({ id: staffSessions.id });
        const entry = { at: now(), actor: by, action: 'session.endAll', subject: `staff ${staffId}` };
        if (ended.length > 0) await audit(tx, { ...entry, detail: { sessions: ended.length } });
        return ended.length;
      });
    },
    async ownerNamed(username) {
      return (await accountNamed(db, username)).id;
    },
  };
}

/**
 * The row of an account.
 * @throws Refusal `staff.unknown`
 */
export async function accountNamed(db: Db, username: string) {
  const [row] = await db
    .select()
    .from(staff)
    .where(eq(staff.username, normalUsername(username)));
  if (row) return row;
  throw new Refusal('staff.unknown', {
    en: `There is no account named ${username}.`,
    zh: `没有用户名为“${username}”的账号。`,
  });
}
