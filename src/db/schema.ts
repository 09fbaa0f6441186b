import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core';
import type { DayClass, WeeklyWindow } from '../base/local-time.ts';

/*
 * All tables, in the order in which data flows: staff → endpoints and players → assets → campaigns and
 * bookings → programme → plays. Column names are the snake_case of the property names.
 */

const id = () => integer().primaryKey().generatedAlwaysAsIdentity();
const instant = () => timestamp({ withTimezone: true });
const int8multirange = customType<{ data: string }>({ dataType: () => 'int8multirange' });

/** Which endpoints a booking is for: those that satisfy every given field; no field given means all. */
export interface EndpointSelection {
  readonly endpointIds?: readonly number[];
  readonly areaIds?: readonly number[];
  readonly kinds?: readonly ('screen' | 'tv' | 'loudspeaker')[];
  readonly tags?: readonly string[];
}

/** A spot as stored inside a loop: [atMs, durationMs, media sha256, assetId, bookingId or null]. */
export type StoredSpot = readonly [number, number, string, number, number | null];

/* ---- staff: owned by the sign-in library, see docs/decisions ---- */

/** People who sign in. */
export const staff = pgTable('staff', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean().notNull().default(false),
  image: text(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
  username: text().unique(),
  displayUsername: text(),
  role: text().notNull().default('viewer'),
  banned: boolean().notNull().default(false),
  banReason: text(),
  banExpires: instant(),
});

/** Signed-in browsers. */
export const staffSessions = pgTable('staff_sessions', {
  id: text().primaryKey(),
  expiresAt: instant().notNull(),
  token: text().notNull().unique(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
  ipAddress: text(),
  userAgent: text(),
  userId: text()
    .notNull()
    .references(() => staff.id, { onDelete: 'cascade' }),
  impersonatedBy: text(),
});

/** How a person proves who they are: a password hash, later an outside identity. */
export const staffCredentials = pgTable('staff_credentials', {
  id: text().primaryKey(),
  accountId: text().notNull(),
  providerId: text().notNull(),
  userId: text()
    .notNull()
    .references(() => staff.id, { onDelete: 'cascade' }),
  accessToken: text(),
  refreshToken: text(),
  idToken: text(),
  accessTokenExpiresAt: instant(),
  refreshTokenExpiresAt: instant(),
  scope: text(),
  password: text(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
});

/** One-time proofs of the sign-in library. */
export const staffVerifications = pgTable('staff_verifications', {
  id: text().primaryKey(),
  identifier: text().notNull(),
  value: text().notNull(),
  expiresAt: instant().notNull(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
});

/** Who did what. Append only; each entry's hash covers the one before it. */
export const auditLog = pgTable('audit_log', {
  id: id(),
  at: instant().notNull(),
  /** Staff id, or `system`. */
  actor: text().notNull(),
  /** Verb with its noun, for example `asset.approve`. */
  action: text().notNull(),
  /** What it was done to, for example `asset 12`. */
  subject: text().notNull(),
  detail: jsonb().$type<Record<string, unknown>>().notNull(),
  previousHash: text().notNull(),
  hash: text().notNull().unique(),
});

/* ---- endpoints and players ---- */

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
  /** The highest manifest serial given out. */
  manifestSerial: integer().notNull().default(0),
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

/* ---- catalogue and review ---- */

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
  },
  (t) => [
    check('second_person', sql`${t.decidedBy} is null or ${t.decidedBy} <> ${t.submittedBy}`),
    check(
      'approved_by_somebody',
      sql`${t.state} <> 'approved' or (${t.submittedBy} is not null and ${t.decidedBy} is not null)`,
    ),
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
  },
  (t) => [unique('rendition_once').on(t.assetId, t.sha256), index('renditions_by_sha256').on(t.sha256)],
);

/* ---- campaigns ---- */

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
});

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

/* ---- programme: what was promised and told ---- */

/** Compiled loops, named by their content; endpoints with equal demands share them. */
export const loops = pgTable('loops', {
  id: text().primaryKey(),
  lengthMs: integer().notNull(),
  spots: jsonb().$type<readonly StoredSpot[]>().notNull(),
});

/** Which loop an endpoint was promised to play over [startsAt, endsAt); a stretch never crosses a local hour. */
export const programme = pgTable(
  'programme',
  {
    endpointId: integer()
      .notNull()
      .references(() => endpoints.id),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    /** Where the loop's own time 0 lies; equals startsAt unless the programme changed inside the hour. */
    loopStartsAt: instant().notNull(),
    loopId: text()
      .notNull()
      .references(() => loops.id),
  },
  (t) => [primaryKey({ columns: [t.endpointId, t.startsAt] }), index('programme_by_start').on(t.startsAt)],
);

/** Manifests given out, remembered by revision: what a play report may speak of. */
export const manifests = pgTable(
  'manifests',
  {
    endpointId: integer()
      .notNull()
      .references(() => endpoints.id),
    revision: text().notNull(),
    serial: integer().notNull(),
    issuedAt: instant().notNull(),
    validUntil: instant().notNull(),
    /** Rows of [sha256, assetId, bookingId or null, longest duration in ms]. */
    told: jsonb().$type<readonly (readonly [string, number, number | null, number])[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.endpointId, t.serial] })],
);

/* ---- plays ---- */

/** One life of a player's storage, with the set of sequence numbers received. */
export const playerEpochs = pgTable(
  'player_epochs',
  {
    playerId: integer()
      .notNull()
      .references(() => players.id),
    epochNo: integer().notNull(),
    epoch: text().notNull(),
    received: int8multirange().notNull().default(sql`'{}'::int8multirange`),
  },
  (t) => [primaryKey({ columns: [t.playerId, t.epochNo] }), unique('epoch_once').on(t.playerId, t.epoch)],
);

/**
 * Every counted play. Partitioned by month of startedAt in the migration. No unique index: the received set
 * of its epoch already keeps each sequence number single.
 */
export const plays = pgTable('plays', {
  playerId: integer().notNull(),
  epochNo: integer().notNull(),
  seq: bigint({ mode: 'number' }).notNull(),
  endpointId: integer().notNull(),
  assetId: integer().notNull(),
  /** Null for filler and overrides. */
  bookingId: integer(),
  overrideId: integer(),
  startedAt: instant().notNull(),
  durationMs: integer().notNull(),
  outcome: text({ enum: ['completed', 'cut', 'failed'] }).notNull(),
  receivedAt: instant().notNull(),
});

/** Reports that were not believed: kept, not counted until a person accepts them. */
export const quarantinedPlays = pgTable(
  'quarantined_plays',
  {
    id: id(),
    playerId: integer().notNull(),
    epochNo: integer().notNull(),
    seq: bigint({ mode: 'number' }),
    code: text().notNull(),
    /** The play as sent. */
    report: jsonb().$type<unknown>().notNull(),
    receivedAt: instant().notNull(),
    /** Who said that it was a play after all, when and why. From then on it is in plays too. */
    acceptedBy: text(),
    acceptedAt: instant(),
    acceptedReason: text(),
  },
  (t) => [
    index('quarantined_numberless').on(t.playerId, t.epochNo).where(sql`${t.seq} is null`),
    index('quarantined_by_time').on(t.receivedAt),
    check(
      'accepted_with_reason',
      sql`num_nulls(${t.acceptedBy}, ${t.acceptedAt}, ${t.acceptedReason}) in (0, 3)`,
    ),
  ],
);

/** Plays summed by UTC hour. Derived: may be dropped and rebuilt from plays at any time. */
export const playHours = pgTable(
  'play_hours',
  {
    endpointId: integer().notNull(),
    /** 0 stands for none (filler, overrides), since a key column cannot be null. */
    bookingId: integer().notNull(),
    assetId: integer().notNull(),
    /** The hour is [hourStartsAt, + 1 h). */
    hourStartsAt: instant().notNull(),
    completed: integer().notNull(),
    cut: integer().notNull(),
    failed: integer().notNull(),
    /** Shown or heard, summed over completed and cut plays. */
    airtimeMs: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.endpointId, t.bookingId, t.assetId, t.hourStartsAt] }),
    index('play_hours_by_hour').on(t.hourStartsAt),
  ],
);

/** Plays summed by the local date of their start at their endpoint. Derived, like playHours. */
export const playDays = pgTable(
  'play_days',
  {
    /** 0 stands for none, as in playHours. */
    bookingId: integer().notNull(),
    date: date({ mode: 'string' }).notNull(),
    endpointId: integer().notNull(),
    assetId: integer().notNull(),
    completed: integer().notNull(),
    cut: integer().notNull(),
    failed: integer().notNull(),
    airtimeMs: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.bookingId, t.date, t.endpointId, t.assetId] }),
    index('play_days_by_date').on(t.date),
  ],
);

/**
 * Spots promised before {@link promiseMark}, summed by local date. Derived from programme: emptied by a
 * trigger when the programme changes in that past, and filled again by the next report.
 */
export const promisedDays = pgTable(
  'promised_days',
  {
    /** 0 stands for filler. */
    bookingId: integer().notNull(),
    date: date({ mode: 'string' }).notNull(),
    endpointId: integer().notNull(),
    promised: integer().notNull(),
    promisedMs: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.bookingId, t.date, t.endpointId] }),
    index('promised_days_by_date').on(t.date),
  ],
);

/** One row: the instant up to which {@link promisedDays} holds what was promised. */
export const promiseMark = pgTable(
  'promise_mark',
  { id: integer().primaryKey(), settledTo: instant().notNull() },
  (t) => [check('promise_mark_once', sql`${t.id} = 1`)],
);

/* ---- other channels, and reports that were issued ---- */

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

/** Reports as they were signed. Append only. */
export const issuedReports = pgTable('issued_reports', {
  /** Counts up from 1 without gaps. */
  number: integer().primaryKey(),
  title: text().notNull(),
  campaignId: integer().references(() => campaigns.id),
  issuedBy: text().notNull(),
  issuedByName: text().notNull(),
  issuedAt: instant().notNull(),
  /** The JSON as frozen, byte for byte; text, since jsonb would reorder it. */
  content: text().notNull(),
  /** Of the content in UTF-8. */
  sha256: text().notNull(),
});

/** Months whose plays were taken out into a file. Their sums stay. */
export const archivedMonths = pgTable('archived_months', {
  /** The first day of the UTC month. */
  month: date({ mode: 'string' }).primaryKey(),
  plays: bigint({ mode: 'number' }).notNull(),
  fileName: text().notNull(),
  /** Of the file. */
  sha256: text().notNull(),
  archivedAt: instant().notNull(),
});
