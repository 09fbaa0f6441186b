import { sql } from 'drizzle-orm';
import { type AnyPgColumn, check, date, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { campaigns } from './campaign-tables.ts';
import { id, instant } from './columns.ts';
import { areas } from './endpoint-tables.ts';

/** Papers that bear out tallies, named by the SHA-256 of their bytes; the bytes are files. */
export const evidenceFiles = pgTable('evidence_files', {
  sha256: text().primaryKey(),
  /** As first handed in; for people, never a path. */
  fileName: text().notNull(),
  type: text().notNull(),
  bytes: integer().notNull(),
  addedBy: text().notNull(),
  addedAt: instant().notNull(),
});

/** What a campaign did beside its plays. Append only: a correction is a new row that replaces an old one. */
export const tallies = pgTable(
  'tallies',
  {
    id: id(),
    campaignId: integer()
      .notNull()
      .references(() => campaigns.id),
    channel: text({ enum: ['sms', 'wechatGroup', 'poster', 'householdVisit', 'inspection'] }).notNull(),
    count: integer().notNull(),
    /** Local dates, both included. */
    fromDate: date({ mode: 'string' }).notNull(),
    toDate: date({ mode: 'string' }).notNull(),
    /** Null: not of one area. */
    areaId: integer().references(() => areas.id),
    /** Who says so. */
    source: text().notNull(),
    note: text().notNull().default(''),
    evidenceSha256: text().references(() => evidenceFiles.sha256),
    /** Names the row of an imported file by its content, so that the same file again changes nothing. */
    importKey: text().unique(),
    /** The row that this one corrects, and why. */
    replacesId: integer()
      .unique()
      .references((): AnyPgColumn => tallies.id),
    reason: text(),
    enteredBy: text().notNull(),
    enteredAt: instant().notNull(),
  },
  (t) => [
    index('tallies_by_campaign').on(t.campaignId, t.toDate),
    check('tally_in_order', sql`${t.fromDate} <= ${t.toDate}`),
    check('tally_not_negative', sql`${t.count} >= 0`),
    check('tally_replaced_with_reason', sql`num_nulls(${t.replacesId}, ${t.reason}) in (0, 2)`),
  ],
);
