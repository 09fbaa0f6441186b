import type { Ms, Window } from '../base/units.ts';

/**
 * Windows made sound: whole milliseconds, inside [0, lengthMs), not empty, sorted, overlaps and
 * touching ends merged. What is not a window (NaN, from after to) is left out.
 */
export function soundWindows(windows: readonly Window[], lengthMs: Ms): Window[] {
  const sound = windows
    .map((w) => ({ fromMs: Math.max(0, Math.ceil(w.fromMs)), toMs: Math.min(lengthMs, Math.floor(w.toMs)) }))
    .filter((w) => w.fromMs < w.toMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  const merged: Window[] = [];
  for (const window of sound) {
    const last = merged.at(-1);
    if (last !== undefined && window.fromMs <= last.toMs) {
      merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, window.toMs) };
    } else {
      merged.push(window);
    }
  }
  return merged;
}

/** The time that both lists hold; both sorted and disjoint, and so is the answer. Linear. */
export function overlapWindows(a: readonly Window[], b: readonly Window[]): Window[] {
  const both: Window[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i];
    const y = b[j];
    if (x === undefined || y === undefined) break;
    const fromMs = Math.max(x.fromMs, y.fromMs);
    const toMs = Math.min(x.toMs, y.toMs);
    if (fromMs < toMs) both.push({ fromMs, toMs });
    if (x.toMs < y.toMs) i++;
    else j++;
  }
  return both;
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
