import { gracefulShutdown, scheduleJob } from 'node-schedule';

/** Something that runs by itself. The flow does not know that a clock called it. */
export interface Job {
  readonly name: string;
  /** Cron with seconds, in UTC. */
  readonly cron: string;
  readonly run: () => Promise<void> | void;
  /** Breaks off a long run when the server stops; without it the run is waited for. */
  readonly stop?: () => Promise<void>;
}

/** Starts the jobs. A job whose last run has not ended is left out this time. Returns how to stop them all. */
export function startJobs(
  jobs: readonly Job[],
  onTrouble: (job: string, error: unknown) => void,
): () => Promise<void> {
  const busy = new Map<string, Promise<void>>();
  for (const { name, cron, run } of jobs) {
    scheduleJob(name, { rule: cron, tz: 'UTC' }, () => {
      if (busy.has(name)) return;
      const running = Promise.resolve()
        .then(run)
        .catch((error: unknown) => onTrouble(name, error))
        .finally(() => busy.delete(name));
      busy.set(name, running);
    });
  }
  return async () => {
    await gracefulShutdown();
    await Promise.all(jobs.map((job) => job.stop?.()));
    await Promise.all(busy.values());
  };
}
