import {
  bigint,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import type { WeeklyWindow } from '../base/local-time.ts';
import { id, instant } from './columns.ts';

/** Street offices and townships. */
export const areas = pgTable('areas', {
  id: id(),
  name: text().notNull().unique(),
});

/** Places that play. */
export const endpoints = pgTable('endpoints', {
  id: id(),
  /** The owner's name for it, for example DS-001; what the CSV import recognises it by. */
  code: text().notNull().unique(),
  name: text().notNull(),
  kind: text({ enum: ['screen', 'tv', 'loudspeaker'] }).notNull(),
  areaId: integer()
    .notNull()
    .references(() => areas.id),
  owner: text().notNull(),
  /** WGS-84 degrees. */
  longitude: doublePrecision(),
  latitude: doublePrecision(),
  widthPx: integer(),
  heightPx: integer(),
  timeZone: text().notNull(),
  openingHours: jsonb().$type<readonly WeeklyWindow[]>().notNull(),
  quietHours: jsonb().$type<readonly WeeklyWindow[]>().notNull(),
  placeClass: text().notNull(),
  /** People who can see or hear it in an average open hour. */
  audiencePerHour: integer().notNull(),
  /** How long such a person stays, on average. */
  dwellSeconds: integer().notNull(),
  tags: text().array().notNull().default([]),
  note: text().notNull().default(''),
  createdAt: instant().notNull(),
});

/** Saved rules over endpoints; the members follow the rule. */
export const endpointGroups = pgTable('endpoint_groups', {
  id: id(),
  name: text().notNull().unique(),
  /** Those that satisfy every given field. */
  rule: jsonb()
    .$type<{
      readonly kinds?: readonly string[] | undefined;
      readonly areaIds?: readonly number[] | undefined;
      readonly tags?: readonly string[] | undefined;
    }>()
    .notNull(),
  createdBy: text().notNull(),
  createdAt: instant().notNull(),
});

/** Boxes that wait for staff to type their code. */
export const pairings = pgTable('pairings', {
  id: id(),
  code: text().notNull().unique(),
  secretHash: text().notNull().unique(),
  hardwareId: text().notNull(),
  kind: text({ enum: ['screen', 'tv', 'loudspeaker'] }).notNull(),
  capabilities: jsonb().$type<Record<string, unknown>>().notNull(),
  expiresAt: instant().notNull(),
  /** Set when staff claimed it. */
  endpointId: integer().references(() => endpoints.id),
  /** Set when the box fetched its token. */
  playerId: integer(),
});

/** Single-use tokens for boxes that staff prepare in advance. */
export const enrolments = pgTable('enrolments', {
  id: id(),
  tokenHash: text().notNull().unique(),
  endpointId: integer()
    .notNull()
    .references(() => endpoints.id),
  expiresAt: instant().notNull(),
  usedAt: instant(),
  /** Whom it made, so that a box whose answer was lost can ask again. */
  playerId: integer(),
});

/** Programs paired with an endpoint; each with a credential of its own. */
export const players = pgTable(
  'players',
  {
    id: id(),
    endpointId: integer()
      .notNull()
      .references(() => endpoints.id),
    tokenHash: text().notNull().unique(),
    hardwareId: text().notNull(),
    capabilities: jsonb().$type<Record<string, unknown>>().notNull(),
    pairedAt: instant().notNull(),
    revokedAt: instant(),
    lastSeenAt: instant(),
    /** The latest health report, as received. */
    health: jsonb().$type<Record<string, unknown>>(),
  },
  (t) => [index('players_by_endpoint').on(t.endpointId)],
);

/** What staff asked of players from afar, and what became of it. */
export const playerCommands = pgTable(
  'player_commands',
  {
    id: id(),
    endpointId: integer()
      .notNull()
      .references(() => endpoints.id),
    /** The player that is meant; a later one of the endpoint is not told. */
    playerId: integer()
      .notNull()
      .references(() => players.id),
    /** Grows within the endpoint, also across a restore of an older backup: milliseconds since 1970, or one more. */
    serial: bigint({ mode: 'number' }).notNull(),
    kind: text({ enum: ['volume', 'restart', 'reboot', 'picture'] }).notNull(),
    /** Of `volume`. */
    percent: integer(),
    askedBy: text().notNull(),
    askedAt: instant().notNull(),
    /** A player carries it out before this, or never. */
    until: instant().notNull(),
    /** `sent` until the player answers; past `until` that is no answer. */
    state: text({ enum: ['sent', 'done', 'failed', 'refused'] })
      .notNull()
      .default('sent'),
    reason: text(),
    answeredAt: instant(),
  },
  (t) => [unique('command_serial').on(t.endpointId, t.serial), index('commands_by_end').on(t.until)],
);

/** The latest picture of each screen, as its player sent it. */
export const screenPictures = pgTable('screen_pictures', {
  endpointId: integer()
    .primaryKey()
    .references(() => endpoints.id),
  playerId: integer().notNull(),
  takenAt: instant().notNull(),
  /** A JPEG in base64. */
  jpeg: text().notNull(),
});

/** What players told of themselves, summed up by hour. */
export const playerHealthHours = pgTable(
  'player_health_hours',
  {
    playerId: integer()
      .notNull()
      .references(() => players.id),
    hour: instant().notNull(),
    reports: integer().notNull(),
    /** Of the report whose clock was furthest off. Positive: the box is ahead of the server. */
    clockOffMs: bigint({ mode: 'number' }).notNull(),
    usedBytes: bigint({ mode: 'number' }),
    quotaBytes: bigint({ mode: 'number' }),
    troubles: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.playerId, t.hour] }), index('health_by_hour').on(t.hour)],
);
