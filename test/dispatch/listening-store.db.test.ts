import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/base/units.ts';
import { noteListening } from '../../src/dispatch/listening-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const START = Date.UTC(2027, 1, 5, 4);
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** Since which minute somebody listens, when a server says at a minute that it does. */
const sinceAt = async (minute: number) =>
  ((await noteListening(database.sql, START + minute * MINUTE_MS)) - START) / MINUTE_MS;

describe('noteListening', () => {
  test('goes on over the restart of a server, and begins anew after a break, also where a restart follows', async () => {
    expect(await sinceAt(0)).toBe(0);
    expect(await sinceAt(1)).toBe(0);
    expect(await sinceAt(3.5)).toBe(0);
    expect(await sinceAt(20)).toBe(20);
    expect(await sinceAt(22)).toBe(20);
  });

  test('goes on while one of several servers does, whose clocks differ a little', async () => {
    expect(await sinceAt(24.5)).toBe(20);
    expect(await sinceAt(24)).toBe(20);
    expect(await sinceAt(27)).toBe(20);
  });

  test('begins anew when the clock leaps, there and back', async () => {
    const aDay = DAY_MS / MINUTE_MS;
    expect(await sinceAt(aDay)).toBe(aDay);
    expect(await sinceAt(28)).toBe(28);
    expect(await sinceAt(29)).toBe(28);
  });
});
