import type { Role, StaffMember } from '../base/api-routes.ts';
import type { AuditEntry } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import { type Clock, SECOND_MS } from '../base/units.ts';
import { normalUsername, spellPassword } from './account.ts';
import {
  ACCOUNT_LIMIT,
  ADDRESS_LIMIT,
  type AttemptLimit,
  AttemptLimits,
  PAIR_LIMIT,
} from './attempt-limits.ts';
import { audit } from './audit-store.ts';
import type { CameFrom, SignedIn, SignInStore, StaffEntry } from './sign-in-store.ts';

/** What the flow is made of. */
export interface StaffFlowParts {
  readonly accounts: SignInStore;
  readonly now: Clock;
}

/** Who is to be made; without a password a one-time one is made up. */
interface StaffRequest {
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly password?: string | undefined;
}

/** A new account with the password to hand over; it is never shown again. */
interface MadeAccount {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly oneTimePassword: string;
}

/** Too many failed sign-ins. */
export class TooManyAttempts extends Refusal {
  readonly retryAfterSeconds: number;

  /** Units: seconds, rounded up, at least 1. */
  constructor(retryAfterSeconds: number) {
    super('request.tooMany', {
      en: `Too many failed sign-ins. Try again in ${retryAfterSeconds} s.`,
      zh: `登录失败次数过多，请在 ${retryAfterSeconds} 秒后重试。`,
    });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Everything staff do with accounts and sessions. */
export interface StaffFlow {
  /**
   * @throws Refusal `session.badCredentials`, the same for an unknown account as for a wrong password;
   * TooManyAttempts (`request.tooMany`) after too many failures.
   */
  signIn(username: string, password: string, from: CameFrom): Promise<SignedIn>;
  /** Ends the session; the Set-Cookie lines to send. */
  signOut(headers: Headers): Promise<readonly string[]>;
  /** @throws Refusal `session.badCredentials` when the current password is wrong; TooManyAttempts. */
  changePassword(
    who: StaffMember,
    headers: Headers,
    from: CameFrom,
    passwords: { readonly current: string; readonly next: string },
  ): Promise<readonly string[]>;
  /** @throws Refusal `staff.usernameTaken` */
  addStaff(by: StaffMember, request: StaffRequest): Promise<MadeAccount>;
  /**
   * Gives the account a new password and ends its sessions. `by`: staff id, or `system`. It is a one-time one
   * unless it `lasts`.
   * @throws Refusal `staff.unknown`
   */
  renewPassword(
    by: string,
    username: string,
    lasts?: 'lasts',
  ): Promise<{ username: string; password: string }>;
  /** Removes sessions that have ended; how many. For a daily job. */
  forgetExpired(): Promise<number>;
  /** All accounts, by username. */
  listStaff(): Promise<readonly StaffEntry[]>;
  /** Makes the first administrator where there is none, and only then gives the sign-in to show. */
  ensureAdministrator(username?: string): Promise<{ username: string; password: string } | null>;
  /** The ids of the sample's editor and reviewer; made where missing, with passwords that nobody knows. */
  ensureSampleStaff(): Promise<{ editorId: string; reviewerId: string }>;
}

/** See {@link StaffFlow}. Failed sign-ins are counted in this process. */
export function staffFlow({ accounts, now }: StaffFlowParts): StaffFlow {
  const attempts = new AttemptLimits();
  const record = (
    actor: string,
    action: string,
    subject: string,
    detail: AuditEntry['detail'],
  ): AuditEntry => ({
    at: now(),
    actor,
    action,
    subject,
    detail,
  });

  async function limited<T>(
    keys: readonly (readonly [string, AttemptLimit])[],
    attempt: () => Promise<T | null>,
  ): Promise<T> {
    const at = now();
    const waitMs = Math.max(...keys.map(([key, limit]) => attempts.waitMs(key, limit, at)));
    if (waitMs > 0) throw new TooManyAttempts(Math.ceil(waitMs / SECOND_MS));
    for (const [key, limit] of keys) attempts.count(key, limit, at);
    const result = await attempt();
    if (result === null)
      throw new Refusal('session.badCredentials', {
        en: 'Username and password do not fit together.',
        zh: '用户名或密码不正确，请检查后重试。',
      });
    for (const [key] of keys) attempts.giveBack(key);
    return result;
  }

  async function make(
    store: SignInStore,
    tx: Parameters<typeof audit>[0],
    actor: string,
    request: StaffRequest,
  ): Promise<MadeAccount> {
    const password = request.password ?? makePassword();
    const { name, role } = request;
    const username = normalUsername(request.username);
    const mustChangePassword = request.password === undefined;
    const id = await store.add({ username, name, role, password, mustChangePassword });
    await audit(tx, record(actor, 'staff.add', `staff ${id}`, { username, role }));
    return { id, username, name, role, oneTimePassword: password };
  }

  return {
    async signIn(username, password, from) {
      const account = normalUsername(username);
      const keys = [
        [`pair ${from.address} ${account}`, PAIR_LIMIT],
        [`address ${from.address}`, ADDRESS_LIMIT],
        [`account ${account}`, ACCOUNT_LIMIT],
      ] as const;
      const signedIn = await limited(keys, () => accounts.signIn(username, password, from));
      attempts.forget(keys[0][0]);
      return signedIn;
    },
    async signOut(headers) {
      return accounts.signOut(headers);
    },
    async changePassword(who, headers, from, passwords) {
      return limited([[`change ${who.id}`, PAIR_LIMIT]], () =>
        accounts.atomically(async (store, tx) => {
          const cookies = await store.changePassword(headers, from, passwords);
          if (cookies) await audit(tx, record(who.id, 'staff.changePassword', `staff ${who.id}`, {}));
          return cookies;
        }),
      );
    },
    async addStaff(by, request) {
      return accounts.atomically((store, tx) => make(store, tx, by.id, request));
    },
    async renewPassword(by, username, lasts) {
      return accounts.atomically(async (store, tx) => {
        const id = await store.find(username);
        if (id === null)
          throw new Refusal('staff.unknown', {
            en: `There is no account named ${username}.`,
            zh: `没有用户名为“${username}”的账号。`,
          });
        const password = makePassword();
        await store.renewPassword(id, password, lasts === undefined);
        await audit(tx, record(by, 'staff.renewPassword', `staff ${id}`, {}));
        return { username: normalUsername(username), password };
      });
    },
    async forgetExpired() {
      return accounts.forgetExpired(now());
    },
    async listStaff() {
      return accounts.list();
    },
    async ensureAdministrator(username = 'admin') {
      return accounts.atomically(async (store, tx) => {
        if ((await store.countOf('administrator')) > 0) return null;
        const request = { username, name: '管理员 Administrator', role: 'administrator' } as const;
        const made = await make(store, tx, 'system', request);
        return { username: made.username, password: made.oneTimePassword };
      });
    },
    async ensureSampleStaff() {
      return accounts.atomically(async (store, tx) => {
        const one = async (username: string, name: string, role: Role): Promise<string> =>
          (await store.find(username)) ?? (await make(store, tx, 'system', { username, name, role })).id;
        return {
          editorId: await one('sample.editor', '样例编辑 Sample editor', 'editor'),
          reviewerId: await one('sample.reviewer', '样例审核 Sample reviewer', 'reviewer'),
        };
      });
    },
  };
}

function makePassword(): string {
  return spellPassword(crypto.getRandomValues(new Uint8Array(64)));
}
