import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit, listAudit, verifyAuditChain } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const act = (n: number) => ({
  at: Date.UTC(2027, 1, 6, 12, 0, 0, n),
  actor: 'p1',
  action: 'asset.approve',
  subject: `asset ${n}`,
  detail: { n, why: '合格', nested: { z: [1, 2.5, null], a: true } },
});

class Undo extends Error {}

/** Runs steps in a transaction that is rolled back. */
async function undone(steps: (tx: TestDatabase['db']) => Promise<void>): Promise<void> {
  const run = database.db.transaction(async (tx) => {
    await steps(tx);
    throw new Undo();
  });
  await expect(run).rejects.toBeInstanceOf(Undo);
}

describe('audit', () => {
  test('chains entries that many write at once, and the chain checks out', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, n) => audit(database.db, act(n))));
    expect(await verifyAuditChain(database.db)).toMatchObject({ intact: true, entries: 12 });
    const entries = await listAudit(database.db, { limit: 100 });
    expect(entries.map(({ subject }) => subject).sort()).toEqual(
      Array.from({ length: 12 }, (_, n) => `asset ${n}`).sort(),
    );
  });

  test('leaves no entry of an act that was rolled back', async () => {
    const before = await verifyAuditChain(database.db);
    await undone((tx) => audit(tx, act(99)));
    expect(await verifyAuditChain(database.db)).toEqual(before);
  });

  test('keeps texts that PostgreSQL itself would refuse', async () => {
    await audit(database.db, { ...act(50), subject: 'file \0.mp4', detail: { name: '\ud800\0' } });
    expect(await verifyAuditChain(database.db)).toMatchObject({ intact: true });
  });

  test.each(["update audit_log set actor = 'x'", 'delete from audit_log', 'truncate audit_log'])(
    'cannot be undone by SQL: %s',
    async (statement) => {
      await expect(database.db.execute(sql.raw(statement))).rejects.toMatchObject({
        cause: { message: expect.stringContaining('append only') },
      });
    },
  );
});

describe('verifyAuditChain', () => {
  test('names the first entry that was changed, removed or slipped in behind the trigger', async () => {
    const newest = await listAudit(database.db, { limit: 5 });
    const victim = newest[3]?.id ?? 0;
    const after = newest[2]?.id ?? 0;
    for (const [change, broken] of [
      [`update audit_log set detail = '{}' where id = ${victim}`, victim],
      [`update audit_log set at = at + interval '1 second' where id = ${victim}`, victim],
      [`delete from audit_log where id = ${victim}`, after],
    ] as const) {
      await undone(async (tx) => {
        await tx.execute(sql.raw('alter table audit_log disable trigger user'));
        await tx.execute(sql.raw(change));
        expect(await verifyAuditChain(tx)).toMatchObject({ intact: false, brokenAtId: broken });
      });
    }
    expect(await verifyAuditChain(database.db)).toMatchObject({ intact: true });
  });
});
