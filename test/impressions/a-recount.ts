import { CAUSES, type Causes } from '../../src/impressions/shortfall.ts';

/** One hour of a booking at an endpoint, and what is said of what is missing in it. */
export interface RecountedHour {
  readonly promised: number;
  readonly completed: number;
  readonly cut: number;
  readonly failed: number;
  readonly cause: keyof Causes;
}

/**
 * What a local day is short of, counted hour by hour in the plainest way: what an hour lacks is cut first, then failed,
 * then of its cause; what other hours played too much is taken off again, the least certain cause first.
 */
export function recountDay(hours: readonly RecountedHour[]): { short: number; causes: Causes } {
  const causes = Object.fromEntries(CAUSES.map((cause) => [cause, 0])) as Causes;
  let [promised, completed, missing] = [0, 0, 0];
  for (const hour of hours) {
    promised += hour.promised;
    completed += hour.completed;
    let lacks = Math.max(0, hour.promised - hour.completed);
    missing += lacks;
    for (const [cause, plays] of [
      ['cut', hour.cut],
      ['failed', hour.failed],
      [hour.cause, lacks],
    ] as const) {
      const taken = Math.min(lacks, plays);
      causes[cause] += taken;
      lacks -= taken;
    }
  }
  const short = Math.max(0, promised - completed);
  let tooMuch = missing - short;
  for (const cause of [...CAUSES].reverse()) {
    const given = Math.min(tooMuch, causes[cause]);
    causes[cause] -= given;
    tooMuch -= given;
  }
  return { short, causes };
}
