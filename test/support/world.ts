import { sha256Hex } from '../../src/base/digest.ts';
import type { WeeklyWindow } from '../../src/base/local-time.ts';
import { bookings, campaigns, playlistItems, playlists } from '../../src/db/campaign-tables.ts';
import { assets, renditions } from '../../src/db/catalogue-tables.ts';
import type { Database } from '../../src/db/connect.ts';
import { areas, endpoints } from '../../src/db/endpoint-tables.ts';

/** Open around the clock. */
export const ALWAYS: readonly WeeklyWindow[] = [
  { days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1_440 },
];

const EPOCH = new Date('2026-01-01T00:00:00Z');
let last = 0;

/** Rows for tests of what comes after them; each call makes one more and gives its id. */
export function worldOf(database: Database) {
  const { db, sql } = database;
  const idOf = (rows: { id: number }[]): number => {
    const [row] = rows;
    if (!row) throw new Error('no row came back');
    return row.id;
  };
  return {
    area: async (name = `area ${++last}`) =>
      idOf(await db.insert(areas).values({ name }).returning({ id: areas.id })),

    async endpoint(over: Partial<typeof endpoints.$inferInsert> = {}): Promise<number> {
      const code = `T-${++last}`;
      const areaId = over.areaId ?? (await this.area());
      return idOf(
        await db
          .insert(endpoints)
          .values({
            code,
            name: `终端 ${code}`,
            kind: 'tv',
            owner: 'test',
            timeZone: 'Asia/Shanghai',
            openingHours: ALWAYS,
            quietHours: [],
            placeClass: 'lobby',
            audiencePerHour: 60,
            dwellSeconds: 30,
            createdAt: EPOCH,
            ...over,
            areaId,
          })
          .returning({ id: endpoints.id }),
      );
    },

    /** So many endpoints that are alike but for their codes, in one area; their ids. For thousands. */
    async endpointsAlike(count: number): Promise<number[]> {
      const first = await this.endpoint();
      const others = await sql<{ id: number }[]>`
        insert into endpoints (code, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours, place_class,
          audience_per_hour, dwell_seconds, created_at)
        select code || '-' || n, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours, place_class,
          audience_per_hour, dwell_seconds, created_at
        from endpoints, generate_series(2, ${count}) as n where id = ${first}
        returning id`;
      return [first, ...others.map(({ id }) => id)];
    },

    /** An enrolment for each of these endpoints, good for a day; their tokens in the same order. */
    async enrolments(endpointIds: readonly number[]): Promise<string[]> {
      const tokens = endpointIds.map((id) => `enrolment-token-of-endpoint-${id}`);
      await sql`
        insert into enrolments (token_hash, endpoint_id, expires_at)
        select hash, id, now() + interval '1 day'
        from unnest(${tokens.map(sha256Hex)}::text[], ${[...endpointIds]}::int[]) as one (hash, id)`;
      return tokens;
    },

    /** An approved film with one rendition. */
    async asset(over: Partial<typeof assets.$inferInsert> = {}): Promise<{ id: number; sha256: string }> {
      const sha256 = sha256Hex(`film ${++last}`);
      const row = {
        titleZh: `素材 ${last}`,
        category: 'psa' as const,
        mediaClass: 'video' as const,
        fileName: 'film.mp4',
        type: 'video/mp4',
        bytes: 1_000,
        durationMs: 15_000,
        hasSound: true,
        state: 'approved' as const,
        createdBy: 'editor',
        createdAt: EPOCH,
        submittedBy: 'editor',
        decidedBy: 'reviewer',
        ...over,
        sha256,
      };
      const id = idOf(await db.insert(assets).values(row).returning({ id: assets.id }));
      const { type, mediaClass, bytes, durationMs, hasSound } = row;
      await db
        .insert(renditions)
        .values({ assetId: id, sha256, type, mediaClass, bytes, durationMs, hasSound });
      return { id, sha256 };
    },

    async playlist(...assetIds: readonly number[]): Promise<number> {
      const id = idOf(
        await db
          .insert(playlists)
          .values({ name: 'list', createdBy: 'editor', createdAt: EPOCH })
          .returning({ id: playlists.id }),
      );
      await db.insert(playlistItems).values(
        assetIds.map((assetId, position) => ({
          playlistId: id,
          position,
          assetId,
          stillMs: null,
          weight: 1,
        })),
      );
      return id;
    },

    campaign: async (fromDate = '2027-01-01', toDate = '2027-12-31') =>
      idOf(
        await db
          .insert(campaigns)
          .values({ name: '春节', fromDate, toDate, createdBy: 'editor', createdAt: EPOCH })
          .returning({ id: campaigns.id }),
      ),

    async booking(
      over: Partial<typeof bookings.$inferInsert> & { playlistId: number; campaignId: number },
    ): Promise<number> {
      return idOf(
        await db
          .insert(bookings)
          .values({
            name: 'booking',
            selection: {},
            fromDate: '2027-01-01',
            toDate: '2027-12-31',
            dayparts: [],
            rateKind: 'perHour',
            rateValue: 12,
            createdBy: 'editor',
            createdAt: EPOCH,
            ...over,
          })
          .returning({ id: bookings.id }),
      );
    },
  };
}
