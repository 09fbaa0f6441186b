import { and, eq, sql } from 'drizzle-orm';
import type { Role } from '../base/api-routes.ts';
import type { Audit } from '../base/audit.ts';
import type { Clock } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { signInPolicy, staffCredentials } from '../db/staff-tables.ts';
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

/**
 * Whether an account of this role without a second step must set one up. Not asked of accounts without a password here:
 * their second step is that of the provider who vouches for them.
 */
export async function mustSetSecondFactor(db: Db, staffId: string, role: Role): Promise<boolean> {
  const [row] = await db
    .select({ id: signInPolicy.id })
    .from(signInPolicy)
    .innerJoin(
      staffCredentials,
      and(eq(staffCredentials.userId, staffId), eq(staffCredentials.providerId, 'credential')),
    )
    .where(sql`${role} = any(${signInPolicy.secondFactorRoles})`);
  return row !== undefined;
}
