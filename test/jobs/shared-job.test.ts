import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import type { JobTurns } from '../../src/jobs/job-turn-store.ts';
import { lastDueAt, sharedJob } from '../../src/jobs/shared-job.ts';

describe('lastDueAt', () => {
  test('is the latest instant of the row that is not in the future', () => {
    const daily = { everyMs: DAY_MS, offsetMs: 4 * HOUR_MS };
    expect(lastDueAt(daily, Date.parse('2027-02-05T03:59:59Z'))).toBe(Date.parse('2027-02-04T04:00:00Z'));
    expect(lastDueAt(daily, Date.parse('2027-02-05T04:00:00Z'))).toBe(Date.parse('2027-02-05T04:00:00Z'));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: DAY_MS }),
        fc.nat(DAY_MS),
        fc.nat(2e12),
        (everyMs, offsetMs, now) => {
          const due = lastDueAt({ everyMs, offsetMs }, now);
          expect(due <= now && now - due < everyMs).toBe(true);
          expect(Math.abs((due - offsetMs) % everyMs)).toBe(0);
        },
      ),
    );
  });
});

describe('sharedJob', () => {
  const HOURLY = { name: 'count', everyMs: HOUR_MS, offsetMs: 0 };

  /** Turns that are always free, and a clock to set. */
  function alone(run: () => Promise<void>) {
    const asked: string[] = [];
    const told = <T>(word: string, answer: T): Promise<T> => {
      asked.push(word);
      return Promise.resolve(answer);
    };
    const turns: JobTurns = {
      take: () => told('take', 'mine'),
      renew: () => Promise.resolve(true),
      finish: () => told('finish', true),
      giveBack: () => told('giveBack', undefined),
    };
    const clock = { now: HOUR_MS };
    const job = sharedJob({ ...HOURLY, run }, { turns, now: () => clock.now, renewEveryMs: 60_000 });
    return { job, clock, asked };
  }

  test('asks the database for a turn only when something is due', async () => {
    const { job, clock, asked } = alone(async () => {});
    await job.run();
    await job.run();
    expect(asked).toEqual(['take', 'finish']);
    clock.now += HOUR_MS;
    await job.run();
    expect(asked).toEqual(['take', 'finish', 'take', 'finish']);
  });

  test('gives a failed turn back, and rests before it tries again itself', async () => {
    const { job, clock, asked } = alone(() => Promise.reject(new Error('no')));
    await expect(job.run()).rejects.toThrow('no');
    await job.run();
    expect(asked).toEqual(['take', 'giveBack']);
    clock.now += 5 * 60_000;
    await expect(job.run()).rejects.toThrow('no');
  });

  test('goes on after a clock that ran a year ahead was put right', async () => {
    const { job, clock, asked } = alone(async () => {});
    clock.now += 365 * DAY_MS;
    await job.run();
    clock.now -= 365 * DAY_MS;
    await job.run();
    expect(asked).toEqual(['take', 'finish', 'take', 'finish']);
  });
});
