import type { Role, StaffMember } from '../base/api-routes.ts';
import type { AuditEntry } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { normalUsername, spellPassword } from './account.ts';
import { audit } from './audit-store.ts';
import type { Guesses } from './guesses.ts';
import type { CameFrom } from './library-store.ts';
import type { StaffEntry } from './people-store.ts';
import type { SignedIn, SignInStore } from './sign-in-store.ts';

/** What the flow is made of. */
export interface StaffFlowParts {
  readonly accounts: SignInStore;
  readonly guesses: Guesses;
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

/** Everything staff do with accounts and sessions. */
export interface StaffFlow {
  /**
   * @throws Refusal `session.badCredentials`, the same for an unknown account as for a wrong password;
   * `session.codeNeeded`, `session.badCode`, `session.passkeyNeeded`; TooManyAttempts (`request.tooMany`) after too many failures.
   */
  signIn(username: string, password: string, from: CameFrom, code?: string): Promise<SignedIn>;
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

/** See {@link StaffFlow}. */
export function staffFlow({ accounts, guesses, now }: StaffFlowParts): StaffFlow {
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
    async signIn(username, password, from, code) {
      const account = normalUsername(username);
      const enter = () => accounts.signIn({ username, password, code }, from);
      const signedIn = await guesses.signIn(account, from.address, () =>
        code === undefined ? enter() : guesses.once(account, code, enter),
      );
      if (signedIn === 'codeNeeded')
        throw new Refusal('session.codeNeeded', {
          en: 'Give the code of your authenticator app too, or a backup code.',
          zh: '请同时输入身份验证器中的验证码或备用码。',
        });
      if (signedIn === 'passkeyNeeded')
        throw new Refusal('session.passkeyNeeded', {
          en: 'Your role asks for two-step sign-in, and your account has a passkey: sign in with it.',
          zh: '您的角色须两步验证，您的账号已有通行密钥，请使用通行密钥登录。',
        });
      await guesses.forgive(account, from.address);
      if (signedIn.byBackupCode) {
        const { id } = signedIn.member;
        await accounts.atomically((_, tx) =>
          audit(tx, record(id, 'secondFactor.useBackupCode', `staff ${id}`, { address: from.address })),
        );
      }
      return signedIn;
    },
    async signOut(headers) {
      return accounts.signOut(headers);
    },
    async changePassword(who, headers, from, passwords) {
      return guesses.ofPerson(who.id, () =>
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
