import { z } from 'zod';
import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { PairingState } from '../../src/contract/pairing.ts';
import type { Play } from '../../src/contract/play-report.ts';
import { loadCommands } from './command-steps.ts';
import { CROWD_SPREAD_MS, GRACE_MS } from './errands.ts';
import { loadReceipts } from './override-receipts.ts';
import { writePlays } from './play-record.ts';
import type { LinkFailure, PlayerEvent } from './player-event.ts';
import { readIdentity } from './player-state.ts';
import { readJson } from './read-json.ts';
import { guessedTime } from './server-time.ts';
import type { Turn } from './turn.ts';
import { readWeek } from './week-memory.ts';

/** How often a box that shows its code asks whether somebody typed it in. */
export const ASK_MS: Ms = 3 * SECOND_MS;
/** First pause after a failed try to pair, or to poll before the first contact. */
export const FIRST_TRY_MS: Ms = 5 * SECOND_MS;

const savedClockSchema = z.object({ wallErrorMs: z.number(), correctedMs: z.number() });
const summarySchema = z.object({
  fromSeq: z.int(),
  toSeq: z.int(),
  plays: z.int(),
  airtimeMs: z.number(),
});

/** Takes up what the storage kept: identity, time, memory of the week, outbox with plays that a power cut ended. */
export function onBoot(turn: Turn, event: Extract<PlayerEvent, { type: 'boot' }>): void {
  const { saved, outbox } = event;
  const clock = readJson(savedClockSchema, saved.clock) ?? { wallErrorMs: 0, correctedMs: 0 };
  const identity = readIdentity(saved.identity);
  const summary = readJson(summarySchema, saved.summary);
  const lastPlay = outbox.plays.at(-1);
  turn.set({
    phase: identity ? 'paired' : 'unpaired',
    bootMonoMs: turn.at.monoMs,
    identity,
    time: guessedTime(event.at.wallMs, event.at.monoMs, clock.wallErrorMs, clock.correctedMs),
    week: readWeek(saved.week),
    // The memory of the week is here before the stored manifest is read and its files are looked for.
    graceMonoMs: turn.at.monoMs + GRACE_MS,
    outbox: {
      epoch: outbox.epoch,
      lastSeq: outbox.lastSeq,
      pending: outbox.plays,
      unsafe: new Set(),
      cursor: 0,
      summary,
    },
    guessedFromSeq: outbox.lastSeq + 1,
    lastEndMs: lastPlay ? Date.parse(lastPlay.startedAt) + lastPlay.durationMs : 0,
  });
  writePlays(
    turn,
    outbox.open.map((open): Play => {
      const { plannedMs, ...what } = open;
      const aliveMs = clock.correctedMs - Date.parse(open.startedAt);
      return {
        ...what,
        durationMs: Math.round(Math.min(Math.max(aliveMs, 0), plannedMs)),
        outcome: 'cut',
        reason: 'powerCut',
      };
    }),
  );
  // With a programme at hand nothing hurries, and a whole town may have got its power back in this instant.
  if (identity) goPaired(turn, saved.manifest === undefined ? 0 : turn.at.random * CROWD_SPREAD_MS);
  loadCommands(turn, saved.commands);
  if (identity) loadReceipts(turn, saved.receipts);
  else turn.errand('pair', { dueMonoMs: turn.at.monoMs });
}

function goPaired(turn: Turn, afterMs: Ms): void {
  const first = turn.at.monoMs + afterMs;
  turn.errand('pair', { dueMonoMs: Number.POSITIVE_INFINITY, inFlight: false });
  turn.errand('poll', { dueMonoMs: first });
  turn.errand('health', { dueMonoMs: first + turn.at.random * SECOND_MS });
  turn.errand('clock', { dueMonoMs: turn.at.monoMs });
  if (turn.state.config.stream) turn.errand('stream', { dueMonoMs: first });
  if (turn.state.outbox.pending.length > 0) turn.errand('report', { dueMonoMs: first });
}

/** An answer to the question how the pairing stands, or to an enrolment. Never unpairs. */
export function onPairing(turn: Turn, answer: PairingState): void {
  if (turn.state.phase === 'paired') return;
  if (answer.state === 'waiting') {
    turn.succeed('pair', ASK_MS);
    return;
  }
  if (answer.state === 'expired') {
    turn.set({ phase: 'unpaired', offer: null });
    turn.succeed('pair', SECOND_MS);
    return;
  }
  const { token, endpointId, serverKeys } = answer;
  const identity = { token, endpointId, serverKeys, highestSerial: 0 };
  turn.set({ phase: 'paired', offer: null, identity });
  turn.do({ type: 'save', slot: 'identity', text: JSON.stringify(identity) });
  goPaired(turn, 0);
}

/** Pairing or enrolment failed: a refused enrolment token makes way for pairing by code. */
export function onPairingFailed(turn: Turn, failure: LinkFailure): void {
  const { config, enrolmentSpent, offer } = turn.state;
  const final = failure.kind === 'refused' && failure.status !== 429 && failure.status !== 408;
  if (final && config.enrolmentToken !== null && !enrolmentSpent) {
    turn.trouble('enrolment.refused', `${failure.status} ${failure.code}; pairing by code instead`);
    turn.set({ enrolmentSpent: true });
    turn.succeed('pair', SECOND_MS);
    return;
  }
  if (final && offer) turn.set({ phase: 'unpaired', offer: null });
  turn.fail('pair', FIRST_TRY_MS);
}
