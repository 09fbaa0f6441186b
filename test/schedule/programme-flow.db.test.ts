import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { manifestSchema } from '../../src/contract/manifest.ts';
import { bookings } from '../../src/db/campaign-tables.ts';
import { assets } from '../../src/db/catalogue-tables.ts';
import { manifests, programme } from '../../src/db/programme-tables.ts';
import { manifestText } from '../../src/schedule/build-manifest.ts';
import { programmeBoard } from '../../src/schedule/programme-flow.ts';
import { type ProgrammeStore, programmeStore } from '../../src/schedule/programme-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { worldOf } from '../support/world.ts';

let database: TestDatabase;
let world: ReturnType<typeof worldOf>;
let now = Date.parse('2027-02-05T02:20:00Z');
const published: [number, string][] = [];

function newBoard(store: ProgrammeStore = programmeStore(database)) {
  return programmeBoard({
    store,
    bell: database.bell,
    now: () => now,
    onPublished: (endpointId, revision) => published.push([endpointId, revision]),
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

describe('programmeBoard', () => {
  test('gives out a manifest that the contract accepts, with every booked play in it', async () => {
    const endpointId = await world.endpoint();
    const film = await world.asset();
    const bookingId = await world.booking({
      playlistId: await world.playlist(film.id),
      campaignId: await world.campaign(),
    });
    const board = newBoard();
    await board.start();
    const current = board.current(endpointId);
    if (!current) throw new Error('no programme');
    const manifest = manifestSchema.parse(JSON.parse(manifestText(current.content, current)));
    expect(manifest).toMatchObject({ serial: 1, revision: current.revision, endpoint: { id: endpointId } });
    expect(manifest.programme).toHaveLength(96);
    const loops = new Map(manifest.loops.map((loop) => [loop.id, loop]));
    for (const entry of manifest.programme) {
      const own = loops.get(entry.loop)?.spots.filter((spot) => spot.bookingId === bookingId);
      expect(own).toHaveLength(12);
      expect(own?.every((spot) => spot.media === film.sha256)).toBe(true);
    }
    board.stop();
  });

  test('keeps revision and serial over a restart of the server', async () => {
    const endpointId = await world.endpoint();
    const first = newBoard();
    await first.start();
    const before = first.current(endpointId);
    first.stop();
    now += MINUTE_MS;
    const second = newBoard();
    await second.start();
    second.stop();
    expect(second.current(endpointId)).toMatchObject({
      revision: before?.revision,
      serial: before?.serial,
      issuedAt: before?.issuedAt,
    });
  });

  test('takes the next serial when a booking changes, and only where it reaches', async () => {
    const [here, there] = [await world.endpoint(), await world.endpoint()];
    const board = newBoard();
    await board.start();
    const [hereBefore, thereBefore] = [board.current(here), board.current(there)];
    const film = await world.asset();
    await world.booking({
      playlistId: await world.playlist(film.id),
      campaignId: await world.campaign(),
      selection: { endpointIds: [here] },
    });
    published.length = 0;
    await board.refresh();
    board.stop();
    expect(board.current(here)?.serial).toBe((hereBefore?.serial ?? 0) + 1);
    expect(board.current(there)).toBe(thereBefore);
    expect(published.map(([id]) => id)).toEqual([here]);
  });

  test('ends the promise of the old programme at the minute of the change, and keeps the past', async () => {
    const endpointId = await world.endpoint();
    const film = await world.asset();
    const playlistId = await world.playlist(film.id);
    const campaignId = await world.campaign();
    const bookingId = await world.booking({
      playlistId,
      campaignId,
      selection: { endpointIds: [endpointId] },
    });
    const board = newBoard();
    await board.start();
    const startedAt = now;
    now += 20 * MINUTE_MS;
    await database.db.update(bookings).set({ rateValue: 6 }).where(eq(bookings.id, bookingId));
    await board.refresh();
    board.stop();
    const rows = await database.db
      .select()
      .from(programme)
      .where(eq(programme.endpointId, endpointId))
      .orderBy(programme.startsAt);
    expect(rows[0]?.startsAt.getTime()).toBe(startedAt);
    expect(rows[0]?.endsAt.getTime()).toBe(now);
    expect(rows[1]?.startsAt.getTime()).toBe(now);
    expect(rows[1]?.loopStartsAt.getTime()).toBe(rows[0]?.loopStartsAt.getTime());
    expect(rows[1]?.loopId).not.toBe(rows[0]?.loopId);
    for (let i = 1; i < rows.length; i++) expect(rows[i]?.startsAt).toEqual(rows[i - 1]?.endsAt);
  });

  test('never names an asset that is not approved, and drops one that stops being so', async () => {
    const endpointId = await world.endpoint();
    const [good, draft] = [await world.asset(), await world.asset({ state: 'submitted', decidedBy: null })];
    await world.booking({
      playlistId: await world.playlist(good.id, draft.id),
      campaignId: await world.campaign(),
      selection: { endpointIds: [endpointId] },
    });
    const board = newBoard();
    await board.start();
    const files = () => new Set(board.current(endpointId)?.content.body.told.map(([sha256]) => sha256));
    expect(files()).toContain(good.sha256);
    expect(files()).not.toContain(draft.sha256);
    await database.db.update(assets).set({ state: 'retired' }).where(eq(assets.id, good.id));
    await board.refresh();
    board.stop();
    expect(files()).not.toContain(good.sha256);
  });

  test('never lets a server that read an older world have the last word', async () => {
    const endpointId = await world.endpoint();
    const film = await world.asset();
    const store = programmeStore(database);
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let isHeld = false;
    const slow = newBoard({
      ...store,
      async publish(publications, at) {
        if (isHeld) {
          reached.resolve();
          await held.promise;
        }
        return store.publish(publications, at);
      },
    });
    const quick = newBoard();
    await quick.start();
    await slow.start();
    const booked = async (rateValue: number) =>
      world.booking({
        playlistId: await world.playlist(film.id),
        campaignId: await world.campaign(),
        selection: { endpointIds: [endpointId] },
        rateValue,
      });
    await booked(4);
    isHeld = true;
    const late = slow.refresh();
    await reached.promise;
    // The slow server has read the world with one booking; meanwhile there is another.
    await booked(6);
    await quick.refresh();
    held.resolve();
    await late;
    slow.stop();
    quick.stop();
    const newest = await database.db
      .select({ revision: manifests.revision, serial: manifests.serial })
      .from(manifests)
      .where(eq(manifests.endpointId, endpointId))
      .orderBy(desc(manifests.serial))
      .limit(1);
    expect(newest).toEqual([
      { revision: quick.current(endpointId)?.revision, serial: quick.current(endpointId)?.serial },
    ]);
    expect(slow.current(endpointId)?.revision).toBe(quick.current(endpointId)?.revision);
  });

  test('gives out equal content once when two servers compile at the same time', async () => {
    const endpointId = await world.endpoint();
    const [one, two] = [newBoard(), newBoard()];
    await Promise.all([one.start(), two.start()]);
    one.stop();
    two.stop();
    expect(one.current(endpointId)).toMatchObject({ serial: 1, revision: two.current(endpointId)?.revision });
    expect(two.current(endpointId)?.serial).toBe(1);
    const given = await database.db.select().from(manifests).where(eq(manifests.endpointId, endpointId));
    expect(given).toHaveLength(1);
  });

  test('rolls the horizon on within three hours after local midnight', async () => {
    const endpointId = await world.endpoint();
    const board = newBoard();
    await board.start();
    const before = board.current(endpointId);
    expect(board.rollIsDue()).toBe(false);
    now = Date.parse('2027-02-05T19:00:01Z');
    expect(board.rollIsDue()).toBe(true);
    await board.refresh();
    board.stop();
    const after = board.current(endpointId);
    expect(after?.validUntil).toBe((before?.validUntil ?? 0) + 24 * HOUR_MS);
    expect(board.rollIsDue()).toBe(false);
  });
});
