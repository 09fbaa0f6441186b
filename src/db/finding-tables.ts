import { sql } from 'drizzle-orm';
import { check, doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { assets } from './catalogue-tables.ts';
import { instant } from './columns.ts';

/** What was found in films and sounds by playing them through once: how loud they are, where they are black or silent. */
export const assetFindings = pgTable(
  'asset_findings',
  {
    assetId: integer()
      .primaryKey()
      .references(() => assets.id),
    state: text({ enum: ['running', 'done', 'failed'] }).notNull(),
    attempts: integer().notNull(),
    /** Until when the process that is at work may be believed to live. */
    claimedUntil: instant(),
    /** Integrated, by EBU R 128; null where there is no sound, or none that can be heard. */
    loudnessLufs: doublePrecision(),
    truePeakDbtp: doublePrecision(),
    /** Stretches as `{ fromMs, toMs }`. */
    black: jsonb(),
    silent: jsonb(),
    endedAt: instant(),
  },
  (t) => [
    check(
      'done_has_found',
      sql`${t.state} <> 'done' or (${t.black} is not null and ${t.silent} is not null)`,
    ),
  ],
);
