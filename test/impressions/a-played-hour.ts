import { localDateOf } from '../../src/base/local-time.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { playMonths } from '../../src/plays/play-months-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { addFleet, fileOf } from '../plays/a-fleet.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** 20:30 on 5 February in Shanghai. */
export const NOW = Date.UTC(2027, 1, 5, 12, 30);
/** The campaign has the spots at 0, 20, 40 … seconds of a minute-long pattern; filler lies in between. */
const SPOTS = Array.from({ length: 360 }, (_, n) => n);

/** A database with two endpoints, one campaign and what was promised and played from 19:00 on. */
export interface PlayedHour {
  readonly database: TestDatabase;
  readonly campaignId: number;
  readonly bookingId: number;
  readonly fleet: readonly { readonly playerId: number; readonly endpointId: number }[];
  /** The second endpoint reports one more play of the hour, after all. */
  reportLate(): Promise<void>;
}

/**
 * The first endpoint reported all of 19:00 to 20:00, one play cut and one failed; the second a single play. `now`:
 * half past an hour, other than 20:30; everything then moves along.
 */
export async function playedHour(at: { database?: TestDatabase; now?: EpochMs } = {}): Promise<PlayedHour> {
  const { database = await testDatabase(), now = NOW } = at;
  const hour = now - 90 * MINUTE_MS;
  const { sql } = database;
  const fleet = await addFleet(sql, 2, now - 30 * DAY_MS);
  const dayFrom = (days: number) => localDateOf(now + days * DAY_MS, 'Asia/Shanghai');
  const [campaign] = await sql<{ id: number }[]>`
    insert into campaigns (name, from_date, to_date, created_by, created_at)
    values ('春节', ${dayFrom(-4)}, ${dayFrom(23)}, 'test', now()) returning id`;
  const campaignId = campaign?.id ?? 0;
  const [playlist] = await sql<{ id: number }[]>`
    insert into playlists (name, created_by, created_at) values ('list', 'test', now()) returning id`;
  const [booking] = await sql<{ id: number }[]>`
    insert into bookings (campaign_id, playlist_id, name, selection, from_date, to_date, dayparts, rate_kind,
      rate_value, created_by, created_at)
    values (${campaignId}, ${playlist?.id ?? 0}, 'booking', '{}', ${dayFrom(-4)}, ${dayFrom(23)}, '[]', 'perHour', 180,
      'test', now()) returning id`;
  const bookingId = booking?.id ?? 0;
  const spots = SPOTS.map((n) => [
    n * 10_000,
    10_000,
    fileOf((n % 2) + 1),
    (n % 2) + 1,
    n % 2 === 0 ? bookingId : null,
  ]);
  await sql`insert into loops values ('loop-of-an-hour', 3600000, ${JSON.stringify(spots)}::text::jsonb)`;
  const told = JSON.stringify([
    [fileOf(1), 1, bookingId, 10_000],
    [fileOf(2), 2, null, 10_000],
  ]);
  for (const { endpointId } of fleet) {
    await sql`update manifests set told = ${told}::text::jsonb where endpoint_id = ${endpointId}`;
    // 19:00 to 19:30, then a new programme from 19:30 to 20:00, then the hour that runs now.
    for (const [from, to, origin] of [
      [hour, hour + HOUR_MS / 2, hour],
      [hour + HOUR_MS / 2, hour + HOUR_MS, hour],
      [hour + HOUR_MS, hour + 2 * HOUR_MS, hour + HOUR_MS],
    ] as const) {
      await sql`
        insert into programme values (${endpointId}, to_timestamp(${from}::float8 / 1000),
          to_timestamp(${to}::float8 / 1000), to_timestamp(${origin}::float8 / 1000), 'loop-of-an-hour')`;
    }
  }
  const ingest = startIngest({
    plays: playStore(sql),
    months: playMonths(sql),
    told: toldStore(sql),
    places: placeStore(sql),
    clock: () => now,
    inFlight: 1,
  });
  const play = (n: number) => ({
    seq: n + 1,
    assetId: (n % 2) + 1,
    bookingId: n % 2 === 0 ? bookingId : null,
    sha256: fileOf((n % 2) + 1),
    startedAt: new Date(hour + n * 10_000).toISOString(),
    durationMs: n === 4 ? 4_000 : n === 2 ? 0 : 10_000,
    outcome: n === 4 ? 'cut' : n === 2 ? 'failed' : 'completed',
  });
  const [first, second] = fleet;
  if (!first || !second) throw new Error('no fleet');
  const report = { epoch: 'first-epoch', clock: { now: new Date(now).toISOString() } };
  // The first endpoint reported its first hour and some of the running one, the second nothing but one play.
  await ingest.receive(first, { ...report, plays: SPOTS.map(play) });
  await ingest.receive(second, { ...report, plays: [play(0)] });
  return {
    ...{ database, campaignId, bookingId, fleet },
    reportLate: async () => void (await ingest.receive(second, { ...report, plays: [play(6)] })),
  };
}
