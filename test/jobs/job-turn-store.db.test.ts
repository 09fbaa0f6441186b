import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { jobTurns } from '../../src/jobs/job-turn-store.ts';
import { sharedJob } from '../../src/jobs/shared-job.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => database?.close());

/** A server's share in an hourly job, with a clock that all of them read. */
function serverOf(name: string, holder: string, clock: { now: number }, run: () => Promise<void>) {
  const turns = jobTurns(database.sql, holder);
  return sharedJob(
    { name, everyMs: HOUR_MS, offsetMs: 0, run },
    { turns, now: () => clock.now, renewEveryMs: 5_000 },
  );
}

describe('jobTurns', () => {
  test('lets one of many servers do what is due, once for each instant', async () => {
    const clock = { now: 10 * HOUR_MS };
    const runs: string[] = [];
    const servers = ['a', 'b', 'c'].map((holder) =>
      serverOf('once', holder, clock, async () => void runs.push(holder)),
    );
    const everybody = () => Promise.all(servers.map((server) => server.run()));
    await everybody();
    expect(runs).toEqual([]); // seen for the first time: nothing to catch up with
    for (let hour = 1; hour <= 5; hour += 1) {
      clock.now += HOUR_MS;
      await everybody();
      await everybody();
      expect(runs).toHaveLength(hour);
    }
  });

  test('does what was due while no server ran, once', async () => {
    const clock = { now: 20 * HOUR_MS };
    let runs = 0;
    const before = serverOf('catch up', 'before', clock, async () => {});
    await before.run();
    clock.now += 7 * HOUR_MS;
    const after = serverOf('catch up', 'after', clock, async () => void runs++);
    await after.run();
    await after.run();
    expect(runs).toBe(1);
  });

  test('hands the turn of a dead server to another when it runs out, and to nobody before', async () => {
    const dead = jobTurns(database.sql, 'dead', 1_500);
    const alive = jobTurns(database.sql, 'alive');
    await alive.take('heir', 1_000);
    expect(await dead.take('heir', 2_000)).toBe('mine');
    const began = performance.now();
    expect(await alive.take('heir', 2_000)).toBe('later');
    let turn = 'later';
    while (turn === 'later') turn = await alive.take('heir', 2_000);
    expect(turn).toBe('mine');
    expect(performance.now() - began).toBeGreaterThan(1_000);
    expect(await dead.renew('heir')).toBe(false);
    expect(await dead.finish('heir', 2_000)).toBe(false);
    expect(await alive.finish('heir', 2_000)).toBe(true);
    expect(await dead.take('heir', 2_000)).toBe('done');
  });

  test('keeps the turn of a server that renews it', async () => {
    const slow = jobTurns(database.sql, 'slow', 60_000);
    const other = jobTurns(database.sql, 'other');
    await slow.take('long', 1_000);
    expect(await slow.take('long', 2_000)).toBe('mine');
    expect(await slow.renew('long')).toBe(true);
    expect(await other.take('long', 2_000)).toBe('later');
    await slow.giveBack('long');
    expect(await other.take('long', 2_000)).toBe('mine');
  });

  test('gives a server whose clock runs far ahead no turn, and takes no word of such a clock for done', async () => {
    const turns = jobTurns(database.sql, 'leaper');
    const [now, nextYear] = [Date.now(), Date.now() + 365 * DAY_MS];
    await turns.take('leap', now - 2 * HOUR_MS);
    expect(await turns.take('leap', nextYear)).toBe('later');
    // The database's own clock was wrong, too, and wrote this.
    await database.sql`
      update job_turns set done_for = to_timestamp(${nextYear}::float8 / 1000), claimed_by = 'gone',
        claimed_until = to_timestamp(${nextYear}::float8 / 1000)
      where name = 'leap'`;
    expect(await turns.take('leap', now - HOUR_MS)).toBe('mine');
    expect(await turns.finish('leap', now - HOUR_MS)).toBe(true);
    expect(await turns.take('leap', now - HOUR_MS)).toBe('done');
  });
});
