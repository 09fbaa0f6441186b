import type { Ms } from '../base/units.ts';

/** Something that runs by itself. The flow does not know that a clock called it. */
export interface Job {
  readonly name: string;
  /** From one start to the next. What is due at instants of the calendar finds that out for itself. */
  readonly everyMs: Ms;
  readonly run: () => Promise<void> | void;
  /** Breaks off a long run when the server stops; without it the run is waited for. */
  readonly stop?: () => Promise<void>;
}

/** Where in its first pause a job begins, as a share: jobs with the same pause do not fall on one instant. */
const PHASE_STEP = 0.618;

/**
 * Starts the jobs. A job whose last run has not ended is left out this time. Timers follow the machine's monotonic
 * clock: when the calendar clock leaps, forwards or back, every job goes on at its pace. Returns how to stop them all.
 */
export function startJobs(
  jobs: readonly Job[],
  onTrouble: (job: string, error: unknown) => void,
): () => Promise<void> {
  const busy = new Map<string, Promise<void>>();
  const timers = jobs.map(({ name, everyMs, run }, index) => {
    const start = (): void => {
      if (busy.has(name)) return;
      const running = Promise.resolve()
        .then(run)
        .catch((error: unknown) => onTrouble(name, error))
        .finally(() => busy.delete(name));
      busy.set(name, running);
    };
    const timer: { now: ReturnType<typeof setTimeout> } = {
      now: setTimeout(
        () => {
          timer.now = setInterval(start, everyMs);
          start();
        },
        everyMs * (1 - ((index * PHASE_STEP) % 1)),
      ),
    };
    return timer;
  });
  return async () => {
    for (const { now } of timers) clearTimeout(now);
    await Promise.all(jobs.map((job) => job.stop?.()));
    await Promise.all(busy.values());
  };
}
