import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { makeReport } from '../../src/impressions/report-flow.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { addFleet } from '../plays/a-fleet.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** Midnight of 1 February in Shanghai; programmes run from then on, 24 hours a day. */
const START = Date.UTC(2027, 0, 31, 16);
let database: TestDatabase;
let endpointIds: number[];

beforeAll(async () => {
  database = await testDatabase();
  const { sql } = database;
  endpointIds = (await addFleet(sql, 2, START)).map(({ endpointId }) => endpointId);
  // One endpoint in a zone whose days begin in the middle of a UTC hour.
  await sql`update endpoints set time_zone = 'Asia/Kathmandu' where id = ${endpointIds[1] ?? 0}`;
  const spots = Array.from({ length: 60 }, (_, n) => [
    n * MINUTE_MS,
    MINUTE_MS,
    '',
    1,
    n % 3 === 0 ? 1 : null,
  ]);
  await sql`insert into loops values ('an hour', ${HOUR_MS}, ${JSON.stringify(spots)}::text::jsonb)`;
  for (const [n, endpointId] of endpointIds.entries()) {
    const from = START + n * 2.25 * HOUR_MS;
    await sql`
      insert into programme
      select ${endpointId}, s, s + interval '1 hour', s, 'an hour'
      from generate_series(to_timestamp(${from}::float8 / 1000), to_timestamp(${from + 4 * DAY_MS}::float8 / 1000),
        interval '1 hour') as s`;
  }
});
afterAll(() => database.close());

async function promisedAt(now: number): Promise<unknown[]> {
  const clock = () => now;
  const query = { by: 'day', from: '2027-02-01', to: '2027-02-10' } as const;
  const found: unknown[] = [];
  for (const endpointId of endpointIds) {
    const report = await makeReport(reportStore(database.sql, clock), clock, { ...query, endpointId });
    found.push(report.rows.map((row) => [row.key, row.playsPromised, row.airtimePromisedMs]));
  }
  return found;
}

async function unsettle(): Promise<void> {
  await database.sql`delete from promised_days`;
  await database.sql`update promise_mark set settled_to = to_timestamp(0)`;
}

describe('settlePromises', () => {
  it('sums the same as one report from the beginning, whenever and however often it goes on', async () => {
    const instants = [0.3, 1, 7.21, 26.9, 27, 49.5, 71.999, 90].map((hours) => START + hours * HOUR_MS);
    const goingOn: unknown[] = [];
    for (const now of instants) goingOn.push(await promisedAt(now));
    const fromTheBeginning: unknown[] = [];
    for (const now of instants) {
      await unsettle();
      fromTheBeginning.push(await promisedAt(now));
    }
    expect(goingOn).toEqual(fromTheBeginning);
    // 26.9 hours and 60 spots an hour, the first ones at local midnight of each place.
    expect(goingOn[3]).toEqual([
      [
        ['2027-02-01', 1_440, 1_440 * MINUTE_MS],
        ['2027-02-02', 174, 174 * MINUTE_MS],
      ],
      [
        ['2027-02-01', 1_440, 1_440 * MINUTE_MS],
        ['2027-02-02', 39, 39 * MINUTE_MS],
      ],
    ]);
  });

  it('begins anew when the programme changes in the time that was summed already', async () => {
    const now = START + 50 * HOUR_MS;
    const before = await promisedAt(now);
    const [settled] = await database.sql`select count(*)::int as sums from promised_days`;
    expect(settled?.sums).toBeGreaterThan(0);
    await database.sql`
      delete from programme where endpoint_id = ${endpointIds[0] ?? 0}
        and starts_at < to_timestamp(${START + HOUR_MS}::float8 / 1000)`;
    const after = await promisedAt(now);
    expect(after[1]).toEqual(before[1]);
    expect(after[0]).toEqual([
      ['2027-02-01', 1_380, 1_380 * MINUTE_MS],
      ['2027-02-02', 1_440, 1_440 * MINUTE_MS],
      ['2027-02-03', 120, 120 * MINUTE_MS],
    ]);
  });

  it('keeps what it summed when a programme changes only from now on', async () => {
    await promisedAt(START + 50 * HOUR_MS);
    await database.sql`delete from programme where starts_at >= to_timestamp(${START + 51 * HOUR_MS}::float8 / 1000)`;
    const [mark] = await database.sql`select settled_to from promise_mark`;
    expect(mark?.settled_to.getTime()).toBeGreaterThan(START + 40 * HOUR_MS);
  });
});
