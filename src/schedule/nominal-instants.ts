import { HOUR_MS, type Ms, type Window } from '../base/units.ts';
import { instantWithin } from './windows.ts';

/** When a `perHour` booking may play, how often it does, and where its phase lies. */
export interface NominalAsk {
  /** Sorted, disjoint; `windowMs` in all. */
  readonly windows: readonly Window[];
  readonly windowMs: Ms;
  readonly lengthMs: Ms;
  /** Plays to place; at least one. */
  readonly granted: number;
  /** Plays that a full hour would have. */
  readonly plays: number;
  /** From 0 to below HOUR_MS / plays. */
  readonly phaseMs: Ms;
}

/** One nominal instant and the window that it lies in. */
export interface NominalInstant {
  readonly atMs: Ms;
  readonly window: Window;
}

/**
 * The instants that plays aim at, `granted` of them, in order, and the distance between them. Wherever
 * the count allows they lie on the grid phase + k x (hour / plays), which goes on from hour to hour, so that
 * windows that open or close inside an hour leave no uneven seam. Else they divide the windows' own time evenly.
 */
export function nominalInstants(ask: NominalAsk): { instants: NominalInstant[]; intervalMs: Ms } {
  const { windows, windowMs, lengthMs, granted, plays, phaseMs } = ask;
  const grid: NominalInstant[] = [];
  let w = 0;
  for (let k = 0; ; k++) {
    const atMs = phaseMs + Math.floor((k * HOUR_MS) / plays);
    if (atMs >= lengthMs) break;
    while (w < windows.length && (windows[w]?.toMs ?? 0) <= atMs) w++;
    const window = windows[w];
    if (window === undefined) break;
    if (window.fromMs <= atMs) grid.push({ atMs, window });
  }
  const opensLate = (windows[0]?.fromMs ?? 0) > 0;
  if (grid.length === granted + 1) grid.splice(opensLate ? 0 : -1, 1);
  if (grid.length === granted) return { instants: grid, intervalMs: Math.floor(HOUR_MS / plays) };
  const offset = Math.floor((phaseMs * windowMs * plays) / (granted * HOUR_MS));
  const instants: NominalInstant[] = [];
  for (let k = 0; k < granted; k++) {
    const instant = instantWithin(windows, offset + Math.floor((k * windowMs) / granted));
    if (instant !== null) instants.push(instant);
  }
  return { instants, intervalMs: Math.floor(windowMs / granted) };
}
