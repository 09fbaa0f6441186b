import { type Ms, SECOND_MS } from '../../src/base/units.ts';
import type { PlayerClock } from './ports.ts';

/** Pause before a failed write is tried again. */
const REWRITE_MS: Ms = 5 * SECOND_MS;

/** Writes that must reach the storage strictly in order, each until it succeeds. */
export interface OrderedWrites {
  /** Puts a write at the end of the row; `done` is called once it is on the storage. */
  add(task: () => Promise<void>, done?: () => void): void;
  /** Resolves when everything added so far is written. */
  settled(): Promise<void>;
  /** Gives up what is still being tried again. */
  stop(): void;
}

/** Starts an empty row. A failed write is told each time. */
export function orderedWrites(clock: PlayerClock, onFailure: (cause: unknown) => void): OrderedWrites {
  let row: Promise<void> = Promise.resolve();
  let stopped = false;
  return {
    add(task, done) {
      row = row.then(async () => {
        while (!stopped) {
          try {
            await task();
            return done?.();
          } catch (cause) {
            onFailure(cause);
            await new Promise<void>((resolve) => clock.alarm(clock.monoMs() + REWRITE_MS, resolve));
          }
        }
      });
    },
    settled: () => row,
    stop() {
      stopped = true;
    },
  };
}
