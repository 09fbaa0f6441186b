import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { campaigns } from './campaign-tables.ts';
import { instant } from './columns.ts';

/** Reports as they were signed. Append only. */
export const issuedReports = pgTable('issued_reports', {
  /** Counts up from 1 without gaps. */
  number: integer().primaryKey(),
  title: text().notNull(),
  campaignId: integer().references(() => campaigns.id),
  issuedBy: text().notNull(),
  issuedByName: text().notNull(),
  issuedAt: instant().notNull(),
  /** The JSON as frozen, byte for byte; text, since jsonb would reorder it. */
  content: text().notNull(),
  /** Of the content in UTF-8. */
  sha256: text().notNull(),
});
