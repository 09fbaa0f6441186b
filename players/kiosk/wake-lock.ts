/** Keeps the screen from going dark, again each time the page comes back into view. Tells whether it holds. */
export function keepScreenAwake(): () => boolean {
  let lock: WakeLockSentinel | null = null;

  async function ask(): Promise<void> {
    if (document.hidden || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
    } catch {
      // Power saving may refuse it, or the engine not have it: the panel says so, and the picture goes on.
      lock = null;
    }
  }

  document.addEventListener('visibilitychange', () => void ask());
  void ask();
  return () => lock !== null && !lock.released;
}
