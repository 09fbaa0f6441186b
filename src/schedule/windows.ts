import { joinWindows } from '../base/local-time.ts';
import type { Ms, Window } from '../base/units.ts';

/**
 * Windows made sound: whole milliseconds, inside [0, lengthMs), not empty, sorted, overlaps and
 * touching ends merged. What is not a window (NaN, from after to) is left out.
 */
export function soundWindows(windows: readonly Window[], lengthMs: Ms): Window[] {
  return joinWindows(
    windows
      .map((w) => ({
        fromMs: Math.max(0, Math.ceil(w.fromMs)),
        toMs: Math.min(lengthMs, Math.floor(w.toMs)),
      }))
      .filter((w) => w.fromMs < w.toMs),
  );
}

/** Total length. */
export function windowsLength(windows: readonly Window[]): Ms {
  return windows.reduce((sum, window) => sum + window.toMs - window.fromMs, 0);
}

/**
 * The instant at which `elapsedMs` of the windows' own time have passed, and the end of the window it
 * falls into. `elapsedMs` from 0 to below their total length.
 */
export function instantWithin(
  windows: readonly Window[],
  elapsedMs: Ms,
): { atMs: Ms; window: Window } | null {
  let left = elapsedMs;
  for (const window of windows) {
    const length = window.toMs - window.fromMs;
    if (left < length) return { atMs: window.fromMs + left, window };
    left -= length;
  }
  return null;
}
