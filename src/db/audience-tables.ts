import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { endpoints } from './endpoint-tables.ts';

/** The steps by which the audience model came to be what it is. Append only. */
export const audienceVersions = pgTable('audience_versions', {
  /** Counts up from 1 without gaps. */
  number: integer().primaryKey(),
  what: text({ enum: ['import', 'placeClass', 'population'] }).notNull(),
  /** Who says so, or on what it rests. */
  source: text().notNull(),
  /** People in the whole district from this version on; null: not known. */
  population: integer(),
  madeBy: text().notNull(),
  madeAt: instant().notNull(),
});

/** The audience of an endpoint from a version on, until a later row of the same endpoint. Append only. */
export const audienceModels = pgTable(
  'audience_models',
  {
    endpointId: integer()
      .notNull()
      .references(() => endpoints.id),
    version: integer()
      .notNull()
      .references(() => audienceVersions.number),
    /** People who come by in each local hour of the week, Monday 0:00 first: 168 numbers. */
    people: integer().array().notNull(),
    /** How long one of them stays, on average. */
    dwellSeconds: integer().notNull(),
    /** The share of those present who notice a play, in thousandths. */
    noticeLow: integer().notNull(),
    noticeBest: integer().notNull(),
    noticeHigh: integer().notNull(),
    /** How often one person comes by in a week, in tenths. */
    visitTenthsPerWeek: integer().notNull(),
    /** The class of place whose defaults it takes; null: counted, as imported. */
    placeClass: text(),
    source: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.endpointId, t.version] }),
    check('audience_of_a_week', sql`cardinality(${t.people}) = 168`),
    check(
      'notice_in_order',
      sql`0 <= ${t.noticeLow} and ${t.noticeLow} <= ${t.noticeBest} and ${t.noticeBest} <= ${t.noticeHigh} and ${t.noticeHigh} <= 1000`,
    ),
  ],
);

/**
 * Audience × time of the plays of a booking, day and endpoint. Derived, and each row says from which counts and
 * which audience: one that no longer agrees with them is not used, and written anew.
 */
export const exposureDays = pgTable(
  'exposure_days',
  {
    bookingId: integer().notNull(),
    date: date({ mode: 'string' }).notNull(),
    endpointId: integer().notNull(),
    /** Of the audience. */
    version: integer().notNull(),
    completed: integer().notNull(),
    cut: integer().notNull(),
    airtimeMs: bigint({ mode: 'number' }).notNull(),
    /** Σ people an hour × (stay of completed plays + airtime), people × milliseconds an hour. */
    personMs: doublePrecision().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.bookingId, t.date, t.endpointId] }),
    index('exposure_days_by_date').on(t.date),
  ],
);
