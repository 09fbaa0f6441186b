import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../base/refusal.ts';
import type { ChildReport } from './embedded-server.ts';
import { engineDeaths } from './engine-deaths.ts';
import { PatientSocket } from './patient-socket.ts';

const DIAL_TRIES = 50;
const DIAL_PAUSE_MS = 100;

/** Starts an engine's process; its address comes when it can be asked. */
export type Launch = (folder: string) => { child: ChildProcess; address: Promise<string> };

/** The embedded database as its parent process sees it. */
export interface Embedded {
  /** The process that runs the engine at present. */
  readonly pid: number | undefined;
  /**
   * A connected socket to the engine. While the engine restarts, this waits. It never rejects: a socket
   * that could not be connected says so by its own `error` event, as the driver expects.
   */
  connect(): Promise<Socket>;
  /** Lets the running turn end, writes everything out and ends the process. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts the embedded database of `dataDir` in a process of its own. When that process dies unasked it is
 * started again, for as long as it takes: what was acknowledged is on the disk, what was under way fails and may be tried
 * again.
 * @throws Refusal `database.inUse` when another process has the folder open, `config.invalid` when the
 * folder cannot be used.
 */
export async function startEmbedded(dataDir: string, launch: Launch = launchEngine): Promise<Embedded> {
  const folder = resolve(dataDir);
  const pauseAfter = engineDeaths();
  let next: ReturnType<typeof setTimeout> | undefined;
  let closing: Promise<void> | undefined;
  let { child, address } = launch(folder);
  try {
    await address;
  } catch (error) {
    closing = Promise.resolve();
    throw error;
  }
  watch();

  function watch(): void {
    const since = performance.now();
    let hasDied = false;
    const died = (): void => {
      if (closing !== undefined || hasDied) return;
      hasDied = true;
      // Until then whoever connects learns what the last one said.
      next = setTimeout(start, pauseAfter(performance.now() - since));
      next.unref();
    };
    child.once('exit', died);
    // One that could not even be started may never exit.
    child.once('error', died);
  }

  function start(): void {
    ({ child, address } = launch(folder));
    watch();
  }

  async function dial(): Promise<Socket> {
    for (let tries = 1; ; tries += 1) {
      const asked = address;
      try {
        const socket = new PatientSocket();
        socket.connect(await asked);
        await once(socket, 'connect');
        return socket;
      } catch (error) {
        if (closing !== undefined || tries === DIAL_TRIES) throw error;
        // Either a new process is on its way already, or the death of the old one is about to be noticed.
        if (asked === address) await pause(DIAL_PAUSE_MS);
      }
    }
  }

  return {
    get pid() {
      return child.pid;
    },
    async connect() {
      try {
        return await dial();
      } catch (error) {
        return PatientSocket.stillborn(error);
      }
    },
    close() {
      clearTimeout(next);
      closing ??= finish(child);
      return closing;
    },
  };
}

function launchEngine(folder: string): ReturnType<Launch> {
  const child = fork(fileURLToPath(new URL('./embedded-server.ts', import.meta.url)), [folder], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const address = new Promise<string>((resolvePath, reject) => {
    child.once('message', (report: ChildReport) => {
      // From here on a program that forgets to close can still end: the child notices, and ends too.
      child.unref();
      child.channel?.unref();
      if (report.state === 'ready') resolvePath(report.path);
      else reject(refusalOf(report, folder));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(unopened(folder, `its process ended at once (${signal ?? `exit code ${code}`})`)),
    );
  });
  // Whoever connects learns of a failure; with nobody there it is no unhandled rejection.
  address.catch(() => {});
  return { child, address };
}

function refusalOf(report: Exclude<ChildReport, { state: 'ready' }>, folder: string): Refusal {
  if (report.state === 'failed') return unopened(folder, report.reason);
  const number =
    report.owner === ''
      ? { en: '', zh: '' }
      : { en: ` (number ${report.owner})`, zh: `（进程号 ${report.owner}）` };
  return new Refusal('database.inUse', {
    en: `Another process${number.en} is using the data folder ${folder}. Stop it first, choose another folder with DATA_DIR, or set DATABASE_URL to share a PostgreSQL server.`,
    zh: `另一进程${number.zh}正在使用数据文件夹 ${folder}。请先停止它，或用 DATA_DIR 另选文件夹，或设置 DATABASE_URL 共用 PostgreSQL 服务器。`,
  });
}

function unopened(folder: string, reason: string): Refusal {
  const database = join(folder, 'database');
  return new Refusal('config.invalid', {
    en: `The database in the data folder ${folder} cannot be opened: ${reason}. If it is damaged, move ${database} aside, do not delete it, and bring the last backup back: npm run restore -- --from FOLDER.`,
    zh: `数据文件夹 ${folder} 中的数据库无法打开：${reason}。如已损坏，请把 ${database} 移到别处（不要删除），再恢复最近的备份：npm run restore -- --from 备份文件夹。`,
  });
}

async function finish(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, 'exit');
  if (child.connected) child.send('stop');
  await exited;
}
