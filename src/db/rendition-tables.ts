import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { assets } from './catalogue-tables.ts';
import { id, instant } from './columns.ts';

/** Files to make of uploads. A row is made once for each asset and use, and tells how it went. */
export const renditionJobs = pgTable(
  'rendition_jobs',
  {
    id: id(),
    assetId: integer()
      .notNull()
      .references(() => assets.id),
    madeFor: text({ enum: ['screen', 'sound'] }).notNull(),
    /** Which of several files for one use; empty: the one for all. */
    variant: text().notNull().default(''),
    state: text({ enum: ['queued', 'running', 'done', 'failed', 'cancelled'] })
      .notNull()
      .default('queued'),
    /** How often it was begun. */
    attempts: integer().notNull().default(0),
    progressPercent: integer().notNull().default(0),
    /** Not to be begun earlier. */
    notBefore: instant().notNull(),
    /** The process that is at work, and until when it may be believed to live. */
    claimedBy: text(),
    claimedUntil: instant(),
    /** Why the last attempt failed. */
    trouble: text({ enum: ['damaged', 'moving', 'timeLimit', 'tooLarge', 'diskFull', 'serverStopped'] }),
    queuedAt: instant().notNull(),
    endedAt: instant(),
  },
  (t) => [
    unique('rendition_job_once').on(t.assetId, t.madeFor, t.variant),
    check('running_is_claimed', sql`(${t.state} = 'running') = (${t.claimedBy} is not null)`),
  ],
);
