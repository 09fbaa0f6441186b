import { setTimeout as pause } from 'node:timers/promises';
import { type Ms, SECOND_MS } from './base/units.ts';
import { type Composition, composeServer } from './compose.ts';
import type { Config } from './config.ts';
import { type RunningServer, startServer } from './http/server-flow.ts';
import { startJobs } from './jobs/jobs.ts';
import { programVersion } from './program-version.ts';
import { openLog } from './telemetry/log.ts';
import { openTraces, type Traces } from './telemetry/trace-files.ts';

/** How long a stop waits for jobs. */
const JOBS_END_WITHIN_MS: Ms = 20 * SECOND_MS;

/** A server that listens, with its jobs. */
export interface Running {
  readonly url: string;
  readonly server: Composition;
  /** Sends players to other servers, lets running requests end, then stops everything. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a whole server on the real clock.
 * @throws Refusal database.inUse, config.invalid
 */
export async function runServer(config: Config): Promise<Running> {
  const log = openLog({
    level: config.logLevel ?? 'info',
    write: (line) => void process.stderr.write(line),
  });
  const logTrouble = log.trouble;
  const traces = await tracesOf(config);
  const server = await composeServer(config, {
    now: Date.now,
    logTrouble,
    logRequest(answered) {
      log.request(answered);
      traces?.request(answered);
    },
  });
  let listening: RunningServer;
  try {
    await server.start();
    listening = await startServer({
      app: server.app,
      lane: server.lane,
      port: config.port,
      host: config.host,
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  const jobs = traces === null ? server.jobs : server.jobs.map(traces.timed);
  const stopJobs = startJobs(jobs, (job, error) => logTrouble(`job ${job}`, error));
  let stopping: Promise<void> | null = null;
  return {
    url: listening.url,
    server,
    stop() {
      stopping ??= (async () => {
        server.leave();
        // What a job does not end in time another server does: its turn runs out.
        await Promise.all([
          Promise.race([stopJobs(), pause(JOBS_END_WITHIN_MS, null, { ref: false })]),
          listening.stop(),
        ]);
        await server.stop();
        // A collector that is away must not keep the server.
        await traces?.stop().catch((error: unknown) => logTrouble('traces', error));
      })();
      return stopping;
    },
  };
}

async function tracesOf({ tracesEndpoint }: Config): Promise<Traces | null> {
  if (tracesEndpoint === undefined) return null;
  return openTraces({ endpoint: tracesEndpoint, version: await programVersion(), now: Date.now });
}

/** Calls `stop` once at Ctrl-C or a service manager's request; a second signal ends the process at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(130);
    asked = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
