import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS } from './base/units.ts';
import type { Database } from './db/connect.ts';
import { jobTurns, TURN_MS } from './jobs/job-turn-store.ts';
import type { Job } from './jobs/jobs.ts';
import { type SharedJob, sharedJob } from './jobs/shared-job.ts';

/**
 * What runs by itself: `own` in every server process, `shared` in one of all processes on the database, at
 * instants in UTC.
 */
export function composeJobs(parts: {
  readonly database: Database;
  readonly now: Clock;
  readonly own: readonly Job[];
  readonly shared: readonly SharedJob[];
}): readonly Job[] {
  // Who looks into the table sees which process it is.
  const turns = jobTurns(parts.database.sql, `${hostname()} ${process.pid} ${randomUUID()}`);
  const deps = { turns, now: parts.now, renewEveryMs: TURN_MS / 3 };
  return [...parts.own, ...parts.shared.map((job) => sharedJob(job, deps))];
}

/** Once a day at a time of day in UTC. */
export function daily(hour: number, minute: number): { readonly everyMs: number; readonly offsetMs: number } {
  return { everyMs: DAY_MS, offsetMs: hour * HOUR_MS + minute * MINUTE_MS };
}
