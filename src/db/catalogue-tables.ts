import { asc, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';

/** Pieces of material. Immutable once submitted; a change is a new asset. */
export const assets = pgTable(
  'assets',
  {
    id: id(),
    titleZh: text().notNull(),
    titleEn: text().notNull().default(''),
    category: text({ enum: ['psa', 'warning', 'notice'] }).notNull(),
    mediaClass: text({ enum: ['video', 'image', 'audio'] }).notNull(),
    /** The file as uploaded. One file is one asset. */
    sha256: text().notNull().unique(),
    fileName: text().notNull(),
    type: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    /** Null for stills: their time is set in the playlist. */
    durationMs: integer(),
    widthPx: integer(),
    heightPx: integer(),
    rotationDegrees: integer().notNull().default(0),
    hasSound: boolean().notNull(),
    videoCodec: text(),
    audioCodec: text(),
    /** May fill open time that nobody booked. */
    isFiller: boolean().notNull().default(false),
    /** How its picture meets screens of another shape. */
    framing: text({ enum: ['fit', 'fill', 'blur'] })
      .notNull()
      .default('fit'),
    /** Names the needs of the fleet for which files were last planned; null: plan anew. */
    plannedFor: text(),
    /** Came with the product as an example. */
    isSample: boolean().notNull().default(false),
    state: text({ enum: ['draft', 'submitted', 'approved', 'rejected', 'withdrawn', 'retired'] })
      .notNull()
      .default('draft'),
    createdBy: text().notNull(),
    createdAt: instant().notNull(),
    submittedBy: text(),
    submittedAt: instant(),
    decidedBy: text(),
    decidedAt: instant(),
    decisionReason: text(),
    /** The moment or the area that a rejection is about. */
    decisionMark: jsonb(),
    /** The first of two who approved, where two must. */
    firstApprovedBy: text(),
    /** The first version of the same piece; null for a first version itself. */
    versionOf: integer().references((): AnyPgColumn => assets.id),
    /** From then on it may not air. */
    expiresAt: instant(),
    /** Words of the staff's own, to find it by. */
    tags: text().array().notNull().default([]),
  },
  (t) => [
    check('second_person', sql`${t.decidedBy} is null or ${t.decidedBy} <> ${t.submittedBy}`),
    check(
      'third_person',
      sql`${t.firstApprovedBy} is null or (${t.firstApprovedBy} <> ${t.submittedBy}
        and (${t.decidedBy} is null or ${t.firstApprovedBy} <> ${t.decidedBy}))`,
    ),
    check(
      'approved_by_somebody',
      sql`${t.state} <> 'approved' or (${t.submittedBy} is not null and ${t.decidedBy} is not null)`,
    ),
    index('assets_by_version').on(t.versionOf),
  ],
);

/** Playable files, named by hash. */
export const renditions = pgTable(
  'renditions',
  {
    id: id(),
    assetId: integer()
      .notNull()
      .references(() => assets.id),
    sha256: text().notNull(),
    type: text().notNull(),
    mediaClass: text({ enum: ['video', 'image', 'audio'] }).notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    durationMs: integer(),
    widthPx: integer(),
    heightPx: integer(),
    hasSound: boolean().notNull(),
    loudnessLufs: doublePrecision(),
    /** The file as uploaded, or what was made of it, and for whom. */
    madeFor: text({ enum: ['original', 'screen', 'sound'] })
      .notNull()
      .default('original'),
    /** Which of several files for one use; empty: the one for all. */
    variant: text().notNull().default(''),
  },
  (t) => [unique('rendition_once').on(t.assetId, t.sha256), index('renditions_by_sha256').on(t.sha256)],
);

/** The order in which endpoints choose: what was made for them before the upload itself. */
export const RENDITION_ORDER = [sql`${renditions.madeFor} = 'original'`, asc(renditions.id)] as const;
