import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { DatabaseOptions } from '../../src/db/connect.ts';

/** The server program. */
export const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** As `npm start` starts it: little memory for a fleet of a county. */
const SMALL = [process.execPath, '--max-semi-space-size=4', MAIN] as const;
/** As a fleet of thousands is served: Node has the memory that it likes. */
export const ROOMY = [process.execPath, MAIN] as const;

/** The real server program in a process of its own, always at the same address. */
export interface ServerProcess {
  readonly url: string;
  /** Its process, while it runs. */
  readonly pid: number | undefined;
  /** Starts it, and again where the killed one's database is not free yet; resolves when it listens. */
  start(): Promise<void>;
  /** Ends it with SIGKILL, in the middle of whatever it does; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it as a service manager would. */
  stop(): Promise<void>;
}

/**
 * Prepares one on a free port. `dataDir` holds its keys, and its database unless `place` is a server; `settings` are
 * further variables of its environment.
 */
export async function serverProcess(
  place: DatabaseOptions,
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
  /** Hears what the program writes. */
  hear: (text: string) => void = () => {},
  /** The command that starts it. */
  [program, ...args]: readonly [string, ...string[]] = SMALL,
): Promise<ServerProcess> {
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function tryStart(): Promise<boolean> {
    const { DATABASE_URL: _, ...environment } = process.env;
    const started = spawn(program, args, {
      env: {
        ...environment,
        // As `npm start` sets it.
        MALLOC_ARENA_MAX: '2',
        // Counted, but so high that no test or measurement meets them by chance.
        RATE_LIMITS: 'player=999999999,media=999999999,account=999999999,address=999999999',
        ...settings,
        PORT: String(port),
        HOST: '127.0.0.1',
        DATA_DIR: dataDir,
        ...('url' in place && { DATABASE_URL: place.url }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    for (const output of [started.stdout, started.stderr]) output.setEncoding('utf8').on('data', hear);
    return new Promise((resolve) => {
      started.stdout.on('data', (text: string) => {
        if (text.includes('listens on')) resolve(true);
      });
      started.once('exit', () => resolve(false));
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    await gone;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return child?.pid;
    },
    async start() {
      for (let tries = 1; !(await tryStart()); tries += 1) {
        if (tries === 20) throw new Error('the server does not start any more');
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
