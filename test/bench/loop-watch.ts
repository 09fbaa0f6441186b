import { writeFileSync } from 'node:fs';

/*
 * Loaded into a server process by `--import`: watches how long its event loop stands still. At SIGUSR2 it writes what
 * it saw since the last one to the file LOOP_WATCH_FILE and begins anew.
 */

/** The longest time between two looks, minus the time meant to lie between them. Milliseconds. */
export interface LoopWatched {
  /** By the wall clock: other processes' share of the processor counts as well. */
  readonly longestMs: number;
  /** By the processor time of the thread: what the server itself did at a stretch. */
  readonly longestBusyMs: number;
  readonly looks: number;
}

const EVERY_MS = 2;
const file = process.env.LOOP_WATCH_FILE;
let seen = { longestMs: 0, longestBusyMs: 0, looks: 0 };
let at = performance.now();
let busyAt = process.threadCpuUsage();

function look(): void {
  const now = performance.now();
  const { user, system } = process.threadCpuUsage(busyAt);
  seen = {
    longestMs: Math.max(seen.longestMs, now - at - EVERY_MS),
    longestBusyMs: Math.max(seen.longestBusyMs, (user + system) / 1_000),
    looks: seen.looks + 1,
  };
  at = now;
  busyAt = process.threadCpuUsage();
}

if (file !== undefined) {
  setInterval(look, EVERY_MS).unref();
  process.on('SIGUSR2', () => {
    writeFileSync(file, JSON.stringify(seen satisfies LoopWatched));
    seen = { longestMs: 0, longestBusyMs: 0, looks: 0 };
  });
}
