import { sql as drizzleSql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { cutProxy } from '../support/cut-proxy.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** The same database over a line that can be cut, and what asks it many things at once. */
async function overLine(more: Pick<DatabaseOptions, 'connections' | 'hangLimits'>) {
  const url = new URL('url' in database.options ? database.options.url : '');
  const line = await cutProxy(url.hostname, Number(url.port || 5432));
  url.hostname = '127.0.0.1';
  url.port = String(line.port);
  const far = await openDatabase({ url: url.href, ...more });
  return { line, far, ask: () => Promise.all(Array.from({ length: 12 }, () => far.sql`select 1`)) };
}

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

  it('is heard again after the database was away for a while, and every connection works again', async ({
    skip,
  }) => {
    if (database.kind === 'embedded') skip('the embedded engine is never away from its own process');
    const { line, far, ask } = await overLine({ connections: 4 });
    try {
      const missed = new Promise<void>((resolve) => far.bell.whenMissed(resolve));
      await line.cut();
      for (let tries = 0; tries < 4; tries += 1) await expect(ask()).rejects.toThrow();
      await line.mend();
      await missed;
      await ask();
    } finally {
      await far.close();
      await line.close();
    }
  });

  it('is heard again after the database took connections and answered nothing, and statements failed meanwhile', async ({
    skip,
  }) => {
    if (database.kind === 'embedded') skip('the embedded engine is on no line that could hang');
    const hangLimits = { everyMs: 20, answerWithinMs: 400 };
    const { line, far, ask } = await overLine({ connections: 1, hangLimits });
    try {
      // A long statement is not taken for a hang.
      await far.sql`select pg_sleep(0.6)`;
      const missed = new Promise<void>((resolve) => far.bell.whenMissed(resolve));
      const begun = Promise.withResolvers<void>();
      const inTransaction = far.sql.begin(async (tx) => {
        await tx`select 1`;
        line.hang();
        begun.resolve();
        await tx`select 2`;
      });
      await begun.promise;
      const asked = [inTransaction, ask(), far.db.execute(drizzleSql`select 1`)];
      for (const one of await Promise.allSettled(asked)) expect(one.status).toBe('rejected');
      await expect(far.sql`select 1`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
      await line.mend();
      await missed;
      await ask();
    } finally {
      await far.close();
      await line.close();
    }
  });
});
