import { and, eq, sql } from 'drizzle-orm';
import type { Role } from '../base/api-routes.ts';
import type { Audit } from '../base/audit.ts';
import type { Clock } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { signInPolicy, staffCredentials, staffPasskeys } from '../db/staff-tables.ts';
import { isRole } from './account.ts';

/** What is asked of accounts beside a password. */
export interface SignInPolicy {
  /** Who has one of these roles sets two-step sign-in up before anything else. */
  readonly secondFactorRoles: readonly Role[];
}

/** Keeps the policy; it counts from the next request on, on every server. */
export interface PolicyStore {
  read(): Promise<SignInPolicy>;
  /** `by`: staff id. */
  write(by: string, policy: SignInPolicy): Promise<void>;
}

/** See {@link PolicyStore}. */
export function policyStore(db: Db, audit: Audit<Db>, now: Clock): PolicyStore {
  return {
    async read() {
      const [row] = await db.select().from(signInPolicy);
      return { secondFactorRoles: (row?.secondFactorRoles ?? []).filter(isRole) };
    },
    async write(by, { secondFactorRoles }) {
      await db.transaction(async (tx) => {
        const set = { secondFactorRoles: [...secondFactorRoles] };
        await tx
          .insert(signInPolicy)
          .values({ id: 1, ...set })
          .onConflictDoUpdate({ target: signInPolicy.id, set });
        const entry = { at: now(), actor: by, action: 'signIn.policy', subject: 'sign-in' };
        await audit(tx, { ...entry, detail: set });
      });
    },
  };
}

/** What a session that began by a password alone still owes: nothing, a second step to be set up, or the passkey that there is. */
type StillAsked = 'nothing' | 'setUp' | 'passkey';

/**
 * What is asked of a session of an account that uses no authenticator app, begun by a password alone. Nothing of accounts
 * without a password here: their second step is that of the provider who vouches for them.
 */
export async function stillAsked(db: Db, staffId: string, role: Role): Promise<StillAsked> {
  const [row] = await db
    .select({
      hasPasskey: sql<boolean>`exists (select from ${staffPasskeys} where ${staffPasskeys.userId} = ${staffId})`,
    })
    .from(signInPolicy)
    .innerJoin(
      staffCredentials,
      and(eq(staffCredentials.userId, staffId), eq(staffCredentials.providerId, 'credential')),
    )
    .where(sql`${role} = any(${signInPolicy.secondFactorRoles})`);
  if (!row) return 'nothing';
  return row.hasPasskey ? 'passkey' : 'setUp';
}
