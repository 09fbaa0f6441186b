import { asc, count, eq } from 'drizzle-orm';
import type { StaffMember } from '../base/api-routes.ts';
import type { Remit } from '../base/within.ts';
import type { Db } from '../db/connect.ts';
import { staff, staffPasskeys } from '../db/staff-tables.ts';
import { memberOf } from './account.ts';
import { remitFor } from './remit.ts';

/** An account as administrators see it. */
export interface StaffEntry extends StaffMember {
  readonly username: string;
  readonly createdAt: Date;
  readonly isBlocked: boolean;
  /** Whether a code is asked beside the password. */
  readonly hasSecondFactor: boolean;
  /** How many passkeys open it. */
  readonly passkeys: number;
  /** The part of the fleet that the account is for; null: all of it. */
  readonly remit: Remit | null;
}

/** All accounts, by username. */
export async function listPeople(db: Db): Promise<readonly StaffEntry[]> {
  const rows = await db
    .select({ row: staff, passkeys: count(staffPasskeys.id) })
    .from(staff)
    .leftJoin(staffPasskeys, eq(staffPasskeys.userId, staff.id))
    .groupBy(staff.id)
    .orderBy(asc(staff.username));
  return rows.flatMap(({ row, passkeys }) => {
    const member = memberOf(row);
    if (!member) return [];
    const { createdAt, banned: isBlocked, twoFactorEnabled: hasSecondFactor } = row;
    const [username, remit] = [row.username ?? '', remitFor(member.role, row)];
    return [{ ...member, username, createdAt, isBlocked, hasSecondFactor, passkeys, remit }];
  });
}
