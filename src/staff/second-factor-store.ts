import { symmetricDecrypt } from 'better-auth/crypto';
import { eq } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { staff, staffSecondFactors } from '../db/staff-tables.ts';
import { badCode } from './guesses.ts';
import {
  type CameFrom,
  credentialsOf,
  orNull,
  type SignInLibrary,
  type SignInSettings,
  signInLibrary,
  tracesOf,
} from './library-store.ts';
import { accountNamed } from './session-store.ts';

/** Who asks, by the request's headers. */
export interface Asking {
  readonly id: string;
  readonly headers: Headers;
  readonly from: CameFrom;
}

/** Codes of an authenticator app (TOTP, RFC 6238: six digits, 30 s) beside the password. */
export interface SecondFactorStore {
  /** Whether it is on, and how many backup codes are left. */
  stateOf(staffId: string): Promise<{ readonly isOn: boolean; readonly backupCodesLeft: number }>;
  /**
   * Makes a secret that counts once a code of it was shown; null when the password is wrong.
   * @throws Refusal `secondFactor.conflict` when one is on already
   */
  begin(who: Asking, password: string): Promise<{ readonly secret: string; readonly uri: string } | null>;
  /**
   * Turns it on by a first code; the backup codes, told this once, and Set-Cookie lines of the session that takes
   * the place of the old one. Null when the code is wrong.
   * @throws Refusal `secondFactor.conflict` when none was begun
   */
  confirm(
    who: Asking,
    code: string,
  ): Promise<{ codes: readonly string[]; cookies: readonly string[] } | null>;
  /** Makes ten new backup codes in the place of the old ones; null when the password is wrong. */
  renewCodes(who: Asking, password: string): Promise<readonly string[] | null>;
  /** Turns it off; Set-Cookie lines as with {@link confirm}, null when the password is wrong. */
  end(who: Asking, password: string): Promise<readonly string[] | null>;
  /**
   * Takes it off an account whose owner lost it. `by`: staff id, or `system`.
   * @throws Refusal `staff.unknown`
   */
  reset(by: string, username: string): Promise<void>;
}

/** See {@link SecondFactorStore}. Secrets and backup codes lie encrypted with the session secret. */
export function secondFactorStore(
  db: Db,
  settings: SignInSettings,
  audit: Audit<Db>,
  now: Clock,
): SecondFactorStore {
  /** The library over a transaction; an act that gave something has its entry in the same one. */
  async function atomically<T>(
    who: Asking,
    action: string | null,
    act: (auth: SignInLibrary, headers: Headers, tx: Db) => Promise<T | null>,
  ): Promise<T | null> {
    return db.transaction(async (tx) => {
      const headers = credentialsOf(who.headers, tracesOf(who.from));
      const done = headers && (await act(signInLibrary(tx, settings), headers, tx));
      if (done !== null && action !== null)
        await audit(tx, { at: now(), actor: who.id, action, subject: `staff ${who.id}`, detail: {} });
      return done;
    });
  }

  async function rowOf(tx: Db, staffId: string) {
    const [row] = await tx.select().from(staffSecondFactors).where(eq(staffSecondFactors.userId, staffId));
    return row;
  }

  return {
    async stateOf(staffId) {
      const row = await rowOf(db, staffId);
      if (!row?.verified) return { isOn: false, backupCodesLeft: 0 };
      const auth = signInLibrary(db, settings);
      await refuseUnreadable(auth, row.secret);
      const { backupCodes } = await auth.api.viewBackupCodes({ body: { userId: staffId } });
      return { isOn: true, backupCodesLeft: backupCodes.length };
    },
    begin: (who, password) =>
      atomically(who, null, async (auth, headers, tx) => {
        if ((await rowOf(tx, who.id))?.verified)
          throw new Refusal('secondFactor.conflict', {
            en: 'Two-step sign-in is on already; turn it off first.',
            zh: '两步验证已开启，如需更换请先关闭。',
          });
        const begun = await orNull(auth.api.enableTwoFactor({ body: { password, method: 'totp' }, headers }));
        if (!begun || !('totpURI' in begun)) return null;
        const [account] = await tx.select().from(staff).where(eq(staff.id, who.id));
        const secret = new URL(begun.totpURI).searchParams.get('secret') ?? '';
        return { secret, uri: uriOf(settings, account?.username ?? '', secret) };
      }),
    confirm: (who, code) =>
      atomically(who, 'secondFactor.begin', async (auth, headers, tx) => {
        const row = await rowOf(tx, who.id);
        if (!row || row.verified)
          throw new Refusal('secondFactor.conflict', {
            en: 'There is no two-step sign-in to be confirmed.',
            zh: '没有待确认的两步验证。',
          });
        const answer = await orNull(auth.api.verifyTOTP({ body: { code }, headers, returnHeaders: true }));
        if (!answer) return null;
        const { backupCodes } = await auth.api.viewBackupCodes({ body: { userId: who.id } });
        return { codes: backupCodes, cookies: answer.headers.getSetCookie() };
      }),
    renewCodes: (who, password) =>
      atomically(who, 'secondFactor.renewCodes', async (auth, headers, tx) => {
        if (!(await rowOf(tx, who.id))?.verified) throw notOn();
        const made = await orNull(auth.api.generateBackupCodes({ body: { password }, headers }));
        return made?.backupCodes ?? null;
      }),
    end: (who, password) =>
      atomically(who, 'secondFactor.end', async (auth, headers, tx) => {
        if (!(await rowOf(tx, who.id))?.verified) throw notOn();
        const answer = await orNull(
          auth.api.disableTwoFactor({ body: { password }, headers, returnHeaders: true }),
        );
        return answer?.headers.getSetCookie() ?? null;
      }),
    async reset(by, username) {
      await db.transaction(async (tx) => {
        const { id } = await accountNamed(tx, username);
        await tx.delete(staffSecondFactors).where(eq(staffSecondFactors.userId, id));
        await tx.update(staff).set({ twoFactorEnabled: false }).where(eq(staff.id, id));
        const entry = { actor: by, action: 'secondFactor.reset', subject: `staff ${id}` };
        await audit(tx, { ...entry, at: now(), detail: {} });
      });
    },
  };
}

/** A sign-in whose password was right and whose second step is still to be taken. */
export interface HalfSignIn {
  readonly auth: SignInLibrary;
  readonly db: Db;
  readonly staffId: string;
  /** Set-Cookie lines that name the first step. */
  readonly cookies: readonly string[];
  readonly from: CameFrom;
}

/**
 * The second step: a code of the app, or a backup code, which counts once. The answer of the library.
 * @throws Refusal `session.badCode`, `secondFactor.unreadable`
 */
export async function takeSecondStep({ auth, db, staffId, cookies, from }: HalfSignIn, code: string) {
  const [row] = await db.select().from(staffSecondFactors).where(eq(staffSecondFactors.userId, staffId));
  if (!row) throw badCode();
  await refuseUnreadable(auth, row.secret);
  const headers = tracesOf(from);
  headers.set('cookie', cookies.map((line) => line.split(';', 1)[0]).join('; '));
  const isBackupCode = !/^\d{6}$/.test(code);
  const answer = await orNull(
    isBackupCode
      ? auth.api.verifyBackupCode({ body: { code }, headers, returnHeaders: true })
      : auth.api.verifyTOTP({ body: { code }, headers, returnHeaders: true }),
  );
  if (!answer) throw badCode();
  return { headers: answer.headers, user: answer.response.user, isBackupCode };
}

/** What was encrypted with another session secret is lost; nobody gets past it by guessing. */
async function refuseUnreadable(auth: SignInLibrary, secret: string): Promise<void> {
  const { secretConfig } = await auth.$context;
  await symmetricDecrypt({ key: secretConfig, data: secret }).catch(() => {
    throw new Refusal('secondFactor.unreadable', {
      en: 'The server lost the key of this second step. An administrator must reset it.',
      zh: '服务器已丢失此两步验证的密钥，请联系管理员重置。',
    });
  });
}

function notOn(): Refusal {
  return new Refusal('secondFactor.conflict', {
    en: 'Two-step sign-in is off.',
    zh: '两步验证未开启。',
  });
}

/** What authenticator apps read from the picture: whose secret it is, where, and how codes are made of it. */
function uriOf({ baseUrl }: SignInSettings, username: string, secret: string): string {
  const label = encodeURIComponent(`Beacon Tower:${username}@${new URL(baseUrl).host}`);
  return `otpauth://totp/${label}?secret=${secret}&issuer=Beacon%20Tower&algorithm=SHA1&digits=6&period=30`;
}
