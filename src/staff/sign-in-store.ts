import { and, count, eq, lt, sql } from 'drizzle-orm';
import type { KnownSession, Role, StaffMember } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { EpochMs } from '../base/units.ts';
import type { Remit } from '../base/within.ts';
import type { Db } from '../db/connect.ts';
import { staff, staffCredentials, staffSessions, staffVerifications } from '../db/staff-tables.ts';
import { memberOf, normalUsername } from './account.ts';
import {
  type CameFrom,
  credentialsOf,
  orNull,
  type SignInSettings,
  signInLibrary,
  tracesOf,
} from './library-store.ts';
import { listPeople, type StaffEntry } from './people-store.ts';
import { stillAsked } from './policy-store.ts';
import { remitFor } from './remit.ts';
import { takeSecondStep } from './second-factor-store.ts';

/** The lock of changes to accounts. Any number will do that is the same in every server process; this one spells "staf". */
export const STAFF_LOCK = 0x73746166;

/** A person to be made. */
interface NewAccount {
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly password: string;
  /** Whether the owner must change it before anything else. */
  readonly mustChangePassword: boolean;
}

/** A recognised session. `cookies` are Set-Cookie lines for the browser; empty when nothing changed. */
interface Recognised {
  readonly member: StaffMember;
  readonly session: KnownSession;
  readonly cookies: readonly string[];
}

/** A fresh session; `token` serves as `Authorization: Bearer` for programs. */
export interface SignedIn extends Omit<Recognised, 'session'> {
  readonly mustSetSecondFactor: boolean;
  readonly mustChangePassword: boolean;
  readonly remit: Remit | null;
  readonly token: string;
  readonly byBackupCode: boolean;
}

/** Accounts and sessions, kept by the sign-in library in our tables. */
export interface SignInStore {
  /** @throws Refusal `staff.usernameTaken` */
  add(account: NewAccount): Promise<string>;
  /**
   * Null when username and password do not fit, or the account is blocked; `codeNeeded` when they fit and a code
   * is asked beside them; `passkeyNeeded` when a second step is asked of the role, and a passkey is the one there is.
   * @throws Refusal `session.badCode`, `secondFactor.unreadable`
   */
  signIn(
    credentials: { readonly username: string; readonly password: string; readonly code?: string | undefined },
    from: CameFrom,
  ): Promise<SignedIn | 'codeNeeded' | 'passkeyNeeded' | null>;
  /** Begins a session of whoever has shown this passkey; null when the account is blocked. */
  enterByPasskey(
    passkey: { readonly id: number; readonly staffId: string },
    from: CameFrom,
  ): Promise<SignedIn | null>;
  /** Whether this is the password of who sends these headers. */
  fitsPassword(headers: Headers, from: CameFrom, password: string): Promise<boolean>;
  /** Who sends these headers, by cookie or bearer token; null for a stranger. */
  recognise(headers: Headers): Promise<Recognised | null>;
  /** Ends the session of these headers; the Set-Cookie lines that clear the browser's cookies. */
  signOut(headers: Headers): Promise<readonly string[]>;
  /** Sets a new password and ends all other sessions; null when the current one is wrong. */
  changePassword(
    headers: Headers,
    from: CameFrom,
    passwords: { readonly current: string; readonly next: string },
  ): Promise<readonly string[] | null>;
  /** Gives the account a new password, to be changed at the next sign-in or not, and ends all its sessions. */
  renewPassword(id: string, password: string, mustChangePassword: boolean): Promise<void>;
  /** Removes sessions and proofs that ended before `now`; how many sessions. */
  forgetExpired(now: EpochMs): Promise<number>;
  /** All accounts, by username. */
  list(): Promise<readonly StaffEntry[]>;
  /** How many accounts have `role`. */
  countOf(role: Role): Promise<number>;
  /** How an account is called. */
  named(id: string): Promise<{ readonly username: string; readonly name: string }>;
  /** The id of the account, or null. */
  find(username: string): Promise<string | null>;
  /** Runs `steps` in one transaction, one such transaction at a time over all server processes. */
  atomically<T>(steps: (accounts: SignInStore, tx: Db) => Promise<T>): Promise<T>;
}

/** The sign-in library (better-auth) over our tables; see docs/decisions/0002-sign-in.md. */
export function signInStore(db: Db, settings: SignInSettings): SignInStore {
  const auth = signInLibrary(db, settings);
  return {
    async add(account) {
      const name = normalUsername(account.username);
      const [taken] = await db.select({ id: staff.id }).from(staff).where(eq(staff.username, name)).limit(1);
      if (taken)
        throw new Refusal('staff.usernameTaken', {
          en: `There is already an account named ${name}.`,
          zh: `已有用户名为“${name}”的账号，请换一个用户名。`,
        });
      // The library wants an e-mail address of everybody; ours need none, so each has one that cannot exist.
      const email = `${crypto.randomUUID()}@staff.invalid`;
      const { password, role, mustChangePassword } = account;
      const made = await auth.api.createUser({
        body: { email, name: account.name, password, role, data: { username: name } },
      });
      await db.update(staff).set({ mustChangePassword }).where(eq(staff.id, made.user.id));
      return made.user.id;
    },
    async signIn({ username, password, code }, from) {
      const headers = tracesOf(from);
      const answer = await orNull(
        auth.api.signInUsername({ body: { username, password }, headers, returnHeaders: true }),
      );
      if (!answer) return null;
      const begun = { headers: answer.headers, user: answer.response.user, isBackupCode: false };
      // The library takes the session back where a second step is asked, whatever its type says.
      if (!('twoFactorRedirect' in answer.response)) {
        const asked = await askedOf(db, begun.user);
        if (asked !== 'passkey') return signedIn(begun, asked === 'setUp');
        await db.delete(staffSessions).where(eq(staffSessions.token, answer.response.token));
        return 'passkeyNeeded';
      }
      const [account] = await db
        .select()
        .from(staff)
        .where(eq(staff.username, normalUsername(username)));
      if (code === undefined || !account) return 'codeNeeded';
      const half = { auth, db, from, staffId: account.id, cookies: answer.headers.getSetCookie() };
      return signedIn(await takeSecondStep(half, code), false);
    },
    async enterByPasskey({ id: passkeyId, staffId: userId }, from) {
      const body = { userId, passkeyId };
      const answer = await orNull(
        auth.api.beginSession({ body, headers: tracesOf(from), returnHeaders: true }),
      );
      const [user] = await db.select().from(staff).where(eq(staff.id, userId));
      return answer && user ? signedIn({ headers: answer.headers, user, isBackupCode: false }, false) : null;
    },
    async fitsPassword(headers, from, password) {
      const own = credentialsOf(headers, tracesOf(from));
      if (!own) return false;
      return (await orNull(auth.api.verifyPassword({ body: { password }, headers: own }))) !== null;
    },
    async recognise(headers) {
      const own = credentialsOf(headers);
      if (!own) return null;
      const answer = await orNull(auth.api.getSession({ headers: own, returnHeaders: true }));
      const member = memberOf(answer?.response?.user);
      if (!answer?.response || !member) return null;
      const { session, user } = answer.response;
      const asked = typeof session.passkeyId === 'number' ? 'nothing' : await askedOf(db, user);
      // Begun by the password alone, before a second step was asked of the role: it has to begin anew.
      if (asked === 'passkey') return null;
      return {
        member,
        session: {
          id: session.id,
          mustChangePassword: mustChange(user),
          mustSetSecondFactor: asked === 'setUp',
          remit: remitFor(member.role, user),
        },
        cookies: own.has('cookie') ? answer.headers.getSetCookie() : [],
      };
    },
    async signOut(headers) {
      const own = credentialsOf(headers);
      if (!own) return [];
      const answer = await orNull(auth.api.signOut({ headers: own, returnHeaders: true }));
      return answer?.headers.getSetCookie() ?? [];
    },
    async changePassword(headers, from, { current, next }) {
      const own = credentialsOf(headers, tracesOf(from));
      if (!own) return null;
      const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true };
      const answer = await orNull(auth.api.changePassword({ body, headers: own, returnHeaders: true }));
      if (!answer) return null;
      const { id } = answer.response.user;
      await db.update(staff).set({ mustChangePassword: false }).where(eq(staff.id, id));
      return answer.headers.getSetCookie();
    },
    async renewPassword(id, password, mustChangePassword) {
      const { password: hasher } = await auth.$context;
      const hash = await hasher.hash(password);
      await db
        .update(staffCredentials)
        .set({ password: hash, updatedAt: new Date() })
        .where(and(eq(staffCredentials.userId, id), eq(staffCredentials.providerId, 'credential')));
      await db.update(staff).set({ mustChangePassword }).where(eq(staff.id, id));
      await db.delete(staffSessions).where(eq(staffSessions.userId, id));
    },
    async forgetExpired(now) {
      const ended = new Date(now);
      await db.delete(staffVerifications).where(lt(staffVerifications.expiresAt, ended));
      const gone = await db.delete(staffSessions).where(lt(staffSessions.expiresAt, ended)).returning();
      return gone.length;
    },
    list: () => listPeople(db),
    async countOf(role) {
      const [row] = await db.select({ n: count() }).from(staff).where(eq(staff.role, role));
      return row?.n ?? 0;
    },
    async named(id) {
      const [row] = await db.select().from(staff).where(eq(staff.id, id));
      return { username: row?.username ?? '', name: row?.name ?? '' };
    },
    async find(username) {
      const [row] = await db
        .select({ id: staff.id })
        .from(staff)
        .where(eq(staff.username, normalUsername(username)));
      return row?.id ?? null;
    },
    async atomically(steps) {
      return db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${STAFF_LOCK})`);
        return steps(signInStore(tx, settings), tx);
      });
    },
  };
}

function signedIn(
  answer: { headers: Headers; user: object; isBackupCode: boolean },
  mustSetSecondFactor: boolean,
): SignedIn | null {
  const { headers, user, isBackupCode: byBackupCode } = answer;
  const token = headers.get('set-auth-token');
  const member = memberOf(user);
  if (!token || !member) return null;
  return {
    member,
    token,
    remit: remitFor(member.role, user),
    mustChangePassword: mustChange(user),
    mustSetSecondFactor,
    byBackupCode,
    cookies: headers.getSetCookie(),
  };
}

/** What is still asked of a session that began by a password alone. */
async function askedOf(db: Db, user: object): ReturnType<typeof stillAsked> {
  const member = memberOf(user);
  const hasOne = 'twoFactorEnabled' in user && user.twoFactorEnabled === true;
  return member === null || hasOne ? 'nothing' : stillAsked(db, member.id, member.role);
}

function mustChange(user: object): boolean {
  return 'mustChangePassword' in user && user.mustChangePassword === true;
}
