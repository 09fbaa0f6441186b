import { SECOND_MS } from '../../src/base/units.ts';
import { ANSWER_AGAIN_MS, answered, dropRefused, onCommand, onCommandEnded } from './command-steps.ts';
import type { Effect } from './effect.ts';
import { nextErrandMono, onFailure, runErrands } from './errands.ts';
import { onRotation } from './key-steps.ts';
import { rewound } from './outbox.ts';
import { noteAiring, noteShown, RECEIPTS_AGAIN_MS, receiptsTaken } from './override-receipts.ts';
import { ASK_MS, FIRST_TRY_MS, onBoot, onPairing, onPairingFailed } from './pairing-steps.ts';
import { onEnded, onStarted, onTextFailed } from './play-record.ts';
import type { PlayerEvent } from './player-event.ts';
import type { PlayerState } from './player-state.ts';
import { decide } from './playout.ts';
import {
  isPassing,
  onBell,
  onClockSample,
  onHealth,
  onManifest,
  onOverride,
  onPolled,
  onReceipt,
  onStored,
  onStreamClosed,
  onStreamOpened,
  reportSoon,
} from './server-steps.ts';
import { monoOf } from './server-time.ts';
import { Turn } from './turn.ts';

/**
 * The whole player as a function: takes one event, returns the next state and what is to be done. No I/O,
 * no clock, no chance but what the event brings. Time inside the event must never run backwards
 * (`monoMs`); the calendar clock may leap as it likes.
 */
export function step(
  state: PlayerState,
  event: PlayerEvent,
): [state: PlayerState, effects: readonly Effect[]] {
  const turn = new Turn(state, event.at);
  takeIn(turn, event);
  if (turn.state.phase !== 'unborn') {
    decide(turn);
    noteAiring(turn);
    runErrands(turn);
    setAlarm(turn, event.type === 'tick');
  }
  return [turn.state, turn.effects];
}

function takeIn<T extends PlayerEvent['type']>(turn: Turn, event: PlayerEvent & { readonly type: T }): void {
  const handle: (turn: Turn, event: Extract<PlayerEvent, { type: T }>) => void = HANDLERS[event.type];
  handle(turn, event as Extract<PlayerEvent, { type: T }>);
}

const HANDLERS: {
  readonly [T in PlayerEvent['type']]: (turn: Turn, event: Extract<PlayerEvent, { type: T }>) => void;
} = {
  boot: onBoot,
  tick: () => {},
  'pairing.offered': (turn, { offer }) => {
    turn.set({ phase: 'pairing', offer });
    turn.succeed('pair', ASK_MS);
  },
  'pairing.answered': (turn, { answer }) => onPairing(turn, answer),
  'pairing.failed': (turn, { failure }) => onPairingFailed(turn, failure),
  'clock.sample': (turn, { trip }) => onClockSample(turn, trip),
  'poll.unchanged': (turn) => onPolled(turn),
  'poll.failed': (turn, { failure }) => {
    const { lastContactMs, pollMs } = turn.state;
    const isFirst = lastContactMs === null || isPassing(turn, failure);
    onFailure(turn, 'poll', failure, isFirst ? FIRST_TRY_MS : 2 * pollMs);
  },
  'manifest.verified': onManifest,
  'statement.refused': (turn, { what, fault }) => {
    turn.trouble(fault, `a ${what} did not pass its signature check and was not shown`);
    if (what === 'manifest') turn.fail('poll', 2 * turn.state.pollMs);
  },
  'override.verified': (turn, { text, jws }) => onOverride(turn, text, jws),
  'command.verified': (turn, { text }) => onCommand(turn, text),
  'command.ended': (turn, { receipt }) => onCommandEnded(turn, receipt),
  'answer.taken': (turn, { commandId }) => answered(turn, commandId),
  'answer.failed': (turn, { failure }) => {
    if (!dropRefused(turn, failure)) onFailure(turn, 'answers', failure, ANSWER_AGAIN_MS);
  },
  'rotation.verified': (turn, { text, kid }) => onRotation(turn, text, kid),
  bell: (turn, { revision }) => onBell(turn, revision),
  'stream.opened': (turn) => onStreamOpened(turn),
  'stream.closed': (turn, { failure }) => onStreamClosed(turn, failure),
  'media.ready': (turn, { sha256 }) => {
    turn.errand('media', { failures: 0 });
    setFile(turn, sha256, true);
  },
  'media.absent': (turn, { sha256 }) => setFile(turn, sha256, false),
  'media.failed': (turn, { sha256, code }) => {
    turn.trouble(code, `file ${sha256.slice(0, 12)} could not be fetched`);
    if (turn.state.errands.media.dueMonoMs === Number.POSITIVE_INFINITY) turn.fail('media', FIRST_TRY_MS);
  },
  'media.lost': (turn, { sha256, code }) => {
    setFile(turn, sha256, false);
    turn.trouble(code, `file ${sha256.slice(0, 12)} was lost and is fetched again`);
    turn.errand('media', { dueMonoMs: turn.at.monoMs });
  },
  'playback.started': (turn, { playId }) => onStarted(turn, playId),
  'playback.ended': (turn, { playId, shownMs, how, reason }) => onEnded(turn, playId, shownMs, how, reason),
  'outbox.stored': (turn, { seqs }) => onStored(turn, seqs),
  'report.answered': (turn, { receipt }) => onReceipt(turn, receipt),
  'report.failed': (turn, { failure }) => {
    // What was in the lost batch is sent again: nothing is gone before a receipt covers it.
    turn.set({ outbox: { ...turn.state.outbox, cursor: 0 } });
    onFailure(
      turn,
      'report',
      failure,
      isPassing(turn, failure) ? FIRST_TRY_MS : 2 * turn.state.config.reportMs,
    );
  },
  'text.shown': (turn, { overrideId }) => noteShown(turn, overrideId),
  'text.failed': (turn, { overrideId, reason }) => onTextFailed(turn, overrideId, reason),
  'receipts.taken': (turn, { receipts }) => receiptsTaken(turn, receipts),
  'receipts.failed': (turn, { failure }) => onFailure(turn, 'receipts', failure, RECEIPTS_AGAIN_MS),
  resend: (turn, { ranges }) => {
    turn.set({ outbox: rewound(turn.state.outbox, ranges) });
    reportSoon(turn);
  },
  'health.answered': (turn, { answer }) => onHealth(turn, answer.pollAfterMs, answer.resend),
  'health.failed': (turn, { failure }) => onFailure(turn, 'health', failure, 60 * SECOND_MS),
  trouble: (turn, { code, detail }) => turn.trouble(code, detail),
};

/** Notes that a file is ready to play, or known not to be. */
function setFile(turn: Turn, sha256: string, isReady: boolean): void {
  const ready = new Set(turn.state.ready);
  const absent = new Set(turn.state.absent);
  (isReady ? ready : absent).add(sha256);
  (isReady ? absent : ready).delete(sha256);
  turn.set({ ready, absent });
}

/** One alarm for everything that waits for a time. */
function setAlarm(turn: Turn, rang: boolean): void {
  const stageMono = monoOf(turn.state.time, turn.state.stageDueMs);
  const atMonoMs = Math.min(nextErrandMono(turn), stageMono);
  if (!Number.isFinite(atMonoMs) || (!rang && atMonoMs === turn.state.wakeMonoMs)) return;
  turn.set({ wakeMonoMs: atMonoMs });
  turn.do({ type: 'wake', atMonoMs });
}
