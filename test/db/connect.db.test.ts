import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/connect.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.sql`create table counter (id int primary key, n int not null)`;
  await database.sql`insert into counter values (1, 0)`;
});
afterAll(() => database.close());

describe('openDatabase', () => {
  it('gives each of many queries at once its own answer, with errors in between', async () => {
    const { sql } = database;
    const answers = await Promise.all(
      Array.from({ length: 400 }, async (_, i) => {
        if (i % 5 === 0) return sql`select ${i}::int / 0`.catch((error) => (error.code === '22012' ? i : -1));
        const [row] =
          i % 2 === 0
            ? await sql`select ${i}::int as n, ${`word ${i}`}::text as word`
            : await sql.unsafe('select $1::int as n', [i], { prepare: false });
        return row?.n;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 400 }, (_, i) => i));
  });

  it('loses no increment of transactions that run at once', async () => {
    const before = await count();
    await Promise.all(
      Array.from({ length: 40 }, () =>
        database.sql.begin(async (tx) => {
          const [row] = await tx<{ n: number }[]>`select n from counter where id = 1 for update`;
          await tx`update counter set n = ${(row?.n ?? 0) + 1} where id = 1`;
        }),
      ),
    );
    expect(await count()).toBe(before + 40);
  });

  it('rolls back a transaction that fails, and no other', async () => {
    const before = await count();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        database.sql.begin(async (tx) => {
          await tx`update counter set n = n + 1 where id = 1`;
          if (i % 2 === 0) throw new Error('changed its mind');
        }),
      ),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(5);
    expect(await count()).toBe(before + 5);
  });

  it('opens twice at the same time on one PostgreSQL, and refuses a data folder that is open', async () => {
    if (database.kind === 'embedded') {
      await expect(openDatabase(database.options)).rejects.toMatchObject({
        name: 'Refusal',
        code: 'database.inUse',
        message: expect.stringContaining(String(process.pid)),
      });
    } else {
      const others = await Promise.all([openDatabase(database.options), openDatabase(database.options)]);
      await Promise.all(others.map((other) => other.close()));
    }
    expect(await count()).toBeGreaterThan(0);
  });

  it('survives the loss of a connection inside a transaction', async () => {
    const before = await count();
    const lost = database.sql.begin(async (tx) => {
      await tx`update counter set n = n + 1000 where id = 1`;
      await loseConnection(tx);
      await tx`select 1`;
    });
    await expect(lost).rejects.toThrow();
    await expect.poll(count, { timeout: 20_000 }).toBe(before);
  });
});

async function count(): Promise<number> {
  const [row] = await database.sql<{ n: number }[]>`select n from counter where id = 1`;
  return row?.n ?? -1;
}

/** Takes the server side away: the engine's process, or the backend of this connection. */
async function loseConnection(tx: { unsafe: TestDatabase['sql']['unsafe'] }): Promise<void> {
  if (database.enginePid !== undefined) {
    process.kill(database.enginePid, 'SIGKILL');
    return;
  }
  const [row] = await tx.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid');
  await database.sql`select pg_terminate_backend(${row?.pid ?? 0})`;
}
