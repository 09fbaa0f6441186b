import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInAttempts } from '../../src/db/staff-tables.ts';
import { attemptStore } from '../../src/staff/attempt-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const LIMIT = { failures: 3, windowMs: 1_000 };
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('attemptStore', () => {
  test('counts for all servers together, until the window ends', async () => {
    const [one, other] = [attemptStore(database.db), attemptStore(database.db)];
    for (const store of [one, other, one]) expect(await store.take([['a', LIMIT]], 10)).toBe(0);
    expect(await other.take([['a', LIMIT]], 40)).toBe(970);
    expect(await other.take([['b', LIMIT]], 40)).toBe(0);
    expect(await other.take([['a', LIMIT]], 1_010)).toBe(0);
    expect(await one.take([['a', LIMIT]], 1_020)).toBe(0);
  });

  test('lets no more through of many that come at once', async () => {
    const store = attemptStore(database.db);
    const waits = await Promise.all(Array.from({ length: 12 }, () => store.take([['crowd', LIMIT]], 10)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
  });

  test('counts nothing where one of several names is used up', async () => {
    const store = attemptStore(database.db);
    for (const at of [1, 2, 3]) await store.take([['full', LIMIT]], at);
    expect(
      await store.take(
        [
          ['full', LIMIT],
          ['fresh', LIMIT],
        ],
        4,
      ),
    ).toBe(997);
    for (const at of [5, 6, 7]) expect(await store.take([['fresh', LIMIT]], at)).toBe(0);
  });

  test('gives a success back, forgets, and removes what has ended', async () => {
    const store = attemptStore(database.db);
    for (const at of [1, 2, 3]) await store.take([['c', LIMIT]], at);
    await store.giveBack(['c']);
    expect(await store.take([['c', LIMIT]], 4)).toBe(0);
    await store.forget('c');
    expect(await store.take([['c', LIMIT]], 5)).toBe(0);
    await store.forgetEnded(9_999);
    expect(await database.db.select().from(signInAttempts)).toEqual([]);
  });
});
