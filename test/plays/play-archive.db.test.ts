import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/base/units.ts';
import { startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { archiveMonth, archiveOldMonths, restoreMonth } from '../../src/plays/play-archive-flow.ts';
import { type PlayArchiveStore, playArchiveStore } from '../../src/plays/play-archive-store.ts';
import { playMonths } from '../../src/plays/play-months-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { auditSums } from '../../src/plays/sums-audit-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { addFleet, fileOf } from './a-fleet.ts';

const NOW = Date.UTC(2027, 5, 5, 12);
const JANUARY = Date.UTC(2027, 0, 10);
let database: TestDatabase;
let folder: string;
let store: PlayArchiveStore;
let receive: (from: number, to: number) => Promise<unknown>;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'beacon-archive-'));
  const { sql } = database;
  store = playArchiveStore(sql);
  const [player] = await addFleet(sql, 1, JANUARY - DAY_MS);
  const ingest = startIngest({
    plays: playStore(sql),
    months: playMonths(sql),
    told: toldStore(sql),
    places: placeStore(sql),
    clock: () => NOW,
    inFlight: 1,
  });
  receive = (from, to) =>
    ingest.receive(player ?? { playerId: 0, endpointId: 0 }, {
      epoch: 'an-old-month',
      clock: { now: new Date(NOW).toISOString() },
      plays: Array.from({ length: to - from + 1 }, (_, n) => ({
        seq: from + n,
        bookingId: (from + n) % 2 === 0 ? null : 1,
        assetId: (from + n) % 2 === 0 ? 5 : 1,
        sha256: fileOf((from + n) % 2 === 0 ? 5 : 1),
        startedAt: new Date(JANUARY + (from + n) * MINUTE_MS + 250).toISOString(),
        durationMs: 9_000,
        outcome: 'completed',
      })),
    });
  await receive(1, 900);
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const content = () =>
  database.sql`select * from plays order by player_id, epoch_no, seq`.then((rows) =>
    rows.map((row) => ({ ...row })),
  );

describe('archiveMonth', () => {
  it('takes a month out, still counts its late plays, and restoreMonth puts all of it back as it was', async () => {
    const before = await content();
    expect(await archiveMonth(store, '2027-01', folder, NOW)).toMatchObject({ plays: 900 });
    expect(await content()).toEqual([]);
    const [kept] = await database.sql`select sum(completed)::int as plays from play_days`;
    expect(kept).toEqual({ plays: 900 });

    await receive(895, 903);
    expect((await content()).map(({ seq }) => Number(seq))).toEqual([901, 902, 903]);
    expect(await auditSums(database.sql)).toMatchObject({ differences: [], archived: ['2027-01'] });

    expect(await restoreMonth(store, '2027-01', folder)).toMatchObject({ plays: 900 });
    expect((await content()).slice(0, 900)).toEqual(before);
    expect(await auditSums(database.sql)).toEqual({ plays: 903, differences: [], archived: [] });
  });

  it.each([
    ['2027-05', 'too young'],
    ['2026-11', 'no plays'],
    ['2027-13', 'written like'],
  ])('refuses %s, which is %s', async (month, why) => {
    await expect(archiveMonth(store, month, folder, NOW)).rejects.toThrow(why);
  });
});

describe('archiveOldMonths', () => {
  it('takes out what is older than the months that are kept, tells of each, and does it once', async () => {
    const told: string[] = [];
    const archive = (keptMonths: number) =>
      archiveOldMonths(store, { keptMonths, folder, now: NOW }, async ({ month, plays }) => {
        told.push(`${month}: ${plays}`);
      });
    await archive(6);
    expect(told).toEqual([]);
    await archive(4);
    expect(told).toEqual(['2027-01: 903']);
    await archive(4);
    expect(told).toHaveLength(1);
    await restoreMonth(store, '2027-01', folder);
  });
});

describe('restoreMonth', () => {
  it('refuses a file that is not the one written', async () => {
    const { file } = await archiveMonth(store, '2027-01', folder, NOW);
    await appendFile(file, 'x');
    await expect(restoreMonth(store, '2027-01', folder)).rejects.toThrow('is not the file');
  });
});
