import type { Context } from 'hono';
import type { ApiEnv } from './base/api-routes.ts';
import { type Clock, HOUR_MS, MINUTE_MS } from './base/units.ts';
import type { Remit } from './base/within.ts';
import { daily } from './compose-jobs.ts';
import type { Db } from './db/connect.ts';
import { accountChanges } from './staff/account-store.ts';
import { attemptStore } from './staff/attempt-store.ts';
import { auditRoutes } from './staff/audit-routes.ts';
import { audit, listAudit, verifyAuditChain } from './staff/audit-store.ts';
import { guesses } from './staff/guesses.ts';
import { keyRoutes } from './staff/key-routes.ts';
import { keyStore } from './staff/key-store.ts';
import type { OidcConfig } from './staff/oidc.ts';
import { oidcProvider } from './staff/oidc-files.ts';
import { oidcRoutes } from './staff/oidc-routes.ts';
import { vouchedEntrance } from './staff/outside-account-store.ts';
import { relyingPartyOf } from './staff/passkey.ts';
import { passkeyFlow } from './staff/passkey-flow.ts';
import { passkeyRoutes } from './staff/passkey-routes.ts';
import { passkeyStore } from './staff/passkey-store.ts';
import { hasOneTimePassword, listPeople } from './staff/people-store.ts';
import { policyStore } from './staff/policy-store.ts';
import { endpointsOf } from './staff/remit-store.ts';
import { secondFactorRoutes } from './staff/second-factor-routes.ts';
import { secondFactorStore } from './staff/second-factor-store.ts';
import { sessionRoutes } from './staff/session-routes.ts';
import { sessionStore } from './staff/session-store.ts';
import { signInStore } from './staff/sign-in-store.ts';
import { staffFlow } from './staff/staff-flow.ts';
import { staffRoutes } from './staff/staff-routes.ts';

/** What the people's room is made of. */
export interface StaffParts {
  readonly db: Db;
  /** How browsers reach the server. */
  readonly publicUrl: string;
  /** Signs sessions; not in the database. */
  readonly secret: string;
  readonly addressOf: (c: Context<ApiEnv>) => string;
  readonly now: Clock;
  /** The outside provider of identities; absent: none. */
  readonly oidc?: OidcConfig | undefined;
}

/** Accounts, sign-in and the audit log. */
export function composeStaff({ db, publicUrl, secret, addressOf, now, oidc }: StaffParts) {
  const settings = { baseUrl: publicUrl, secret };
  const accounts = signInStore(db, settings);
  const attempts = attemptStore(db);
  const guessing = guesses(attempts, now);
  const people = staffFlow({ accounts, guesses: guessing, now });
  const secondFactors = secondFactorStore(db, settings, audit, now);
  const party = relyingPartyOf(publicUrl);
  const passkeys = passkeyStore(db, audit, now);
  const sessions = sessionStore(db, audit, now);
  const callback = `${publicUrl}/api/session/oidc/callback`;
  const keys = keyStore(db, audit, now);
  return {
    people,
    sharedJobs: [
      {
        name: 'forget expired sessions',
        ...daily(3, 40),
        run: async () => void (await people.forgetExpired()),
      },
      {
        name: 'forget failed sign-ins',
        ...{ everyMs: HOUR_MS, offsetMs: 25 * MINUTE_MS },
        run: () => attempts.forgetEnded(now()),
      },
    ],
    secondFactors,
    passkeys,
    keys,
    recognise: (headers: Headers) => accounts.recognise(headers),
    recogniseKey: keys.recognise,
    hasOneTimePassword: (username: string) => hasOneTimePassword(db, username),
    endpointsOf: (remit: Remit) => endpointsOf(db, remit),
    rooms: [
      keyRoutes({ keys, now }),
      oidcRoutes({
        oidc: oidc ? { config: oidc, provider: oidcProvider(oidc, { callback, secret }) } : null,
        enter: vouchedEntrance(db, settings, audit, now),
        isSecure: publicUrl.startsWith('https:'),
        passkeysAt: party?.origin ?? null,
        addressOf,
      }),
      sessionRoutes({ flow: people, sessions, addressOf }),
      staffRoutes({
        ...{ flow: people, people: (wanted) => listPeople(db, wanted), sessions, secondFactors, keys },
        change: accountChanges(db, audit, now),
        policy: policyStore(db, audit, now),
      }),
      passkeyRoutes({
        passkeys: passkeyFlow({ party, store: passkeys, accounts, guesses: guessing, secret, now }),
        ...{ reset: passkeys.reset, addressOf },
      }),
      secondFactorRoutes({ secondFactors, guesses: guessing, addressOf }),
      auditRoutes({
        list: (filter) => listAudit(db, filter),
        verify: () => verifyAuditChain(db),
      }),
    ],
  };
}
