import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** Whose turn it is with each job that one server does for all. */
export const jobTurns = pgTable('job_turns', {
  name: text().primaryKey(),
  /** The latest due instant whose work is done. */
  doneFor: instant().notNull(),
  /** The process that is at work on the next one, and until when it may be believed to live. */
  claimedBy: text(),
  claimedUntil: instant(),
});
