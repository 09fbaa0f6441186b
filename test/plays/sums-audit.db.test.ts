import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { playMonths } from '../../src/plays/play-months-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { auditSample, auditSums } from '../../src/plays/sums-audit-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { addFleet, fileOf } from './a-fleet.ts';

/** Noon of 2 March in Shanghai: the plays lie on both sides of the month's end, UTC and local. */
const NOW = Date.UTC(2027, 2, 2, 4);
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  const { sql } = database;
  const fleet = await addFleet(sql, 2, NOW - 30 * DAY_MS);
  const ingest = startIngest({
    plays: playStore(sql),
    months: playMonths(sql),
    told: toldStore(sql),
    places: placeStore(sql),
    clock: () => NOW,
    inFlight: 1,
  });
  for (const player of fleet) {
    await ingest.receive(player, {
      epoch: 'to-be-audited',
      clock: { now: new Date(NOW).toISOString() },
      plays: Array.from({ length: 300 }, (_, n) => ({
        seq: n + 1,
        bookingId: n % 7 === 0 ? 99 : 1,
        assetId: 1,
        sha256: fileOf(1),
        startedAt: new Date(NOW - 3.4 * DAY_MS + n * (HOUR_MS / 4)).toISOString(),
        durationMs: 9_000,
        outcome: (['completed', 'cut', 'failed'] as const)[n % 3],
      })),
    });
  }
});
afterAll(() => database.close());

describe('auditSums', () => {
  it('finds that sums and plays agree over the end of a month, plays kept apart included', async () => {
    const [counted] = await database.sql<{ plays: number }[]>`select count(*)::int as plays from plays`;
    expect(await auditSums(database.sql)).toEqual({ plays: counted?.plays, differences: [], archived: [] });
    expect(await auditSample(database.sql, NOW, () => 0)).toEqual([]);
  });

  it('names the hour, the day and the epoch of a play that was taken away', async () => {
    await database.sql`
      delete from plays where (player_id, seq) = (select player_id, seq from plays where booking_id = 1 limit 1)`;
    const { differences } = await auditSums(database.sql);
    expect(differences.map((one) => one.of).sort()).toEqual(['day', 'hour', 'received']);
  });

  it('names a sum that nothing stands behind', async () => {
    await database.sql`insert into settled_play_days values (5, '2027-03-01', 1, 1, 3, 0, 0, 30000)`;
    const { differences } = await auditSums(database.sql);
    expect(differences).toContainEqual({
      of: 'day',
      where: 'endpoint 1 booking 5 asset 1 2027-03-01',
      stored: '3 0 0 30000',
      recounted: '',
    });
  });

  it('names a running total that its sums do not make', async () => {
    await database.sql`update settled_play_days set completed = completed + 2 where booking_id = 5`;
    await database.sql`truncate promised_days`;
    expect((await auditSums(database.sql)).differences.map((one) => one.of)).not.toContain('total');
    await database.sql`update settled_total set completed = completed + 1`;
    const { differences } = await auditSums(database.sql);
    expect(differences).toContainEqual({
      of: 'total',
      where: 'completed plays',
      stored: '6',
      recounted: '5',
    });
    await database.sql`delete from settled_play_days`;
    await database.sql`update settled_total set completed = completed - 1`;
    expect((await auditSums(database.sql)).differences.map((one) => one.of)).not.toContain('total');
  });
});
