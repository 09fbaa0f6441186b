import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('Bell', () => {
  it('is heard by every listener of its topic, and by nobody else', async () => {
    const heard: string[] = [];
    const stopOther = database.bell.listen('other', (payload) => heard.push(`other ${payload}`));
    const both = ['first', 'second'].map(
      (name) =>
        new Promise<void>((resolve) => {
          database.bell.listen('manifest', (payload) => {
            heard.push(`${name} ${payload}`);
            resolve();
          });
        }),
    );
    await database.bell.ring('manifest', '7,8');
    await Promise.all(both);
    stopOther();
    expect(heard.sort()).toEqual(['first 7,8', 'second 7,8']);
  });

  it('is not heard any more after listening stopped', async () => {
    const heard: string[] = [];
    const stop = database.bell.listen('review', (payload) => heard.push(payload));
    stop();
    const after = new Promise<void>((resolve) => database.bell.listen('review', () => resolve()));
    await database.bell.ring('review', '1');
    await after;
    expect(heard).toEqual([]);
  });

  it('refuses a payload that PostgreSQL could not carry, on every database', async () => {
    await expect(database.bell.ring('review', 'x'.repeat(8_000))).rejects.toThrow(RangeError);
    await expect(database.bell.ring('two words', '1')).rejects.toThrow(RangeError);
  });

  it('says that rings may be missed once its lost connection is back', async ({ skip }) => {
    if (database.kind === 'embedded') skip('the bell of one process has no connection to lose');
    const missed = new Promise<void>((resolve) => database.bell.whenMissed(resolve));
    await database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`;
    await missed;
    const heard = new Promise<string>((resolve) => database.bell.listen('again', resolve));
    await database.bell.ring('again', '3');
    expect(await heard).toBe('3');
  });
});
