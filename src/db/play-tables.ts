import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { instant, int8multirange } from './columns.ts';
import { players } from './endpoint-tables.ts';

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
    id: integer().generatedAlwaysAsIdentity(),
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
    // Keys of the tables of plays begin with the player, so that a distributed database can cut them by it.
    primaryKey({ columns: [t.playerId, t.id] }),
    index('quarantined_by_id').on(t.id),
    index('quarantined_numberless').on(t.playerId, t.epochNo).where(sql`${t.seq} is null`),
    index('quarantined_by_time').on(t.receivedAt),
    check(
      'accepted_with_reason',
      sql`num_nulls(${t.acceptedBy}, ${t.acceptedAt}, ${t.acceptedReason}) in (0, 3)`,
    ),
  ],
);

const counts = {
  completed: integer().notNull(),
  cut: integer().notNull(),
  failed: integer().notNull(),
  /** Shown or heard, summed over completed and cut plays. */
  airtimeMs: bigint({ mode: 'number' }).notNull(),
};

/**
 * Plays summed by UTC hour, up to what {@link unsettledSums} still holds: read {@link playHours} instead.
 * Derived, like all sums: may be dropped and rebuilt from plays at any time.
 */
export const settledPlayHours = pgTable(
  'settled_play_hours',
  {
    endpointId: integer().notNull(),
    /** 0 stands for none (filler, overrides), since a key column cannot be null. */
    bookingId: integer().notNull(),
    assetId: integer().notNull(),
    /** The hour is [hourStartsAt, + 1 h). */
    hourStartsAt: instant().notNull(),
    ...counts,
  },
  (t) => [
    primaryKey({
      name: 'settled_play_hours_key',
      columns: [t.endpointId, t.bookingId, t.assetId, t.hourStartsAt],
    }),
    index('play_hours_by_hour').on(t.hourStartsAt),
  ],
);

/** Plays summed by the local date of their start at their endpoint: read the view `play_days` instead. */
export const settledPlayDays = pgTable(
  'settled_play_days',
  {
    /** 0 stands for none, as in settledPlayHours. */
    bookingId: integer().notNull(),
    date: date({ mode: 'string' }).notNull(),
    endpointId: integer().notNull(),
    assetId: integer().notNull(),
    ...counts,
  },
  (t) => [
    primaryKey({
      name: 'settled_play_days_key',
      columns: [t.bookingId, t.date, t.endpointId, t.assetId],
    }),
    index('play_days_by_date').on(t.date),
  ],
);

/**
 * What the latest commits of plays add to hours and days. Only appended to, since a commit that seeks out its
 * rows in two sums costs twice as much; put into both by the settling, many commits at once.
 */
export const unsettledSums = pgTable('unsettled_sums', {
  endpointId: integer().notNull(),
  bookingId: integer().notNull(),
  assetId: integer().notNull(),
  hourStartsAt: instant().notNull(),
  /** The local date. */
  date: date({ mode: 'string' }).notNull(),
  ...counts,
});

/** One row: the sum over {@link settledPlayDays}, kept by the settling, so that a total reads no days. */
export const settledTotal = pgTable(
  'settled_total',
  { id: integer().primaryKey(), completed: bigint({ mode: 'number' }).notNull() },
  (t) => [check('settled_total_once', sql`${t.id} = 1`)],
);

/**
 * All plays by UTC hour, exact at every moment. A view over settled and unsettled sums, made in a migration:
 * one hour may come in several rows, so sum them.
 */
export const playHours = pgView('play_hours', {
  endpointId: integer().notNull(),
  bookingId: integer().notNull(),
  assetId: integer().notNull(),
  hourStartsAt: instant().notNull(),
  ...counts,
}).existing();

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

/** One row: the instant up to which {@link promisedDays} holds what was promised, and its sum. */
export const promiseMark = pgTable(
  'promise_mark',
  {
    id: integer().primaryKey(),
    settledTo: instant().notNull(),
    promised: bigint({ mode: 'number' }).notNull().default(0),
  },
  (t) => [check('promise_mark_once', sql`${t.id} = 1`)],
);

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
