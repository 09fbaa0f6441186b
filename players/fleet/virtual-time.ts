import type { EpochMs } from '../../src/base/units.ts';

/** A calendar of things to come: the only clock of a simulation. */
export interface VirtualTime {
  readonly nowMs: EpochMs;
  /** Has `act` happen at `atMs`, or now if that is past; returns how to call it off. */
  at(atMs: EpochMs, act: () => void): () => void;
  /** Lets everything happen, in order, up to and including `untilMs`. */
  runUntil(untilMs: EpochMs): void;
}

interface Entry {
  readonly atMs: EpochMs;
  readonly order: number;
  act: (() => void) | null;
}

/** Time that begins at `startMs` and moves only in {@link VirtualTime.runUntil}. */
export function virtualTime(startMs: EpochMs): VirtualTime {
  const heap: Entry[] = [];
  let nowMs = startMs;
  let order = 0;

  function isBefore(a: Entry, b: Entry): boolean {
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  }

  function push(entry: Entry): void {
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (!above || !isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  function pop(): Entry | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const child = right && left && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, last)) break;
      heap[index] = child;
      index = child === left ? 2 * index + 1 : 2 * index + 2;
    }
    heap[index] = last;
    heap[index] = last;
    return top;
  }

  return {
    get nowMs() {
      return nowMs;
    },
    at(atMs, act) {
      const entry: Entry = { atMs: Math.max(atMs, nowMs), order: order++, act };
      push(entry);
      return () => {
        entry.act = null;
      };
    },
    runUntil(untilMs) {
      while (heap[0] && heap[0].atMs <= untilMs) {
        const entry = pop();
        if (!entry?.act) continue;
        nowMs = entry.atMs;
        entry.act();
      }
      nowMs = untilMs;
    },
  };
}
