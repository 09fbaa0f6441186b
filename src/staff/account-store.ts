import { and, count, eq, ne, sql } from 'drizzle-orm';
import type { Role } from '../base/api-routes.ts';
import type { Audit } from '../base/audit.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { Remit } from '../base/within.ts';
import type { Db } from '../db/connect.ts';
import { staff, staffSessions } from '../db/staff-tables.ts';
import { plainRemit } from './remit.ts';
import { checkRemit } from './remit-store.ts';
import { accountNamed } from './session-store.ts';
import { STAFF_LOCK } from './sign-in-store.ts';

/** What an administrator may change of an account; what is absent stays. */
export interface AccountChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  /** A blocked account cannot sign in; its sessions end with the block. */
  readonly isBlocked?: boolean | undefined;
  /** The part of the fleet that the account is for from its next request on; null: all of it. */
  readonly remit?: Remit | null | undefined;
}

/**
 * Changes an account. `by`: staff id.
 * @throws Refusal `staff.unknown`; `staff.lastAdministrator` when nobody who may administer would be left;
 * `request.invalid` when an administrator would be for a part of the fleet, or an area is unknown
 */
export type ChangeAccount = (by: string, username: string, change: AccountChange) => Promise<void>;

/** See {@link ChangeAccount}. */
export function accountChanges(db: Db, audit: Audit<Db>, now: Clock): ChangeAccount {
  return async (by, username, { name, role, isBlocked, remit }) => {
    await db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${STAFF_LOCK})`);
      const { id, ...account } = await accountNamed(tx, username);
      const leaves = isBlocked === true || (role !== undefined && role !== 'administrator');
      if (account.role === 'administrator' && leaves && (await otherAdministrators(tx, id)) === 0)
        throw new Refusal('staff.lastAdministrator', {
          en: 'This is the last administrator; make another one first.',
          zh: '这是最后一名管理员，请先设置另一名管理员。',
        });
      if (remit) await checkRemit(tx, remit);
      if (remit && (role ?? account.role) === 'administrator')
        throw new Refusal('request.invalid', {
          en: 'An administrator is for all endpoints. Choose another role first.',
          zh: '管理员管辖全部终端，请先改为其他角色。',
        });
      await tx
        .update(staff)
        .set({
          ...(name !== undefined && { name }),
          ...(role !== undefined && { role }),
          ...(isBlocked !== undefined && { banned: isBlocked }),
          ...(remit !== undefined && { remit: plainRemit(remit) }),
          updatedAt: new Date(now()),
        })
        .where(eq(staff.id, id));
      if (isBlocked) await tx.delete(staffSessions).where(eq(staffSessions.userId, id));
      const action = isBlocked === undefined ? 'change' : isBlocked ? 'block' : 'unblock';
      const detail = { username: account.username, name, role, remit };
      await audit(tx, { at: now(), actor: by, action: `staff.${action}`, subject: `staff ${id}`, detail });
    });
  };
}

/** How many other accounts may administer. */
export async function otherAdministrators(tx: Db, id: string): Promise<number> {
  const able = and(eq(staff.role, 'administrator'), eq(staff.banned, false), ne(staff.id, id));
  const [row] = await tx.select({ n: count() }).from(staff).where(able);
  return row?.n ?? 0;
}
