import { type Clock, type EpochMs, MINUTE_MS, type Ms, SECOND_MS } from '../base/units.ts';
import type { JobTurns } from './job-turn-store.ts';
import type { Job } from './jobs.ts';

/** Work that one server of all does, again and again: at every instant offset + k × every, in UTC. */
export interface SharedJob {
  readonly name: string;
  readonly everyMs: Ms;
  readonly offsetMs: Ms;
  /** May be run again for the same instant when the server dies in the middle of it. */
  readonly run: () => Promise<void>;
}

/** How often a server looks whether a job is due; with a turn's length, what a dead server left waits 14 s at most. */
const LOOK_EVERY_MS: Ms = 5 * SECOND_MS;

/** After a failure a server waits so long before it tries again; another may try at once. */
const RETRY_AFTER_MS: Ms = 5 * MINUTE_MS;

/** The latest instant at or before `now` at which the job was due. */
export function lastDueAt(
  { everyMs, offsetMs }: Pick<SharedJob, 'everyMs' | 'offsetMs'>,
  now: EpochMs,
): EpochMs {
  return Math.floor((now - offsetMs) / everyMs) * everyMs + offsetMs;
}

/**
 * The share of one server in a job that any of them may do. It looks every 5 s whether the job is due; only then
 * it asks the database for the turn. While the work runs the turn is renewed, so that a server that dies loses it.
 * What was due while no server ran is done once when the first comes back.
 */
export function sharedJob(job: SharedJob, deps: { turns: JobTurns; now: Clock; renewEveryMs: Ms }): Job {
  const { turns, now } = deps;
  let doneFor = Number.NEGATIVE_INFINITY;
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    name: job.name,
    everyMs: LOOK_EVERY_MS,
    async run() {
      const at = now();
      // Both lie in the future after the clock went back: then they say nothing.
      if (doneFor > at) doneFor = Number.NEGATIVE_INFINITY;
      if (restUntil > at + RETRY_AFTER_MS) restUntil = at;
      const dueAt = lastDueAt(job, at);
      if (dueAt <= doneFor || at < restUntil) return;
      const turn = await turns.take(job.name, dueAt);
      if (turn === 'later') return;
      if (turn === 'mine') await work(dueAt);
      doneFor = dueAt;
    },
  };

  async function work(dueAt: EpochMs): Promise<void> {
    const renewing = setInterval(() => void turns.renew(job.name).catch(() => {}), deps.renewEveryMs);
    try {
      await job.run();
    } catch (error) {
      restUntil = now() + RETRY_AFTER_MS;
      await turns.giveBack(job.name);
      throw error;
    } finally {
      clearInterval(renewing);
    }
    if (!(await turns.finish(job.name, dueAt)))
      throw new Error(`the turn of ${job.name} was lost while it ran`);
  }
}
