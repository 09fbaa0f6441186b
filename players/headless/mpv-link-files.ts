import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { PlayerClock } from '../core/ports.ts';

/** How long to wait between tries to reach mpv; the first pause before it is started again. */
const RETRY_MS: Ms = 200;
/** The longest pause between two starts of an mpv that does not stay. */
const SLOWEST_START_MS: Ms = 30 * SECOND_MS;
/** An mpv that stayed so long is started again without delay. */
const GOOD_LIFE_MS: Ms = 10 * SECOND_MS;

/** What an answer or event of mpv holds; nothing of it is trusted to have a certain shape. */
export type MpvMessage = Readonly<Record<string, unknown>>;

/** A command by position, or with names where mpv's versions differ in the order. */
export type MpvCommand = readonly (string | number)[] | Readonly<Record<string, unknown>>;

/** The sound program, kept alive: its process and its JSON IPC. */
export interface MpvLink {
  /** Whether it can be spoken to now. */
  readonly isThere: boolean;
  /**
   * Sends a command. `done` gets the answer's data, or null where mpv refused; it is called before any event that
   * follows. Without mpv nothing happens.
   */
  command(words: MpvCommand, done?: (data: unknown) => void): void;
  /** Ends it. */
  close(): Promise<void>;
}

/** Starts mpv, and again whenever it ends, at growing pauses while it does not stay. */
export function mpvLink(options: {
  readonly program: string;
  /** mpv's `--ao`; absent for the system's own choice. */
  readonly ao?: string | undefined;
  /** Where mpv listens; a path short enough for a UNIX socket (107 bytes). */
  readonly socketPath: string;
  readonly clock: PlayerClock;
  readonly onReady: () => void;
  readonly onEvent: (event: string, message: MpvMessage) => void;
  /** mpv is gone, or could not be started: `isMissing` when there is no such program. */
  readonly onLost: (detail: string, isMissing: boolean) => void;
}): MpvLink {
  const { clock, socketPath } = options;
  const replies = new Map<number, (data: unknown) => void>();
  let process: ChildProcess | null = null;
  let socket: Socket | null = null;
  let isClosing = false;
  let request = 0;
  let startedMonoMs: Ms = 0;
  let pauseMs = RETRY_MS;

  function launch(): void {
    if (isClosing) return;
    const args = ['--no-config', '--load-scripts=no', '--ytdl=no', '--idle', '--no-terminal', '--no-video'];
    // Not gapless: then mpv would tell an end while its last half second is still in the sound card.
    args.push('--gapless-audio=no', '--replaygain=track', `--input-ipc-server=${socketPath}`);
    if (options.ao !== undefined) args.push(`--ao=${options.ao}`);
    startedMonoMs = clock.monoMs();
    process = spawn(options.program, args, { stdio: 'ignore' });
    process.once('error', (cause) => lose(String(cause), 'code' in cause && cause.code === 'ENOENT'));
    process.once('exit', (code) => lose(`mpv ended with code ${code ?? 'none'}`, false));
    reach();
  }

  function reach(): void {
    if (isClosing || !process) return;
    const attempt = connect(socketPath);
    attempt.once('error', () => {
      attempt.destroy();
      if (socket === null) clock.alarm(clock.monoMs() + RETRY_MS / 4, reach);
    });
    attempt.once('connect', () => {
      socket = attempt;
      attempt.setEncoding('utf8');
      let begun = '';
      attempt.on('data', (piece: string) => {
        const lines = (begun + piece).split('\n');
        begun = lines.pop() ?? '';
        for (const line of lines) hear(line);
      });
      options.onReady();
    });
  }

  function lose(detail: string, isMissing: boolean): void {
    if (!process) return;
    process = null;
    socket?.destroy();
    socket = null;
    replies.clear();
    if (isClosing) return;
    pauseMs =
      clock.monoMs() - startedMonoMs >= GOOD_LIFE_MS ? RETRY_MS : Math.min(2 * pauseMs, SLOWEST_START_MS);
    clock.alarm(clock.monoMs() + pauseMs, () => void rm(socketPath, { force: true }).then(launch));
    options.onLost(detail, isMissing);
  }

  function hear(line: string): void {
    const message = readMessage(line);
    if (!message) return;
    if (typeof message.event === 'string') {
      options.onEvent(message.event, message);
      return;
    }
    const id = typeof message.request_id === 'number' ? message.request_id : 0;
    const done = replies.get(id);
    replies.delete(id);
    done?.(message.error === 'success' ? (message.data ?? null) : null);
  }

  void rm(socketPath, { force: true }).then(launch);
  return {
    get isThere() {
      return socket !== null;
    },
    command(words, done = () => {}) {
      if (!socket) return;
      request += 1;
      replies.set(request, done);
      socket.write(`${JSON.stringify({ command: words, request_id: request })}\n`);
    },
    async close() {
      isClosing = true;
      socket?.destroy();
      const running = process;
      if (running && running.exitCode === null && running.pid !== undefined) {
        await new Promise<void>((resolve) => {
          running.once('exit', () => resolve());
          running.kill();
        });
      }
      await rm(socketPath, { force: true });
    },
  };
}

function readMessage(line: string): MpvMessage | null {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null ? { ...message } : null;
  } catch {
    return null;
  }
}
