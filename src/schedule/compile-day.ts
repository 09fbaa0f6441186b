import type { Ms } from '../base/units.ts';
import { compileLoop } from './compile-loop.ts';
import { type CompiledHour, START } from './compiled-hour.ts';
import type { HourDemand } from './demand.ts';
import type { PhaseMemo } from './phases.ts';

/**
 * Compiles the hours of one local day, from its first one on: state starts afresh, then each hour takes
 * up what the one before it left, so there is no seam and hour by hour gives the same as all at once.
 * The last spot of the day ends with the day.
 *
 * @param hours the local hours in order; 23, 24 or 25 of them, or the first few.
 * @param memo shared between days and endpoints, it saves searching phases again for equal demands.
 */
export function compileDay(hours: readonly HourDemand[], memo: PhaseMemo = new Map()): CompiledHour[] {
  const after = openAfter(hours);
  let carried = START;
  return hours.map((hour, i) => {
    const compiled = compileLoop({ ...hour, openAfterMs: after[i] ?? 0 }, carried, memo);
    carried = compiled.carried;
    return compiled;
  });
}

/** How long the endpoint stays open without a break after each hour, within the day; after the last, as that says. */
export function openAfter(hours: readonly HourDemand[]): Ms[] {
  const after: Ms[] = new Array(hours.length).fill(hours.at(-1)?.openAfterMs ?? 0);
  for (let i = hours.length - 2; i >= 0; i--) {
    const next = hours[i + 1];
    let openUntil = 0;
    for (const window of next?.open ?? [])
      if (window.fromMs <= openUntil) openUntil = Math.max(openUntil, window.toMs);
    const length = next?.lengthMs ?? 0;
    after[i] = openUntil >= length ? length + (after[i + 1] ?? 0) : openUntil;
  }
  return after;
}
