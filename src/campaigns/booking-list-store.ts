import { and, asc, desc, eq, exists, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { wordsOfSearch } from '../base/search-words.ts';
import type { Within } from '../base/within.ts';
import { bookings, playlistItems } from '../db/campaign-tables.ts';
import type { Db } from '../db/connect.ts';
import { endpoints } from '../db/endpoint-tables.ts';
import type { BookingBounds } from './booking-bounds-store.ts';
import { bookingOf } from './booking-row-store.ts';
import type { Booking, BookingFilter } from './campaign.ts';

/**
 * Reads the bookings that are not withdrawn, fit the filter and reach any endpoint within: oldest first, but with
 * `limit` the newest of those before `before`, newest first.
 */
export async function readBookings(
  db: Db,
  bounds: BookingBounds,
  filter: BookingFilter,
  within: Within,
): Promise<Booking[]> {
  const { limit } = filter;
  const all = db
    .select()
    .from(bookings)
    .where(fits(db, filter))
    .orderBy(limit === undefined ? asc(bookings.id) : desc(bookings.id))
    .$dynamic();
  // Who is for a part of the fleet is told of fewer: those are counted only afterwards.
  const rows = await (limit === undefined || within !== null ? all : all.limit(limit));
  return (await bounds.touching(within, rows)).slice(0, limit).map(bookingOf);
}

function fits(db: Db, filter: BookingFilter): SQL | undefined {
  const { campaignId, playlistId, assetId, endpointId, q, before } = filter;
  const { selection } = bookings;
  return and(
    isNull(bookings.withdrawnAt),
    campaignId === undefined ? undefined : eq(bookings.campaignId, campaignId),
    playlistId === undefined ? undefined : eq(bookings.playlistId, playlistId),
    assetId === undefined
      ? undefined
      : inArray(
          bookings.playlistId,
          db
            .select({ id: playlistItems.playlistId })
            .from(playlistItems)
            .where(eq(playlistItems.assetId, assetId)),
        ),
    // As `selects` has it: every field that is given must hold.
    endpointId === undefined
      ? undefined
      : exists(
          db
            .select({ id: endpoints.id })
            .from(endpoints)
            .where(
              and(
                eq(endpoints.id, endpointId),
                sql`coalesce(${selection} -> 'endpointIds' @> to_jsonb(${endpoints.id}), true)`,
                sql`coalesce(${selection} -> 'areaIds' @> to_jsonb(${endpoints.areaId}), true)`,
                sql`coalesce(${selection} -> 'kinds' @> to_jsonb(${endpoints.kind}), true)`,
                sql`coalesce(${selection} -> 'tags' ?| ${endpoints.tags}, true)`,
              ),
            ),
        ),
    ...wordsOfSearch(q).map((word) => sql`strpos(lower(${bookings.name}), ${word}) > 0`),
    before === undefined ? undefined : lt(bookings.id, before),
  );
}
