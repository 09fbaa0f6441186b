import { desc, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import type { Clock } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { auditLog } from '../db/staff-tables.ts';

/** What the nightly audits of sums found, whichever server did them. It stands in the audit log. */
export interface SumsVerdicts {
  /** Writes down how many sums differ from their plays. */
  note(differences: number): Promise<void>;
  /** The last verdict; null: there is none of the last days. */
  last(): Promise<number | null>;
}

const ACTION = 'sums.audit';
/** There is a verdict every night: it is looked for among so many of the newest entries and no others. */
const AMONG_NEWEST = 20_000;

/** Opens the store. */
export function sumsVerdicts(deps: { db: Db; audit: Audit<Db>; now: Clock }): SumsVerdicts {
  const { db, audit, now } = deps;
  return {
    note: (differences) =>
      audit(db, {
        at: now(),
        actor: 'system',
        action: ACTION,
        subject: 'sums of plays',
        detail: { differences },
      }),
    async last() {
      const [row] = await db
        .select({ differences: sql<number>`(${auditLog.detail} ->> 'differences')::int` })
        .from(auditLog)
        .where(
          sql`${auditLog.action} = ${ACTION} and ${auditLog.id} > (select max(id) from audit_log) - ${AMONG_NEWEST}::int`,
        )
        .orderBy(desc(auditLog.id))
        .limit(1);
      return row?.differences ?? null;
    },
  };
}
