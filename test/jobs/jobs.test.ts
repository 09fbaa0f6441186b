import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startJobs } from '../../src/jobs/jobs.ts';

describe('startJobs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2027-02-05T00:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('leaves a run out while the one before it has not ended', async () => {
    let runs = 0;
    let finish = (): void => {};
    const stop = startJobs(
      [
        {
          name: 'slow',
          everyMs: 1_000,
          run: () => {
            runs++;
            return new Promise<void>((resolve) => {
              finish = resolve;
            });
          },
        },
      ],
      () => {},
    );
    await vi.advanceTimersByTimeAsync(5_000);
    expect(runs).toBe(1);
    finish();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
    finish();
    await stop();
  });

  test('tells of a failing job by name and runs it again the next time', async () => {
    const troubles: string[] = [];
    const stop = startJobs(
      [{ name: 'bad', everyMs: 1_000, run: () => Promise.reject(new Error('no')) }],
      (job) => troubles.push(job),
    );
    await vi.advanceTimersByTimeAsync(2_500);
    expect(troubles).toEqual(['bad', 'bad']);
    await stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(troubles).toHaveLength(2);
  });

  test('goes on at its pace when the calendar clock leaps an hour back or a year ahead', async () => {
    let runs = 0;
    const stop = startJobs([{ name: 'steady', everyMs: 1_000, run: () => void runs++ }], () => {});
    await vi.advanceTimersByTimeAsync(3_000);
    vi.setSystemTime(Date.parse('2027-02-04T23:00:00Z'));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(runs).toBe(6);
    vi.setSystemTime(Date.parse('2028-02-05T00:00:00Z'));
    await vi.advanceTimersByTimeAsync(3_000);
    expect(runs).toBe(9);
    await stop();
  });
});
