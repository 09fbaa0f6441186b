import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { assets } from './catalogue-tables.ts';
import { instant } from './columns.ts';

/** Files that come in piece by piece. A row outlives its file by a few days, so that the sender can ask what became of it. */
export const uploads = pgTable(
  'uploads',
  {
    /** Also the name of the file as far as it has come. */
    id: text().primaryKey(),
    ownerId: text().notNull(),
    /** What the sender said of it, as `assetDraftSchema` has it. */
    draft: jsonb().notNull(),
    /** As announced; the file is whole when it has so many. */
    bytes: bigint({ mode: 'number' }).notNull(),
    state: text({ enum: ['receiving', 'examining', 'done', 'refused'] })
      .notNull()
      .default('receiving'),
    createdAt: instant().notNull(),
    endedAt: instant(),
    /** Until when the process that examines it may be believed to live. */
    claimedUntil: instant(),
    /** How often it was begun to be examined. */
    attempts: integer().notNull().default(0),
    /** Known once the file was hashed, before it is moved to its place. */
    sha256: text(),
    assetId: integer().references(() => assets.id),
    /** Whether the asset came with this upload or was there before. */
    isNew: boolean(),
    /** Why it was not taken in: `code`, and a sentence in `en` and `zh`. */
    refusal: jsonb(),
  },
  (t) => [
    check('done_is_an_asset', sql`(${t.state} = 'done') = (${t.assetId} is not null)`),
    check('refused_says_why', sql`(${t.state} = 'refused') = (${t.refusal} is not null)`),
    index('uploads_by_owner').on(t.ownerId),
  ],
);
