import { useSyncExternalStore } from 'react';

/* Whether the server can be reached: every request says what it saw, and while it is away somebody keeps asking. */

const ASK_EVERY_MS = 2_000;

let isAway = false;
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();
const returns = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** A request did not reach the server. Asks until one does. */
export function noteAway(): void {
  if (isAway) return;
  isAway = true;
  timer = setInterval(() => {
    fetch('/api/status').then(noteBack, () => {});
  }, ASK_EVERY_MS);
  tell();
}

/** An answer came, whatever it said. */
export function noteBack(): void {
  if (!isAway) return;
  isAway = false;
  if (timer !== null) clearInterval(timer);
  timer = null;
  tell();
  for (const listener of returns) listener();
}

/** Calls back whenever the server is there again after it was away. */
export function onReturn(listener: () => void): () => void {
  returns.add(listener);
  return () => returns.delete(listener);
}

/**
 * Loads the program of a page. While the server is away it waits for it, as all else does: the router would load the
 * whole console anew, which ends on the browser's own error page. What a server that answers does not have is thrown.
 */
export async function whenThere<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isThere = await fetch('/api/status').then(
      () => true,
      () => false,
    );
    if (isThere) throw cause;
    noteAway();
    await new Promise<void>((resolve) => {
      const stop = onReturn(() => {
        stop();
        resolve();
      });
    });
    return load();
  }
}

/** Whether the server cannot be reached at the moment. */
export function useIsAway(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isAway,
  );
}
