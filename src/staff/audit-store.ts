import { and, asc, desc, gt, ilike, lt, sql } from 'drizzle-orm';
import type { AuditEntry } from '../base/audit.ts';
import type { Db } from '../db/connect.ts';
import { auditLog } from '../db/staff-tables.ts';
import { entryHash, FIRST_PREVIOUS_HASH, storable } from './audit-chain.ts';

/** Any number will do that is the same in every server process; this one spells "audt". */
const AUDIT_LOCK = 0x61756474;
const PAGE = 1_000;

/** What {@link verifyAuditChain} found. Compare `head` with one written down earlier to see a cut-off end. */
export type AuditVerdict =
  | { readonly intact: true; readonly entries: number; readonly head: string }
  | { readonly intact: false; readonly entries: number; readonly brokenAtId: number };

/**
 * Appends one entry to the log, in the caller's transaction: the act and its entry stand or fall together.
 * Entries wait for each other until the transaction ends, so call this last in it.
 */
export async function audit(tx: Db, entry: AuditEntry): Promise<void> {
  // Inside a transaction this is a savepoint; on the bare database it is the transaction the lock needs.
  await tx.transaction(async (inner) => {
    await inner.execute(sql`select pg_advisory_xact_lock(${AUDIT_LOCK})`);
    const [last] = await inner
      .select({ hash: auditLog.hash })
      .from(auditLog)
      .orderBy(desc(auditLog.id))
      .limit(1);
    const previousHash = last?.hash ?? FIRST_PREVIOUS_HASH;
    const kept = {
      at: entry.at,
      actor: String(storable(entry.actor)),
      action: String(storable(entry.action)),
      subject: String(storable(entry.subject)),
      detail: storable(entry.detail) as Record<string, unknown>,
    };
    const hash = entryHash(previousHash, kept);
    await inner.insert(auditLog).values({ ...kept, at: new Date(kept.at), previousHash, hash });
  });
}

/** Walks the whole log from its first entry and recomputes every hash. */
export async function verifyAuditChain(db: Db): Promise<AuditVerdict> {
  let previousHash = FIRST_PREVIOUS_HASH;
  let lastId = 0;
  let entries = 0;
  for (;;) {
    const page = await db
      .select()
      .from(auditLog)
      .where(gt(auditLog.id, lastId))
      .orderBy(asc(auditLog.id))
      .limit(PAGE);
    for (const row of page) {
      const expected = entryHash(previousHash, { ...row, at: row.at.getTime() });
      if (row.previousHash !== previousHash || row.hash !== expected)
        return { intact: false, entries, brokenAtId: row.id };
      previousHash = row.hash;
      lastId = row.id;
      entries += 1;
    }
    if (page.length < PAGE) return { intact: true, entries, head: previousHash };
  }
}

/** Which entries: at most `limit`, older than `beforeId`; `q` is a part of actor, action, subject or detail. */
export interface AuditFilter {
  readonly limit: number;
  readonly beforeId?: number | undefined;
  readonly q?: string | undefined;
}

/** The newest entries that are meant, newest first. */
export async function listAudit(db: Db, { limit, beforeId, q }: AuditFilter) {
  const part = `%${(q ?? '').replace(/[\\%_]/g, '\\$&')}%`;
  const text = sql`concat_ws(' ', ${auditLog.actor}, ${auditLog.action}, ${auditLog.subject}, ${auditLog.detail}::text)`;
  return db
    .select()
    .from(auditLog)
    .where(
      and(beforeId === undefined ? undefined : lt(auditLog.id, beforeId), q ? ilike(text, part) : undefined),
    )
    .orderBy(desc(auditLog.id))
    .limit(Math.min(limit, PAGE));
}
