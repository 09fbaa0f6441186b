import { and, desc, eq, gt, inArray, isNotNull, lte, max } from 'drizzle-orm';
import { type EpochMs, HOUR_MS } from '../base/units.ts';
import { rateOf } from '../campaigns/booking.ts';
import { bookings } from '../db/campaign-tables.ts';
import { assets } from '../db/catalogue-tables.ts';
import type { Database } from '../db/connect.ts';
import { endpoints } from '../db/endpoint-tables.ts';
import { loops, programme } from '../db/programme-tables.ts';
import type { BookingFacts } from './eligible.ts';
import type { AiredSpot } from './explanation.ts';

/** What an explanation reads beside the world. */
export interface ExplainStore {
  /** Id of the endpoint with this code, or null. */
  endpointByCode(code: string): Promise<number | null>;
  codeOf(endpointId: number): Promise<string>;
  /**
   * The spots promised in the stretch of the instant and the two hours before. `reach` is the end of what
   * was given out, null for nothing at all.
   */
  promised(endpointId: number, at: EpochMs): Promise<{ spots: AiredSpot[]; reach: EpochMs | null }>;
  /** Title and state of those of these assets that exist, by id. */
  titles(assetIds: readonly number[]): Promise<Map<number, { title: string; state: string }>>;
  /** Withdrawn bookings, the latest first, at most 200. Without their playlists. */
  withdrawn(): Promise<{ readonly booking: BookingFacts; readonly at: EpochMs }[]>;
  /** The recurrence rules as written, by booking. */
  rules(bookingIds: readonly number[]): Promise<Map<number, string>>;
}

/** Opens the store. */
export function explainStore(database: Database): ExplainStore {
  const { db } = database;
  return {
    async endpointByCode(code) {
      const [row] = await db.select({ id: endpoints.id }).from(endpoints).where(eq(endpoints.code, code));
      return row?.id ?? null;
    },
    async codeOf(endpointId) {
      const [row] = await db
        .select({ code: endpoints.code })
        .from(endpoints)
        .where(eq(endpoints.id, endpointId));
      return row?.code ?? '';
    },
    async promised(endpointId, at) {
      const [last] = await db
        .select({ endsAt: max(programme.endsAt) })
        .from(programme)
        .where(eq(programme.endpointId, endpointId));
      const rows = await db
        .select({ stretch: programme, spots: loops.spots })
        .from(programme)
        .innerJoin(loops, eq(loops.id, programme.loopId))
        .where(
          and(
            eq(programme.endpointId, endpointId),
            lte(programme.startsAt, new Date(at)),
            gt(programme.endsAt, new Date(at - 2 * HOUR_MS)),
          ),
        )
        .orderBy(programme.startsAt);
      const spots = rows.flatMap(({ stretch, spots: stored }) =>
        stored
          .map(([atMs, durationMs, , assetId, bookingId]) => ({
            startsAt: stretch.loopStartsAt.getTime() + atMs,
            durationMs,
            assetId,
            bookingId,
          }))
          .filter(
            ({ startsAt }) => startsAt >= stretch.startsAt.getTime() && startsAt < stretch.endsAt.getTime(),
          ),
      );
      return { spots, reach: last?.endsAt?.getTime() ?? null };
    },
    async titles(assetIds) {
      const rows = await db
        .select({ id: assets.id, zh: assets.titleZh, en: assets.titleEn, state: assets.state })
        .from(assets)
        .where(inArray(assets.id, [...assetIds]));
      return new Map(rows.map(({ id, zh, en, state }) => [id, { title: zh || en, state }]));
    },
    async withdrawn() {
      const rows = await db
        .select()
        .from(bookings)
        .where(isNotNull(bookings.withdrawnAt))
        .orderBy(desc(bookings.withdrawnAt))
        .limit(200);
      return rows.map((row) => ({
        booking: {
          ...row,
          selection: row.selection as BookingFacts['selection'],
          dates: null,
          rate: rateOf(row),
          entries: [],
        },
        at: row.withdrawnAt?.getTime() ?? 0,
      }));
    },
    async rules(bookingIds) {
      if (bookingIds.length === 0) return new Map();
      const rows = await db
        .select({ id: bookings.id, rrule: bookings.rrule })
        .from(bookings)
        .where(and(isNotNull(bookings.rrule), inArray(bookings.id, [...bookingIds])));
      return new Map(rows.map(({ id, rrule }) => [id, rrule ?? '']));
    },
  };
}
