import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { assets } from './catalogue-tables.ts';
import { id, instant } from './columns.ts';
import { endpoints } from './endpoint-tables.ts';

/** What an emergency shows: words, prepared material, or the material with words where it cannot play. */
export interface StoredContent {
  readonly text?: { readonly title: string; readonly body: string; readonly lang: string } | undefined;
  readonly assetId?: number | undefined;
}

/** What one set of endpoints is told to show. */
export interface StoredPart {
  readonly show:
    | { readonly kind: 'media'; readonly assetId: number; readonly media: readonly string[] }
    | { readonly kind: 'text'; readonly title: string; readonly body: string; readonly lang: string };
  readonly endpoints: readonly number[];
  /** Overrides that are meant instead of the row's own. */
  readonly overrideIds?: readonly number[];
}

const severity = () => text({ enum: ['extreme', 'severe', 'moderate', 'minor'] });

/** Emergencies prepared in advance. Immutable; once a second person approved one, it is raised without a confirmation. */
export const overrideTemplates = pgTable(
  'override_templates',
  {
    id: id(),
    name: text().notNull(),
    content: jsonb().$type<StoredContent>().notNull(),
    severity: severity().notNull(),
    /** The longest that an override made of it may last. */
    mostMinutes: integer().notNull(),
    state: text({ enum: ['submitted', 'approved', 'rejected', 'retired'] })
      .notNull()
      .default('submitted'),
    createdBy: text().notNull(),
    createdAt: instant().notNull(),
    decidedBy: text(),
    decidedAt: instant(),
    decisionReason: text(),
  },
  (t) => [
    check('template_second_person', sql`${t.decidedBy} is null or ${t.decidedBy} <> ${t.createdBy}`),
    check('template_approved_by_somebody', sql`${t.state} <> 'approved' or ${t.decidedBy} is not null`),
  ],
);

/** Approved material that every endpoint holds ready for emergencies. */
export const standingAssets = pgTable('standing_assets', {
  assetId: integer()
    .primaryKey()
    .references(() => assets.id),
  addedBy: text().notNull(),
  addedAt: instant().notNull(),
});

/** The approved material that every box holds ready: chosen by staff, or part of an approved template. */
export const standingMaterial = pgView('standing_material', {
  assetId: integer('asset_id').notNull(),
}).as(sql`
  select id as asset_id from assets
  where state = 'approved' and (
    id in (select asset_id from standing_assets)
    or id in (select (content ->> 'assetId')::int from override_templates where state = 'approved')
  )`);

/** Emergencies: what was told to whom, by whom, and until when. Never deleted: plays are judged by them. */
export const overrides = pgTable(
  'overrides',
  {
    id: id(),
    /** Of the newest statement about it. */
    serial: integer().notNull().default(1),
    state: text({ enum: ['proposed', 'live', 'withdrawn', 'dismissed'] }).notNull(),
    severity: severity().notNull(),
    drill: boolean().notNull(),
    content: jsonb().$type<StoredContent>().notNull(),
    /** The places as staff chose them. */
    aim: jsonb().$type<unknown>().notNull(),
    /** The endpoints that it is told to, and what each shows. */
    parts: jsonb().$type<readonly StoredPart[]>().notNull(),
    /** Endpoints inside the aim that can show none of it: [id, reason]. */
    unreached: jsonb().$type<readonly (readonly [number, string])[]>().notNull(),
    templateId: integer().references(() => overrideTemplates.id),
    /** Overrides that end when this one goes on the air. */
    replaces: integer().array().notNull().default([]),
    minutes: integer(),
    /** Null until it is on the air. */
    fromAt: instant(),
    untilAt: instant(),
    /** What a rule raised it for; the same cause raises it once. Null when a person did. */
    causeKey: text().unique(),
    proposedBy: text().notNull(),
    proposedAt: instant().notNull(),
    /** A proposal that nobody confirmed by then is void. */
    lapsesAt: instant().notNull(),
    confirmedBy: text(),
    confirmedAt: instant(),
    endedBy: text(),
    endedAt: instant(),
    endReason: text(),
  },
  (t) => [
    index('overrides_by_end').on(t.untilAt),
    check(
      'aired_by_somebody',
      sql`${t.state} not in ('live', 'withdrawn') or num_nulls(${t.confirmedBy}, ${t.confirmedAt}, ${t.fromAt}, ${t.untilAt}) = 0`,
    ),
  ],
);

/** What each endpoint's player last told of an override. No row: it has not been heard of yet. */
export const overrideReceipts = pgTable(
  'override_receipts',
  {
    overrideId: integer()
      .notNull()
      .references(() => overrides.id),
    endpointId: integer()
      .notNull()
      .references(() => endpoints.id),
    playerId: integer().notNull(),
    serial: integer().notNull(),
    state: text({ enum: ['shown', 'ended', 'refused'] }).notNull(),
    reason: text(),
    /** By the player's corrected clock: the first showing, and the latest end. */
    shownAt: instant(),
    endedAt: instant(),
    /** When the first receipt came in, by the server's clock. */
    acknowledgedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.overrideId, t.endpointId] })],
);

/** One row: how emergencies are confirmed. */
export const overrideSettings = pgTable(
  'override_settings',
  { id: integer().primaryKey(), confirmation: text({ enum: ['step', 'person'] }).notNull() },
  (t) => [check('override_settings_once', sql`${t.id} = 1`)],
);
