import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import type { DayClass, WeeklyWindow } from '../base/local-time.ts';
import { assets } from './catalogue-tables.ts';
import { id, instant } from './columns.ts';

/** Which endpoints a booking is for: those that satisfy every given field; no field given means all. */
export interface EndpointSelection {
  readonly endpointIds?: readonly number[];
  readonly areaIds?: readonly number[];
  readonly kinds?: readonly ('screen' | 'tv' | 'loudspeaker')[];
  readonly tags?: readonly string[];
}

/** Named purposes with a period and, perhaps, a target. */
export const campaigns = pgTable(
  'campaigns',
  {
    id: id(),
    name: text().notNull(),
    purpose: text().notNull().default(''),
    /** Local dates at each endpoint, both included. */
    fromDate: date({ mode: 'string' }).notNull(),
    toDate: date({ mode: 'string' }).notNull(),
    targetPlays: integer(),
    createdBy: text().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [check('campaign_in_order', sql`${t.fromDate} <= ${t.toDate}`)],
);

/** Ordered assets. */
export const playlists = pgTable('playlists', {
  id: id(),
  name: text().notNull(),
  createdBy: text().notNull(),
  createdAt: instant().notNull(),
  /** Goes up by one with every change, so that nobody writes over what they have not seen. */
  version: integer().notNull().default(1),
  changedBy: text(),
  changedAt: instant(),
});

/** What people have in their editors and not put into the playlist yet: one draft each. */
export const playlistDrafts = pgTable(
  'playlist_drafts',
  {
    id: id(),
    /** Null: a playlist that is not stored yet. */
    playlistId: integer().references(() => playlists.id, { onDelete: 'cascade' }),
    editor: text().notNull(),
    /** The version of the playlist that the editor began with. */
    basedOn: integer().notNull(),
    name: text().notNull(),
    items: jsonb()
      .$type<readonly { readonly assetId: number; readonly durationMs?: number; readonly weight: number }[]>()
      .notNull(),
    savedAt: instant().notNull(),
  },
  (t) => [unique('playlist_draft_once').on(t.playlistId, t.editor).nullsNotDistinct()],
);

/** The entries of a playlist, by position from 0. */
export const playlistItems = pgTable(
  'playlist_items',
  {
    playlistId: integer()
      .notNull()
      .references(() => playlists.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    assetId: integer()
      .notNull()
      .references(() => assets.id),
    /** How long a still stays; null for films and sound, which are never cut. */
    stillMs: integer(),
    weight: integer().notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.playlistId, t.position] })],
);

/** A playlist on chosen endpoints, in dates and dayparts, with a rate. */
export const bookings = pgTable(
  'bookings',
  {
    id: id(),
    campaignId: integer()
      .notNull()
      .references(() => campaigns.id),
    playlistId: integer()
      .notNull()
      .references(() => playlists.id),
    name: text().notNull(),
    selection: jsonb().$type<EndpointSelection>().notNull(),
    /** Local dates at each endpoint, both included. */
    fromDate: date({ mode: 'string' }).notNull(),
    toDate: date({ mode: 'string' }).notNull(),
    /** Empty: the whole open time. */
    dayparts: jsonb().$type<readonly (WeeklyWindow & { readonly on?: DayClass })[]>().notNull(),
    /** RFC 5545 recurrence over local dates; null: every date. */
    rrule: text(),
    /** Local dates left out, sorted. */
    exdates: date({ mode: 'string' }).array().notNull().default([]),
    rateKind: text({ enum: ['perHour', 'everyMinutes', 'share', 'target'] }).notNull(),
    /** Plays an hour, minutes, weight, or 1 for `target`. */
    rateValue: integer().notNull(),
    /** Most plays at one endpoint in one local hour, and on one local date; null: no cap. */
    maxPerHour: integer(),
    maxPerDay: integer(),
    tier: integer().notNull().default(0),
    createdBy: text().notNull(),
    createdAt: instant().notNull(),
    /** Goes up by one with every change, so that nobody writes over what they have not seen. */
    version: integer().notNull().default(1),
    changedBy: text(),
    changedAt: instant(),
    withdrawnAt: instant(),
  },
  (t) => [
    index('bookings_by_campaign').on(t.campaignId),
    check('booking_in_order', sql`${t.fromDate} <= ${t.toDate}`),
    check('rate_positive', sql`${t.rateValue} > 0`),
    check('caps_positive', sql`${t.maxPerHour} > 0 and ${t.maxPerDay} > 0`),
  ],
);

/** Public holidays, and days moved to be workdays by the State Council's yearly notice. */
export const holidays = pgTable('holidays', {
  date: date({ mode: 'string' }).primaryKey(),
  kind: text({ enum: ['holiday', 'workday'] }).notNull(),
  nameZh: text().notNull(),
  nameEn: text().notNull(),
});

/** Which plays are kept apart, and by how much. */
export const separationRules = pgTable(
  'separation_rules',
  {
    id: id(),
    by: text({ enum: ['category', 'campaign'] }).notNull(),
    /** A category, or a campaign's id in digits. */
    value: text().notNull(),
    gapSeconds: integer().notNull(),
    /** A hard rule costs plays where it must; a soft one is reported when broken. */
    hard: boolean().notNull(),
  },
  (t) => [
    unique('separation_once').on(t.by, t.value),
    check('separation_gap', sql`${t.gapSeconds} between 1 and 3600`),
  ],
);

/**
 * Plays counted for a campaign with a target before a local date: what its pace from that date on stands on.
 * Written once, so that every server and every recompilation of that date paces alike.
 */
export const campaignPaces = pgTable(
  'campaign_paces',
  {
    campaignId: integer()
      .notNull()
      .references(() => campaigns.id),
    date: date({ mode: 'string' }).notNull(),
    played: bigint({ mode: 'number' }).notNull(),
    madeAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.campaignId, t.date] })],
);
