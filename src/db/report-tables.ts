import { date, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bookings, campaigns } from './campaign-tables.ts';
import { instant } from './columns.ts';
import { endpoints } from './endpoint-tables.ts';

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

/** What a booking that makes good takes over, by endpoint. Append only. */
export const makeGoods = pgTable(
  'make_goods',
  {
    bookingId: integer()
      .notNull()
      .references(() => bookings.id),
    endpointId: integer()
      .notNull()
      .references(() => endpoints.id),
    /** The booking that was short. */
    forBookingId: integer()
      .notNull()
      .references(() => bookings.id),
    /** The local dates on which it was, both included. */
    fromDate: date({ mode: 'string' }).notNull(),
    toDate: date({ mode: 'string' }).notNull(),
    plays: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.bookingId, t.endpointId] }),
    index('make_goods_by_booking').on(t.forBookingId),
  ],
);

/** Who makes good what a booking is short of does so alone, until this instant at the latest. */
export const makeGoodTurns = pgTable('make_good_turns', {
  forBookingId: integer()
    .primaryKey()
    .references(() => bookings.id),
  untilAt: instant().notNull(),
});
