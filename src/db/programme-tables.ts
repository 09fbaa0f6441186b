import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { endpoints } from './endpoint-tables.ts';

/** A spot as stored inside a loop: [atMs, durationMs, media sha256, assetId, bookingId or null]. */
export type StoredSpot = readonly [number, number, string, number, number | null];

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

/** Plays that a booking asked of an hour and that no loop could promise: [bookingId, plays, why]. */
export type StoredWithheld = readonly [number, number, string];

/** What was asked of a local hour of an endpoint beyond what was promised; an hour that gives all has no row. */
export const withheldPlays = pgTable(
  'withheld_plays',
  {
    endpointId: integer()
      .notNull()
      .references(() => endpoints.id),
    hourStartsAt: instant().notNull(),
    plays: jsonb().$type<readonly StoredWithheld[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.endpointId, t.hourStartsAt] }),
    index('withheld_by_hour').on(t.hourStartsAt),
  ],
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
