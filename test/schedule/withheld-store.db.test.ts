import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/base/units.ts';
import { bookings } from '../../src/db/campaign-tables.ts';
import { programmeBoard } from '../../src/schedule/programme-flow.ts';
import { programmeStore } from '../../src/schedule/programme-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { worldOf } from '../support/world.ts';

let database: TestDatabase;
let world: ReturnType<typeof worldOf>;
let now = Date.parse('2027-02-05T02:20:00Z');

function newBoard() {
  return programmeBoard({
    store: programmeStore(database),
    bell: database.bell,
    now: () => now,
    onPublished: () => {},
    onTrouble: (error) => {
      throw error;
    },
  });
}

beforeAll(async () => {
  database = await testDatabase();
  world = worldOf(database);
});
afterAll(() => database.close());

describe('plays that no loop can promise', () => {
  test('are remembered by hour with their reason, from the running hour on, and what an earlier hour lacked stays', async () => {
    const endpointId = await world.endpoint();
    const booked = async (tier: number) =>
      world.booking({
        playlistId: await world.playlist((await world.asset()).id),
        campaignId: await world.campaign(),
        selection: { endpointIds: [endpointId] },
        rateValue: 240,
        tier,
      });
    const [high, low] = [await booked(50), await booked(10)];
    const withheld = async () => {
      const rows = await database.sql<{ startsAt: number; plays: unknown }[]>`
        select (extract(epoch from hour_starts_at) * 1000)::float8 as "startsAt", plays
        from withheld_plays where endpoint_id = ${endpointId} order by 1`;
      return rows.map(({ startsAt, plays }) => ({ startsAt, plays }));
    };
    const board = newBoard();
    await board.start();
    const first = await withheld();
    const hour = now - (now % HOUR_MS);
    expect(first[0]).toEqual({ startsAt: hour, plays: [[low, 240, 'outranked']] });
    expect(first.map(({ startsAt }) => startsAt)).toEqual(first.map((_, n) => hour + n * HOUR_MS));

    now += 2 * HOUR_MS;
    await database.db.update(bookings).set({ rateValue: 120 }).where(eq(bookings.id, high));
    await database.db.update(bookings).set({ rateValue: 130 }).where(eq(bookings.id, low));
    await board.refresh();
    const later = await withheld();
    expect(later.slice(0, 2)).toEqual(first.slice(0, 2));
    expect(later[2]).toEqual({ startsAt: hour + 2 * HOUR_MS, plays: [[low, 10, 'overFull']] });

    await database.db.update(bookings).set({ rateValue: 100 }).where(eq(bookings.id, low));
    await board.refresh();
    board.stop();
    expect(await withheld()).toEqual(first.slice(0, 2));
  });

  test('change nothing in the manifest of an endpoint whose loop stays the same', async () => {
    const endpointId = await world.endpoint();
    const campaignId = await world.campaign();
    const selection = { endpointIds: [endpointId] };
    const playlistId = await world.playlist((await world.asset()).id);
    await world.booking({ playlistId, campaignId, selection, rateValue: 240, tier: 50 });
    const board = newBoard();
    await board.start();
    const before = board.current(endpointId);
    const late = await world.booking({ playlistId, campaignId, selection, rateValue: 60, tier: 10 });
    await board.refresh();
    board.stop();
    expect(board.current(endpointId)).toBe(before);
    const [row] = await database.sql<{ plays: unknown }[]>`
      select plays from withheld_plays where endpoint_id = ${endpointId} limit 1`;
    expect(row?.plays).toEqual([[late, 60, 'outranked']]);
  });
});
