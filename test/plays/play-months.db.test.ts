import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../src/base/units.ts';
import { ensurePlayMonths, noteTimes, playMonths } from '../../src/plays/play-months-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('the index over the times of plays knows where the latest lie, once it was told', async () => {
  const { sql } = database;
  const at = Date.parse('2027-02-05T12:00:00Z');
  await ensurePlayMonths(playMonths(sql), at, at + DAY_MS);
  await noteTimes(sql);
  await sql`
    insert into plays
    select 1, 1, n, 1, 1, null, null, to_timestamp(${at}::float8 / 1000) + n * interval '1 second', 1000, 'completed', now()
    from generate_series(1, 20000) as n`;
  expect(await noteTimes(sql)).toBeGreaterThan(0);
  expect(await noteTimes(sql)).toBe(0);
});
