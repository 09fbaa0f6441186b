import { Refusal } from './refusal.ts';
import type { Sentence } from './sentence.ts';

/** Lets heavy work in one by one. */
export interface Turns {
  /** Runs the work when all that came before is done. @throws Refusal request.tooMany when too many wait */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Turns with room for one that runs and `mostWaiting` that wait; `sentence` is told to the next. */
export function inTurn(mostWaiting: number, sentence: Sentence): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let inside = 0;
  return {
    async run(work) {
      if (inside > mostWaiting) throw new Refusal('request.tooMany', sentence);
      inside += 1;
      const own = last.then(work);
      last = own.catch(() => {});
      return own.finally(() => {
        inside -= 1;
      });
    },
  };
}
