import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../src/base/units.ts';
import { composePlays } from '../src/compose-plays.ts';
import { audit } from '../src/staff/audit-store.ts';
import { addFleet, fileOf } from './plays/a-fleet.ts';
import { type TestDatabase, testDatabase } from './support/database.ts';

const NOW = Date.UTC(2027, 2, 5, 12);
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('composePlays', () => {
  test('knows an endpoint’s changed hours after a ring that was missed', async () => {
    let missed = () => {};
    const bell = {
      ...database.bell,
      whenMissed(handler: () => void) {
        missed = handler;
        return () => {};
      },
    };
    const plays = composePlays({
      ...{ database: { ...database, bell }, audit, now: () => NOW, byPlayer: false },
      overrides: { known: () => undefined, look: async () => null },
      onCounted: () => {},
      onTrouble: (error) => {
        throw error;
      },
    });
    await plays.keepMonths();
    const [box = { playerId: 0, endpointId: 0 }] = await addFleet(database.sql, 1, NOW - 60 * DAY_MS);
    const report = (seq: number) =>
      plays.ingest.receive(box, {
        epoch: 'hours',
        clock: { now: new Date(NOW).toISOString() },
        plays: [
          {
            ...{ seq, bookingId: 1, assetId: 1, sha256: fileOf(1), durationMs: 10_000, outcome: 'completed' },
            startedAt: new Date(NOW - 2 * HOUR_MS + seq * 15_000).toISOString(),
          },
        ],
      });
    expect(await report(1)).toMatchObject({ accepted: 1 });
    const hours = JSON.stringify([{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 60 }]);
    await database.sql`update endpoints set opening_hours = ${hours}::text::jsonb where id = ${box.endpointId}`;
    missed();
    expect(await report(2)).toMatchObject({ rejected: [{ seq: 2, code: 'play.closed' }] });
    plays.stop();
  });
});
