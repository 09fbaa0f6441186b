import { z } from 'zod';
import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import {
  MAX_RECEIPTS,
  type OverrideReceipt,
  overrideReceiptSchema,
  overrideSchema,
} from '../../src/contract/override.ts';
import { readJson } from './read-json.ts';
import type { Turn } from './turn.ts';

/** Most receipts kept for a server that does not answer; the oldest go first. */
const MOST_KEPT = 500;
/** First pause after receipts could not be sent. */
export const RECEIPTS_AGAIN_MS: Ms = SECOND_MS;

/** So many boxes may answer an emergency in one instant; what more there are spread their receipts out. */
const AT_ONCE = 500;
const SPREAD_MS_EACH: Ms = 0.05;

/**
 * How long a box waits at most with its receipt, by how many endpoints are told the emergency: the answers of ten thousand
 * must not stand in the way of the emergency's own bytes. A county's fleet answers at once.
 */
export function receiptSpreadMs(fleet: number): Ms {
  return Math.max(0, fleet - AT_ONCE) * SPREAD_MS_EACH;
}

/** The override that has the stage. `isShown`: its first frame or sample came out, and the server is told so. */
export interface Airing {
  readonly overrideId: number;
  readonly serial: number;
  readonly isShown: boolean;
}

const savedSchema = z.object({
  receipts: z.array(overrideReceiptSchema),
  airing: z.object({ overrideId: z.int(), serial: z.int(), isShown: z.boolean() }).nullable(),
});

/** Takes up the receipts that an earlier run could not send; what was on then ended with that run. */
export function loadReceipts(turn: Turn, text: string | undefined): void {
  const saved = readJson(savedSchema, text);
  if (!saved) return;
  turn.set({ receipts: saved.receipts });
  if (saved.airing?.isShown) write(turn, saved.airing, 'ended', 'playerRestarted');
  else sendSoon(turn);
}

/** Compares what has the stage with what had it; called after everything that may have changed it. */
export function noteAiring(turn: Turn): void {
  const { airing } = turn.state;
  const on = overrideOnStage(turn);
  if (airing?.overrideId === on?.overrideId && airing?.serial === on?.serial) return;
  turn.set({ airing: on && { ...on, isShown: false } });
  if (airing?.isShown) write(turn, airing, 'ended', whyEnded(turn, airing.overrideId));
}

/** The first frame or sample of an override came out, or its text stands on the screen. */
export function noteShown(turn: Turn, overrideId: number): void {
  const { airing } = turn.state;
  if (!airing || airing.isShown || airing.overrideId !== overrideId) return;
  turn.set({ airing: { ...airing, isShown: true } });
  write(turn, airing, 'shown');
}

/** An override cannot be put on. */
export function noteRefused(turn: Turn, about: { overrideId: number; serial: number }, reason: string): void {
  write(turn, about, 'refused', reason);
}

/** A statement with a good signature was not taken up: a raise that came too late is told as refused. */
export function noteTooLate(turn: Turn, text: string): void {
  const statement = readJson(overrideSchema, text);
  if (statement?.action === 'raise') write(turn, statement, 'refused', 'override.ended');
}

/** The receipts of the next request, or null when there are none. */
export function nextReceipts(turn: Turn): readonly OverrideReceipt[] | null {
  const { receipts, time } = turn.state;
  // Before the first contact the instants would be guesses.
  return receipts.length === 0 || !time.synced ? null : receipts.slice(0, MAX_RECEIPTS);
}

/** The server has written these down: they are forgotten. */
export function receiptsTaken(turn: Turn, taken: readonly OverrideReceipt[]): void {
  turn.set({ receipts: turn.state.receipts.filter((receipt) => !taken.includes(receipt)) });
  save(turn);
  turn.succeed('receipts', turn.state.receipts.length > 0 ? 0 : Number.POSITIVE_INFINITY);
}

function overrideOnStage(turn: Turn): { overrideId: number; serial: number } | null {
  const { stage, overrides } = turn.state;
  if (stage.kind === 'text') return { overrideId: stage.overrideId, serial: stage.serial };
  if (stage.kind !== 'play' || stage.playback.origin.kind !== 'override') return null;
  const { overrideId } = stage.playback.origin;
  return { overrideId, serial: overrides.get(overrideId)?.statement.serial ?? 1 };
}

function whyEnded(turn: Turn, overrideId: number): string {
  const entry = turn.state.overrides.get(overrideId);
  if (entry?.statement.action === 'withdraw') return 'withdrawn';
  return entry && turn.nowMs < entry.untilMs && turn.state.airing ? 'preempted' : 'over';
}

function write(
  turn: Turn,
  { overrideId, serial }: { overrideId: number; serial: number },
  state: OverrideReceipt['state'],
  reason?: string,
): void {
  const at = new Date(Math.round(turn.nowMs)).toISOString();
  const receipt = { overrideId, serial, state, at, ...(reason !== undefined && { reason }) };
  turn.set({ receipts: [...turn.state.receipts, receipt].slice(-MOST_KEPT) });
  save(turn);
  const fleet = turn.state.overrides.get(overrideId)?.statement.fleet ?? 1;
  sendSoon(turn, turn.at.random * receiptSpreadMs(fleet));
}

function save(turn: Turn): void {
  const { receipts, airing } = turn.state;
  turn.do({ type: 'save', slot: 'receipts', text: JSON.stringify({ receipts, airing }) });
}

function sendSoon(turn: Turn, pauseMs: Ms = 0): void {
  const { inFlight, failures, dueMonoMs } = turn.state.errands.receipts;
  const soon = Math.min(dueMonoMs, turn.at.monoMs + pauseMs);
  if (!inFlight && failures === 0) turn.errand('receipts', { dueMonoMs: soon });
}
