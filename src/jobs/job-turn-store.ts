import type { Sql } from 'postgres';
import { type EpochMs, MINUTE_MS, type Ms, SECOND_MS } from '../base/units.ts';

/** A turn ends by itself when its holder has not renewed it for so long: a dead server's work is taken over then. */
export const TURN_MS: Ms = 9 * SECOND_MS;
/** How far the clocks of servers and database may differ; what lies further ahead is a clock's error. */
const CLOCKS_DIFFER_MS: Ms = MINUTE_MS;

/** Sees to it that of all servers one does a job that is due, and that another takes over when it dies. */
export interface JobTurns {
  /**
   * Asks for the turn of the work that was due at `dueAt`. `mine`: do it now. `later`: another server is at it.
   * `done`: nothing is left to do. A job seen for the first time has nothing to catch up with: `done`.
   * A server whose clock runs far ahead of the database's gets no turn (`later`); what was noted as done for an
   * instant that is still far ahead, since a clock was wrong then, holds nobody up.
   */
  take(name: string, dueAt: EpochMs): Promise<'mine' | 'later' | 'done'>;
  /** Says that the holder lives. False when the turn was lost meanwhile. */
  renew(name: string): Promise<boolean>;
  /** Ends the turn with the work done. False when it was lost meanwhile. */
  finish(name: string, dueAt: EpochMs): Promise<boolean>;
  /** Ends the turn with the work not done: somebody will try again. */
  giveBack(name: string): Promise<void>;
}

/** Opens the turns of one process, which `holder` names among all that ever were. Time is the database's own. */
export function jobTurns(sql: Sql, holder: string, turnMs: Ms = TURN_MS): JobTurns {
  const until = () => sql`now() + ${turnMs}::float8 * interval '1 ms'`;
  return {
    async take(name, dueAt) {
      const due = sql`to_timestamp(${dueAt}::float8 / 1000)`;
      const farAhead = sql`now() + ${CLOCKS_DIFFER_MS}::float8 * interval '1 ms'`;
      await sql`
        insert into job_turns (name, done_for) select ${name}, ${due} where ${due} <= ${farAhead}
        on conflict do nothing`;
      const taken = await sql`
        update job_turns set claimed_by = ${holder}, claimed_until = ${until()}
        where name = ${name} and ${due} <= ${farAhead} and (done_for < ${due} or done_for > ${farAhead})
          and (claimed_until is null or claimed_until < now() or claimed_until > ${farAhead})`;
      if (taken.count === 1) return 'mine';
      const [row] = await sql<{ isDone: boolean }[]>`
        select done_for >= ${due} and done_for <= ${farAhead} as "isDone" from job_turns where name = ${name}`;
      return row?.isDone === true ? 'done' : 'later';
    },
    async renew(name) {
      const renewed = await sql`
        update job_turns set claimed_until = ${until()} where name = ${name} and claimed_by = ${holder}`;
      return renewed.count === 1;
    },
    async finish(name, dueAt) {
      const finished = await sql`
        update job_turns set done_for = to_timestamp(${dueAt}::float8 / 1000), claimed_by = null, claimed_until = null
        where name = ${name} and claimed_by = ${holder}`;
      return finished.count === 1;
    },
    async giveBack(name) {
      await sql`
        update job_turns set claimed_by = null, claimed_until = null
        where name = ${name} and claimed_by = ${holder}`;
    },
  };
}
