import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Ms } from '../../src/base/units.ts';
import type { Playback, PlaybackEnd } from '../core/playback.ts';
import type { PlayerClock, Stage, StageListener } from '../core/ports.ts';

/** What the mpv stage needs. */
export interface MpvOptions {
  /** The program; found on the PATH unless a path. */
  readonly program: string;
  /** mpv's `--ao`: `null` for none, absent for the system's own choice. */
  readonly ao?: string | undefined;
  /** Where mpv listens; a path short enough for a UNIX socket (107 bytes). */
  readonly socketPath: string;
  readonly clock: PlayerClock;
  readonly pathOf: (sha256: string) => string;
  /** Loudness to bring every item to, in LUFS (ITU-R BS.1770); items without a figure play as they are. */
  readonly targetLufs: number;
}

/** How long to wait between tries to reach or restart mpv. */
const RETRY_MS: Ms = 200;
/** Most gain given to a soft item, in dB. */
const MOST_GAIN_DB = 12;

/** Whether the program can be run here. */
export function hasMpv(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

interface Asked {
  readonly playback: Playback;
  /** mpv's own number of it, once told. */
  entry: number | null;
  startedMonoMs: Ms | null;
}

/** A loudspeaker: plays sound through mpv over its JSON IPC, and times it by mpv's own events. */
export function mpvStage(options: MpvOptions): Stage {
  const { clock } = options;
  let listener: StageListener | null = null;
  let process: ChildProcess | null = null;
  let socket: Socket | null = null;
  let isClosing = false;
  let request = 0;
  const replies = new Map<number, (data: unknown) => void>();
  /** Oldest first; at most the one that sounds and the one asked for. */
  let asked: Asked[] = [];
  /** What to do once mpv is there. */
  let wish: Playback | null = null;

  function launch(): void {
    if (isClosing) return;
    const args = ['--no-config', '--load-scripts=no', '--ytdl=no', '--idle', '--no-terminal', '--no-video'];
    // Not gapless: then mpv would tell an end while its last half second is still in the sound card.
    args.push('--gapless-audio=no', '--replaygain=track', `--input-ipc-server=${options.socketPath}`);
    if (options.ao !== undefined) args.push(`--ao=${options.ao}`);
    process = spawn(options.program, args, { stdio: 'ignore' });
    process.once('error', (cause) => lose(String(cause)));
    process.once('exit', (code) => lose(`mpv ended with code ${code ?? 'none'}`));
    reach();
  }

  function reach(): void {
    if (isClosing || !process) return;
    const attempt = connect(options.socketPath);
    attempt.once('error', () => {
      attempt.destroy();
      if (socket === null) clock.alarm(clock.monoMs() + RETRY_MS / 4, reach);
    });
    attempt.once('connect', () => {
      socket = attempt;
      createInterface({ input: attempt }).on('line', hear);
      if (wish) load(wish);
    });
  }

  /** mpv is gone: what sounded has failed; a new mpv is started. */
  function lose(detail: string): void {
    if (!process) return;
    process = null;
    socket?.destroy();
    socket = null;
    replies.clear();
    if (isClosing) return;
    listener?.trouble('mpv.lost', detail);
    const lost = asked;
    asked = [];
    wish = null;
    for (const one of lost) tellEnd(one, 'failed', 'mpv.lost');
    clock.alarm(clock.monoMs() + RETRY_MS, () => {
      void rm(options.socketPath, { force: true }).then(launch);
    });
  }

  function command(words: readonly (string | number)[], done: (data: unknown) => void = () => {}): void {
    if (!socket) return;
    request += 1;
    replies.set(request, done);
    socket.write(`${JSON.stringify({ command: words, request_id: request })}\n`);
  }

  function load(playback: Playback): void {
    const one = asked.find((other) => other.playback === playback);
    if (!one) return;
    const { loudnessLufs } = playback.media;
    const gain = loudnessLufs === undefined ? 0 : Math.min(options.targetLufs - loudnessLufs, MOST_GAIN_DB);
    command(['set_property', 'replaygain-fallback', gain]);
    const start = playback.fromMs > 0 ? [`start=${(playback.fromMs / 1_000).toFixed(3)}`] : [];
    command(['loadfile', options.pathOf(playback.media.sha256), 'replace', ...start], (data) => {
      one.entry = numberIn(data, 'playlist_entry_id');
    });
  }

  function hear(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return;
    }
    if (typeof message !== 'object' || message === null) return;
    if ('request_id' in message && 'error' in message) {
      const id = numberIn(message, 'request_id') ?? 0;
      const done = replies.get(id);
      replies.delete(id);
      if (message.error === 'success') done?.('data' in message ? message.data : null);
      return;
    }
    const event = 'event' in message ? message.event : '';
    const entry = numberIn(message, 'playlist_entry_id');
    if (event === 'playback-restart') onSound();
    else if (event === 'end-file') onEndFile(entry, 'reason' in message ? message.reason : '');
  }

  /** The first sample is out. Whatever was asked for before this one never will be heard. */
  function onSound(): void {
    const current = asked.at(-1);
    if (!current || current.entry === null || current.startedMonoMs !== null) return;
    for (const older of asked.slice(0, -1)) tellEnd(older, 'stopped');
    asked = [current];
    current.startedMonoMs = clock.monoMs();
    listener?.started(current.playback.playId);
  }

  function onEndFile(entry: number | null, reason: unknown): void {
    const one = asked.find((other) => other.entry === entry);
    if (!one) return;
    asked = asked.filter((other) => other !== one);
    const how = reason === 'eof' ? 'finished' : reason === 'error' ? 'failed' : 'stopped';
    tellEnd(one, how, how === 'failed' ? 'mpv could not play it' : undefined);
  }

  function tellEnd(one: Asked, how: PlaybackEnd, reason?: string): void {
    const shownMs = one.startedMonoMs === null ? 0 : clock.monoMs() - one.startedMonoMs;
    listener?.ended(one.playback.playId, shownMs, how, reason);
  }

  return {
    attach(newListener) {
      listener = newListener;
      void rm(options.socketPath, { force: true }).then(launch);
    },
    perform(effect) {
      if (effect.type === 'stage.preload') return;
      // What was asked for and never sounded is over at once; what sounds ends when mpv says so.
      for (const one of asked.filter((other) => other.startedMonoMs === null)) tellEnd(one, 'stopped');
      asked = asked.filter((one) => one.startedMonoMs !== null);
      if (effect.type === 'stage.play') {
        asked.push({ playback: effect.playback, entry: null, startedMonoMs: null });
        wish = effect.playback;
        load(effect.playback);
      } else {
        wish = null;
        command(['stop']);
      }
    },
    async close() {
      isClosing = true;
      const left = asked;
      asked = [];
      for (const one of left) tellEnd(one, 'stopped', 'playerStopped');
      socket?.destroy();
      const running = process;
      if (!running || running.exitCode !== null) return;
      await new Promise<void>((resolve) => {
        running.once('exit', () => resolve());
        running.kill();
      });
      await rm(options.socketPath, { force: true });
    },
  };
}

function numberIn(value: unknown, name: string): number | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'number' ? found : null;
}
