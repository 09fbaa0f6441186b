import { sql } from 'drizzle-orm';
import { check, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { assets } from './catalogue-tables.ts';
import { instant } from './columns.ts';

/** Notices that were typed here: the words of which an asset was set. */
export const notices = pgTable(
  'notices',
  {
    assetId: integer()
      .primaryKey()
      .references(() => assets.id),
    /** Template and texts. */
    draft: jsonb().notNull(),
    /** Its sound for loudspeakers: a recording, or speech that a program made; null: none. */
    sound: text({ enum: ['recording', 'synthetic'] }),
    createdAt: instant().notNull(),
  },
  (t) => [check('notice_has_words', sql`${t.draft} ? 'titleZh'`)],
);
