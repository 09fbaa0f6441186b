import type { Ms } from '../../src/base/units.ts';
import type { Play, SeqRange } from '../../src/contract/play-report.ts';

/** Plays that were forgotten because the outbox was full, told as sums. */
interface PlaySummary {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly plays: number;
  readonly airtimeMs: Ms;
}

/** Finished plays that the server has not yet confirmed. Numbers count up from 1 and are never used again. */
export interface Outbox {
  readonly epoch: string;
  readonly lastSeq: number;
  /** Ascending by `seq`. */
  readonly pending: readonly Play[];
  /** Written to storage, but not yet confirmed safe: must not be sent, or a power cut could reuse the number. */
  readonly unsafe: ReadonlySet<number>;
  /** Where the next batch begins; numbers below it were sent already and wait for their receipt. */
  readonly cursor: number;
  readonly summary: PlaySummary | null;
}

/** The next free number, and the outbox that knows it is taken. */
export function takeSeq(outbox: Outbox): [seq: number, outbox: Outbox] {
  const seq = outbox.lastSeq + 1;
  return [seq, { ...outbox, lastSeq: seq }];
}

/** Adds a finished play, or replaces the one of the same number; unsafe until {@link stored}. */
export function withPlay(outbox: Outbox, play: Play): Outbox {
  const at = outbox.pending.findLastIndex((other) => other.seq <= play.seq);
  const replaces = outbox.pending[at]?.seq === play.seq;
  const pending = outbox.pending.toSpliced(replaces ? at : at + 1, replaces ? 1 : 0, play);
  return { ...outbox, pending, unsafe: new Set(outbox.unsafe).add(play.seq) };
}

/** Marks plays as safely written. */
export function stored(outbox: Outbox, seqs: readonly number[]): Outbox {
  const unsafe = new Set(outbox.unsafe);
  for (const seq of seqs) unsafe.delete(seq);
  return { ...outbox, unsafe };
}

/** Whether anything may be sent. */
export function hasSendable(outbox: Outbox): boolean {
  return outbox.pending.some((play) => !outbox.unsafe.has(play.seq));
}

/** The next plays to send, lowest numbers first, and the outbox with its cursor behind them. */
export function nextBatch(outbox: Outbox, most: number): [plays: readonly Play[], outbox: Outbox] {
  const sendable = outbox.pending.filter((play) => !outbox.unsafe.has(play.seq));
  const ahead = sendable.filter((play) => play.seq >= outbox.cursor);
  // Nothing ahead: whatever is left was sent and not confirmed, so it is sent again from the beginning.
  const batch = (ahead.length > 0 ? ahead : sendable).slice(0, most);
  const last = batch.at(-1);
  return [batch, last ? { ...outbox, cursor: last.seq + 1 } : outbox];
}

/** Forgets what the server holds. Returns the ranges that really left, for the storage. */
export function confirmed(
  outbox: Outbox,
  received: readonly SeqRange[],
): [removed: readonly SeqRange[], outbox: Outbox] {
  const inRange = (seq: number) => received.some(([from, to]) => seq >= from && seq <= to);
  const gone = outbox.pending.filter((play) => inRange(play.seq) && !outbox.unsafe.has(play.seq));
  if (gone.length === 0) return [[], outbox];
  const goneSeqs = new Set(gone.map((play) => play.seq));
  const pending = outbox.pending.filter((play) => !goneSeqs.has(play.seq));
  return [rangesOf(gone.map((play) => play.seq)), { ...outbox, pending }];
}

/** Moves the cursor back to what the server misses, as far as it is still here. */
export function rewound(outbox: Outbox, missing: readonly SeqRange[]): Outbox {
  const wanted = outbox.pending.find((play) =>
    missing.some(([from, to]) => play.seq >= from && play.seq <= to),
  );
  return wanted && wanted.seq < outbox.cursor ? { ...outbox, cursor: wanted.seq } : outbox;
}

/** Keeps at most `cap` plays: sums up the oldest tenth when full. Returns the ranges that left. */
export function capped(outbox: Outbox, cap: number): [removed: readonly SeqRange[], outbox: Outbox] {
  if (outbox.pending.length <= cap) return [[], outbox];
  const count = outbox.pending.length - cap + Math.floor(cap / 10);
  const oldest = outbox.pending.slice(0, count);
  const first = oldest[0];
  const last = oldest.at(-1);
  if (!first || !last) return [[], outbox];
  const before = outbox.summary;
  const summary = {
    fromSeq: before?.fromSeq ?? first.seq,
    toSeq: last.seq,
    plays: (before?.plays ?? 0) + oldest.length,
    airtimeMs: (before?.airtimeMs ?? 0) + oldest.reduce((sum, play) => sum + play.durationMs, 0),
  };
  const unsafe = new Set([...outbox.unsafe].filter((seq) => seq > last.seq));
  return [
    rangesOf(oldest.map((play) => play.seq)),
    { ...outbox, pending: outbox.pending.slice(count), unsafe, summary },
  ];
}

/** Closed ranges that cover exactly these numbers, which ascend. */
export function rangesOf(seqs: readonly number[]): SeqRange[] {
  const ranges: SeqRange[] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last && last[1] === seq - 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}
