import { desc, eq, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { sha256Hex } from '../base/digest.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { Database, Db } from '../db/connect.ts';
import { issuedReports } from '../db/report-tables.ts';

/** Who issued what when, without the report itself. */
export interface IssuedHead {
  /** From 1, without gaps. */
  readonly number: number;
  readonly title: string;
  readonly campaignId: number | null;
  readonly issuedBy: string;
  readonly issuedByName: string;
  /** ISO 8601, UTC. */
  readonly issuedAt: string;
  /** Of the frozen JSON in UTF-8, 64 hex digits. */
  readonly sha256: string;
}

/** Reports as issued. There is no way to change one; the database refuses it too. */
export interface IssuedReportStore {
  /** Freezes a text under the next number. */
  issue(
    report: { readonly title: string; readonly campaignId: number | null; readonly content: string },
    by: { readonly id: string; readonly name: string },
  ): Promise<IssuedHead>;
  /** The latest first. */
  list(): Promise<IssuedHead[]>;
  /** @throws Refusal report.unknown */
  get(number: number): Promise<IssuedHead & { readonly content: string }>;
}

const MOST_LISTED = 1_000;

/** Opens the store. */
export function issuedReportStore(deps: {
  database: Database;
  audit: Audit<Db>;
  now: Clock;
}): IssuedReportStore {
  const { audit, now } = deps;
  const { db } = deps.database;
  return {
    issue: ({ title, campaignId, content }, by) =>
      db.transaction(async (tx) => {
        const at = now();
        // Readers go on; a second issue waits, so that numbers have no gaps.
        await tx.execute(sql`lock table ${issuedReports} in share row exclusive mode`);
        const [last] = await tx
          .select({ number: issuedReports.number })
          .from(issuedReports)
          .orderBy(desc(issuedReports.number))
          .limit(1);
        const number = (last?.number ?? 0) + 1;
        const sha256 = sha256Hex(content);
        const head = { number, title, campaignId, issuedBy: by.id, issuedByName: by.name, sha256 };
        await tx.insert(issuedReports).values({ ...head, issuedAt: new Date(at), content });
        const subject = `report ${number}`;
        await audit(tx, {
          at,
          actor: by.id,
          action: 'report.issue',
          subject,
          detail: { title, campaignId, sha256 },
        });
        return { ...head, issuedAt: new Date(at).toISOString() };
      }),
    async list() {
      const { content: _, ...columns } = COLUMNS;
      const rows = await db
        .select(columns)
        .from(issuedReports)
        .orderBy(desc(issuedReports.number))
        .limit(MOST_LISTED);
      return rows.map((row) => ({ ...row, issuedAt: row.issuedAt.toISOString() }));
    },
    async get(number) {
      const [row] = await db.select(COLUMNS).from(issuedReports).where(eq(issuedReports.number, number));
      if (!row)
        throw new Refusal('report.unknown', {
          en: `No report was issued under the number ${number}.`,
          zh: `没有签发过编号为 ${number} 的报表。`,
        });
      return { ...row, issuedAt: row.issuedAt.toISOString() };
    },
  };
}

const COLUMNS = {
  number: issuedReports.number,
  title: issuedReports.title,
  campaignId: issuedReports.campaignId,
  issuedBy: issuedReports.issuedBy,
  issuedByName: issuedReports.issuedByName,
  issuedAt: issuedReports.issuedAt,
  content: issuedReports.content,
  sha256: issuedReports.sha256,
};
