import type { SeqRange } from '../contract/play-report.ts';

/** A set of sequence numbers as closed ranges: sorted, disjoint, and never touching. */
export type SeqSet = readonly SeqRange[];

/** The set of the given numbers, in any order and with repeats. */
export function seqSetOf(seqs: readonly number[]): SeqSet {
  const set: SeqRange[] = [];
  for (const seq of isAscending(seqs) ? seqs : seqs.toSorted((a, b) => a - b)) {
    const last = set.at(-1);
    if (last === undefined || seq > last[1] + 1) set.push([seq, seq]);
    else last[1] = seq;
  }
  return set;
}

/** All numbers that are in either set. */
export function unionOf(a: SeqSet, b: SeqSet): SeqSet {
  return joined([...a, ...b]);
}

/** Whether `seq` is in the set. Logarithmic in the number of ranges. */
export function holds(set: SeqSet, seq: number): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = set[middle] as SeqRange;
    if (seq < from) high = middle - 1;
    else if (seq > to) low = middle + 1;
    else return true;
  }
  return false;
}

/** The numbers from 1 up to the set's highest that it does not have. */
export function holesOf(set: SeqSet): SeqSet {
  const holes: SeqRange[] = [];
  let next = 1;
  for (const [from, to] of set) {
    if (next < from) holes.push([next, from - 1]);
    next = to + 1;
  }
  return holes;
}

/** The set as PostgreSQL writes an int8multirange: `{[1,101),[205,206)}`. */
export function multirangeOf(set: SeqSet): string {
  return `{${set.map(([from, to]) => `[${from},${to + 1})`).join(',')}}`;
}

/** Reads what PostgreSQL writes for an int8multirange; bounds must be finite. */
export function seqSetFrom(multirange: string): SeqSet {
  return Array.from(multirange.matchAll(/\[(\d+),(\d+)\)/g), ([, from, end]) => [
    Number(from),
    Number(end) - 1,
  ]);
}

function isAscending(seqs: readonly number[]): boolean {
  return seqs.every((seq, at) => at === 0 || seq >= (seqs[at - 1] ?? 0));
}

function joined(ranges: readonly SeqRange[]): SeqSet {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  const set: SeqRange[] = [];
  for (const [from, to] of sorted) {
    const last = set.at(-1);
    if (last === undefined || from > last[1] + 1) set.push([from, to]);
    else if (to > last[1]) last[1] = to;
  }
  return set;
}
