/** A value with what it was before and what was undone; newest last. */
export interface Undoable<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
}

/** So many steps can be taken back. */
const MOST_STEPS = 100;

/** A value that nothing was done to yet. */
export function undoable<T>(present: T): Undoable<T> {
  return { past: [], present, future: [] };
}

/** The value changed; what was undone before is gone. */
export function changed<T>({ past, present }: Undoable<T>, next: T): Undoable<T> {
  return { past: [...past, present].slice(-MOST_STEPS), present: next, future: [] };
}

/** One step back, where there is one. */
export function undone<T>(state: Undoable<T>): Undoable<T> {
  const before = state.past.at(-1);
  if (before === undefined) return state;
  return { past: state.past.slice(0, -1), present: before, future: [...state.future, state.present] };
}

/** One step forward again, where there is one. */
export function redone<T>(state: Undoable<T>): Undoable<T> {
  const after = state.future.at(-1);
  if (after === undefined) return state;
  return { past: [...state.past, state.present], present: after, future: state.future.slice(0, -1) };
}
