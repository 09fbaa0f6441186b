import { type Composition, composeServer } from './compose.ts';
import type { Config } from './config.ts';
import { type RunningServer, startServer } from './http/server-flow.ts';
import { startJobs } from './jobs/jobs.ts';
import { openLog } from './telemetry/log.ts';

/** A server that listens, with its jobs. */
export interface Running {
  readonly url: string;
  readonly server: Composition;
  /** Lets running requests end, then stops everything. Safe to call twice. */
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
  const server = await composeServer(config, { now: Date.now, logTrouble, logRequest: log.request });
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
  const stopJobs = startJobs(server.jobs, (job, error) => logTrouble(`job ${job}`, error));
  let stopping: Promise<void> | null = null;
  return {
    url: listening.url,
    server,
    stop() {
      stopping ??= (async () => {
        await stopJobs();
        server.streams.endAll();
        await listening.stop();
        await server.stop();
      })();
      return stopping;
    },
  };
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
