import type { BookingDraft } from '../campaigns/booking.ts';

/** A change that was saved: the booking before and after it, each with the version that held it. */
export interface SavedStep {
  readonly id: number;
  readonly before: BookingDraft;
  readonly after: BookingDraft;
  readonly from: number;
  readonly to: number;
}

/** What was saved and what was undone again; newest last. */
export interface BookingHistory {
  readonly past: readonly SavedStep[];
  readonly future: readonly SavedStep[];
}

/** Nothing saved yet. */
export const NO_HISTORY: BookingHistory = { past: [], future: [] };

/** A change was saved; what was undone before is gone. */
export function afterSave({ past }: BookingHistory, step: SavedStep): BookingHistory {
  return { past: [...past, step], future: [] };
}

/**
 * The newest change was undone, and `version` holds the booking as it was before it. Steps that began or ended
 * with that content go on from the new version; those that did not will be refused by the server, since
 * somebody else's change lies between.
 */
export function afterUndo({ past, future }: BookingHistory, version: number): BookingHistory {
  const step = past.at(-1);
  if (!step) return { past, future };
  const go = renamed(step.id, step.from, version);
  return { past: past.slice(0, -1).map(go), future: [...future, step].map(go) };
}

/** The change undone last was done again, and `version` holds the booking after it. */
export function afterRedo({ past, future }: BookingHistory, version: number): BookingHistory {
  const step = future.at(-1);
  if (!step) return { past, future };
  const go = renamed(step.id, step.to, version);
  return { past: [...past, step].map(go), future: future.slice(0, -1).map(go) };
}

/** The history without the step that can no longer be taken. */
export function without(history: BookingHistory, step: SavedStep): BookingHistory {
  const others = (steps: readonly SavedStep[]) => steps.filter((one) => one !== step);
  return { past: others(history.past), future: others(history.future) };
}

function renamed(id: number, old: number, version: number): (step: SavedStep) => SavedStep {
  const of = (one: number) => (one === old ? version : one);
  return (step) => (step.id === id ? { ...step, from: of(step.from), to: of(step.to) } : step);
}
