import { and, asc, count, eq, gt, inArray, sql } from 'drizzle-orm';
import type { StaffMember } from '../base/api-routes.ts';
import { wordsOfSearch } from '../base/search-words.ts';
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

/** What accounts are narrowed to; all that is given must hold. */
export interface PeopleFilter {
  /** Words of username or name; all of them must occur, in upper or lower case. */
  readonly q?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Those that come after this username. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Accounts that fit, by username. */
export async function listPeople(
  db: Db,
  { q, ids, after, limit }: PeopleFilter = {},
): Promise<readonly StaffEntry[]> {
  const found = db
    .select({ row: staff, passkeys: count(staffPasskeys.id) })
    .from(staff)
    .leftJoin(staffPasskeys, eq(staffPasskeys.userId, staff.id))
    .where(
      and(
        ...wordsOfSearch(q).map(
          (word) => sql`strpos(lower(${staff.username} || ' ' || ${staff.name}), ${word}) > 0`,
        ),
        ids && inArray(staff.id, [...ids]),
        after === undefined ? undefined : gt(staff.username, after),
      ),
    )
    .groupBy(staff.id)
    .orderBy(asc(staff.username));
  const rows = await (limit === undefined ? found : found.limit(limit));
  return rows.flatMap(({ row, passkeys }) => {
    const member = memberOf(row);
    if (!member) return [];
    const { createdAt, banned: isBlocked, twoFactorEnabled: hasSecondFactor } = row;
    const [username, remit] = [row.username ?? '', remitFor(member.role, row)];
    return [{ ...member, username, createdAt, isBlocked, hasSecondFactor, passkeys, remit }];
  });
}

/** Whether the account has a one-time password, to be changed at its first sign-in; false where there is none. */
export async function hasOneTimePassword(db: Db, username: string): Promise<boolean> {
  const [row] = await db
    .select({ mustChange: staff.mustChangePassword })
    .from(staff)
    .where(eq(staff.username, username));
  return row?.mustChange === true;
}
