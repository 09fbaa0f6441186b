import { and, eq, sql } from 'drizzle-orm';
import type { Role } from '../base/api-routes.ts';
import type { Audit } from '../base/audit.ts';
import type { Clock } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { staff, staffCredentials } from '../db/staff-tables.ts';
import { otherAdministrators } from './account-store.ts';
import { type CameFrom, orNull, type SignInSettings, signInLibrary, tracesOf } from './library-store.ts';
import { STAFF_LOCK } from './sign-in-store.ts';

/** A person whom an outside provider vouches for. */
export interface VouchedPerson {
  /** The issuer; a subject means something at its issuer alone. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  /** Taken where it is free; else one is made up. */
  readonly username: string | null;
  readonly role: Role;
}

/**
 * Signs a person in whom a provider vouches for: by subject, never by name or e-mail address. The first time an
 * account is made; each time it gets the role that the provider gives, but the last administrator stays one. Set-Cookie lines; null when it is blocked.
 */
export type EnterVouched = (person: VouchedPerson, from: CameFrom) => Promise<readonly string[] | null>;

/** See {@link EnterVouched}. */
export function vouchedEntrance(
  db: Db,
  settings: SignInSettings,
  audit: Audit<Db>,
  now: Clock,
): EnterVouched {
  return (person, from) =>
    db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${STAFF_LOCK})`);
      const userId = (await known(tx, person)) ?? (await make(tx, person));
      const answer = await orNull(
        signInLibrary(tx, settings).api.beginSession({
          body: { userId },
          headers: tracesOf(from),
          returnHeaders: true,
        }),
      );
      return answer?.headers.getSetCookie() ?? null;
    });

  async function known(tx: Db, person: VouchedPerson): Promise<string | null> {
    const { issuer, subject, name } = person;
    const [found] = await tx
      .select({ id: staff.id, role: staff.role, name: staff.name })
      .from(staffCredentials)
      .innerJoin(staff, eq(staff.id, staffCredentials.userId))
      .where(and(eq(staffCredentials.providerId, issuer), eq(staffCredentials.accountId, subject)));
    if (!found) return null;
    const isLast = found.role === 'administrator' && (await otherAdministrators(tx, found.id)) === 0;
    // A claim that changed at the provider must not lock everybody out of administering here.
    const role = isLast ? 'administrator' : person.role;
    if (isLast && person.role !== role) {
      const entry = { at: now(), actor: 'system', action: 'staff.keepAdministrator' };
      await audit(tx, { ...entry, subject: `staff ${found.id}`, detail: { role: person.role, issuer } });
    }
    if (found.role !== role || found.name !== name) {
      const at = now();
      await tx
        .update(staff)
        .set({ role, name, updatedAt: new Date(at) })
        .where(eq(staff.id, found.id));
      const entry = { at, actor: 'system', action: 'staff.change', subject: `staff ${found.id}` };
      await audit(tx, { ...entry, detail: { role, name, issuer } });
    }
    return found.id;
  }

  async function make(tx: Db, { issuer, subject, name, role, username }: VouchedPerson): Promise<string> {
    const id = crypto.randomUUID();
    const made = `sso-${crypto.randomUUID().slice(0, 8)}`;
    const [taken] =
      username === null ? [{}] : await tx.select().from(staff).where(eq(staff.username, username));
    const free = username === null || taken ? made : username;
    const email = `${crypto.randomUUID()}@staff.invalid`;
    await tx.insert(staff).values({ id, name, email, role, username: free });
    await tx
      .insert(staffCredentials)
      .values({ id: crypto.randomUUID(), accountId: subject, providerId: issuer, userId: id });
    const entry = { at: now(), actor: 'system', action: 'staff.add', subject: `staff ${id}` };
    await audit(tx, { ...entry, detail: { username: free, role, issuer } });
    return id;
  }
}
