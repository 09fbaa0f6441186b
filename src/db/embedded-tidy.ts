import type { PGlite } from '@electric-sql/pglite';
import { MINUTE_MS, SECOND_MS } from '../base/units.ts';
import type { WireFront } from './embedded-wire.ts';

const LOOK_EVERY_MS = 30 * SECOND_MS;
const TIDY_EVERY_MS = 5 * MINUTE_MS;
/** A start after a crash reads the log back to the last checkpoint: this bounds how much, in bytes. */
const LOG_LIMIT = 32 * 1024 * 1024;

/**
 * A PostgreSQL server has helpers that write checkpoints, clear dead rows and count what the planner wants to
 * know; a single session has none, so this does their work between the turns of the clients.
 */
export function keepTidy(engine: PGlite, wire: Pick<WireFront, 'between'>): { stop(): void } {
  let sinceTidy = 0;
  let busy = false;
  const look = async (): Promise<void> => {
    await checkpointIfDue(engine);
    sinceTidy += LOOK_EVERY_MS;
    if (sinceTidy < TIDY_EVERY_MS) return;
    sinceTidy = 0;
    await vacuumWorst(engine);
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    wire
      .between(look)
      .catch((error: unknown) => process.stderr.write(`embedded database: ${String(error)}\n`))
      .finally(() => (busy = false));
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** Writes a checkpoint when the log since the last one has grown past its limit. */
export async function checkpointIfDue(engine: PGlite, limit: number = LOG_LIMIT): Promise<boolean> {
  const { rows } = await engine.query<{ due: boolean }>(
    'select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn) > $1::numeric as due from pg_control_checkpoint()',
    [limit],
  );
  if (rows[0]?.due !== true) return false;
  await engine.exec('checkpoint');
  return true;
}

/** Vacuums and analyses the one table that needs it most, by the server's own default thresholds. */
export async function vacuumWorst(engine: PGlite): Promise<string | undefined> {
  // One session hands its counts over only now and then.
  await engine.exec('select pg_stat_force_next_flush()');
  const { rows } = await engine.query<{ name: string }>(`
    select format('%I.%I', s.schemaname, s.relname) as name
      from pg_stat_user_tables s join pg_class c on c.oid = s.relid
     where s.n_dead_tup > 50 + 0.2 * greatest(c.reltuples, 0)
        or s.n_ins_since_vacuum > 1000 + 0.2 * greatest(c.reltuples, 0)
        or s.n_mod_since_analyze > 50 + 0.1 * greatest(c.reltuples, 0)
     order by s.n_dead_tup + s.n_mod_since_analyze desc
     limit 1`);
  const name = rows[0]?.name;
  if (name !== undefined) await engine.exec(`vacuum (analyze) ${name}`);
  return name;
}
