import type { Ms } from '../../src/base/units.ts';
import type { PlayerClock } from '../core/ports.ts';

/** Longest sleep; also the longest that a lost ring can go unnoticed. */
const LONGEST_SLEEP_MS: Ms = 30_000;

/** Rings once after so many milliseconds; a later call replaces an earlier one. */
export type Ringer = (afterMs: Ms) => void;

/** The page's only timer: all alarms hang on one ringer, so that there is one place where time passes. */
export function browserClock(
  makeRinger: (rung: () => void) => Ringer,
  now: () => Ms = () => performance.now(),
): PlayerClock {
  const alarms = new Set<{ readonly atMs: Ms; readonly ring: () => void }>();
  let nextMs = Number.POSITIVE_INFINITY;

  function rung(): void {
    nextMs = Number.POSITIVE_INFINITY;
    const due = [...alarms].filter((alarm) => alarm.atMs <= now()).toSorted((a, b) => a.atMs - b.atMs);
    for (const alarm of due) {
      // An earlier one in this round may have called it off.
      if (alarms.delete(alarm)) alarm.ring();
    }
    sleep();
  }

  function sleep(): void {
    if (alarms.size === 0) return;
    const earliest = Math.min(...[...alarms].map((alarm) => alarm.atMs));
    const wakeMs = Math.min(earliest, now() + LONGEST_SLEEP_MS);
    if (wakeMs >= nextMs) return;
    nextMs = wakeMs;
    ringer(Math.max(0, wakeMs - now()));
  }

  const ringer = makeRinger(rung);
  return {
    wallMs: () => Date.now(),
    monoMs: now,
    random: () => Math.random(),
    alarm(atMs, ring) {
      const alarm = { atMs, ring };
      alarms.add(alarm);
      sleep();
      return () => void alarms.delete(alarm);
    },
  };
}

/** A ringer that keeps time while the page is hidden; falls back to the page's own timer without workers. */
export function workerRinger(rung: () => void): Ringer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastAskedMs = 0;
  const own: Ringer = (afterMs) => {
    clearTimeout(timer);
    timer = setTimeout(rung, afterMs);
  };
  let worker: Worker | null = null;
  try {
    worker = new Worker(new URL('./alarm-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', rung);
    worker.addEventListener('error', () => {
      worker = null;
      own(lastAskedMs);
    });
  } catch {
    worker = null;
  }
  return (afterMs) => {
    lastAskedMs = afterMs;
    if (worker) worker.postMessage(afterMs);
    else own(afterMs);
  };
}
