import type { Ms } from '../../src/base/units.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { nextAnswer } from './command-steps.ts';
import { healthReport } from './health.ts';
import { hasSendable, nextBatch } from './outbox.ts';
import { nextReceipts } from './override-receipts.ts';
import type { LinkFailure } from './player-event.ts';
import type { Errand } from './player-state.ts';
import { filesInOrderOfNeed } from './prefetch.ts';
import { correctedMs } from './server-time.ts';
import { SNAP_MS, type Turn } from './turn.ts';

/** A request whose answer never comes counts as failed after so long. */
const STUCK_MS: Ms = 3 * MINUTE_MS;
/** How long files not looked for yet are waited for before they count as missing. */
export const GRACE_MS: Ms = 10 * SECOND_MS;
/** When power or network come back to all at once, each asks for the first time somewhen in so long. */
export const CROWD_SPREAD_MS: Ms = 4 * SECOND_MS;
/** The errands of a paired player; an unpaired one has `pair` alone. */
const PAIRED_ERRANDS = [
  'poll',
  'health',
  'report',
  'receipts',
  'answers',
  'media',
  'stream',
  'clock',
] as const;

/** Begins every errand that is due. */
export function runErrands(turn: Turn): void {
  const names: readonly Errand[] = turn.state.phase === 'paired' ? PAIRED_ERRANDS : ['pair'];
  for (const name of names) {
    const { dueMonoMs, inFlight } = turn.state.errands[name];
    if (turn.at.monoMs + SNAP_MS < dueMonoMs) continue;
    if (inFlight) {
      turn.trouble('link.stuck', `no answer to ${name} in ${STUCK_MS / SECOND_MS} seconds`);
      turn.fail(name, SECOND_MS);
    } else {
      begin(turn, name);
    }
  }
}

/** The earliest monotonic instant at which an errand wants the player awake. */
export function nextErrandMono(turn: Turn): Ms {
  const all = Object.values(turn.state.errands) as readonly { readonly dueMonoMs: Ms }[];
  return Math.min(...all.map((errand) => errand.dueMonoMs));
}

/** Takes in that a request failed: back-off, and for a refused token the slowest pace. Nothing is forgotten. */
export function onFailure(turn: Turn, name: Errand, failure: LinkFailure, firstMs: Ms): void {
  if (failure.status === 401 || failure.status === 403) {
    turn.trouble('token.refused', `the server refused this player's token (${failure.code}); it plays on`);
    turn.slow(name);
    return;
  }
  if (failure.kind !== 'offline') turn.trouble(`link.${name}`, `${failure.status} ${failure.code}`);
  turn.fail(name, firstMs);
}

/** After an outage, the first sign of life has what failed tried again soon, instead of after its back-off. */
export function onContact(turn: Turn): void {
  const { lastContactMs, pollMs } = turn.state;
  turn.set({ lastContactMs: turn.nowMs });
  if (lastContactMs !== null && turn.nowMs - lastContactMs <= 2 * pollMs) return;
  for (const name of ['report', 'receipts', 'answers', 'media'] as const) {
    const errand = turn.state.errands[name];
    if (errand.failures === 0 || errand.inFlight) continue;
    const soon = turn.at.monoMs + turn.jittered(2 * SECOND_MS);
    turn.errand(name, { failures: 0, dueMonoMs: Math.min(errand.dueMonoMs, soon) });
  }
}

function begin(turn: Turn, name: Errand): void {
  turn.errand(name, { inFlight: true, dueMonoMs: turn.at.monoMs + STUCK_MS });
  const { state } = turn;
  if (name === 'pair') beginPairing(turn);
  else if (name === 'poll') turn.do({ type: 'poll', etag: state.etag });
  else if (name === 'stream') beginStream(turn);
  else if (name === 'health') {
    turn.set({ troublesTold: state.troubles });
    turn.do({ type: 'health.send', report: healthReport(state, turn.at) });
  } else if (name === 'report') beginReport(turn);
  else if (name === 'receipts') beginReceipts(turn);
  else if (name === 'answers') nextAnswer(turn);
  else if (name === 'media') orderMedia(turn);
  else saveClock(turn);
}

function beginPairing(turn: Turn): void {
  const { config, offer, enrolmentSpent } = turn.state;
  if (config.enrolmentToken !== null && !enrolmentSpent)
    turn.do({ type: 'pair.enrol', token: config.enrolmentToken });
  else if (offer) turn.do({ type: 'pair.ask', secret: offer.secret });
  else turn.do({ type: 'pair.offer' });
}

function beginStream(turn: Turn): void {
  // The stream has no end of its own: only its closing makes it due again.
  turn.errand('stream', { dueMonoMs: Number.POSITIVE_INFINITY });
  turn.do({ type: 'stream.open' });
}

function beginReport(turn: Turn): void {
  const { outbox, config, time } = turn.state;
  // Before the first contact the stamps are guesses; the first clock sample sets this errand going.
  if (!time.synced || !hasSendable(outbox)) {
    turn.errand('report', { inFlight: false, dueMonoMs: Number.POSITIVE_INFINITY });
    return;
  }
  const [plays, next] = nextBatch(outbox, config.reportBatch);
  turn.set({ outbox: next });
  const now = new Date(correctedMs(time, turn.at.monoMs)).toISOString();
  turn.do({ type: 'report.send', report: { epoch: outbox.epoch, plays: [...plays], clock: { now } } });
}

function beginReceipts(turn: Turn): void {
  const receipts = nextReceipts(turn);
  if (receipts) turn.do({ type: 'receipts.send', receipts });
  else turn.errand('receipts', { inFlight: false, dueMonoMs: Number.POSITIVE_INFINITY });
}

/** Orders every file that is not ready, in order of need. */
export function orderMedia(turn: Turn): void {
  const { programme, week, ready, absent } = turn.state;
  const files = filesInOrderOfNeed(programme, week, turn.nowMs);
  const order = files.filter((file) => !ready.has(file.sha256));
  // After all others in the order of need: where there is no room for both, the newer file comes.
  const former = new Map(
    week.former.filter(({ media }) => !ready.has(media)).map(({ file }) => [file.sha256, file]),
  );
  for (const { sha256 } of files) former.delete(sha256);
  const formerOrder = [...former.values()].filter(({ sha256 }) => !ready.has(sha256));
  if ([...order, ...formerOrder].some(({ sha256 }) => !absent.has(sha256)))
    turn.set({ graceMonoMs: turn.at.monoMs + GRACE_MS });
  turn.errand('media', { inFlight: false, dueMonoMs: Number.POSITIVE_INFINITY });
  turn.do({
    type: 'media.want',
    order,
    former: formerOrder,
    keep: [...files.map((file) => file.sha256), ...former.keys()],
  });
}

/** Keeps how wrong the calendar clock is, and a time that the next run cannot fall behind. */
export function saveClock(turn: Turn): void {
  const correctedNowMs = Math.round(turn.nowMs);
  const wallErrorMs = correctedNowMs - turn.at.wallMs;
  turn.do({
    type: 'save',
    slot: 'clock',
    text: JSON.stringify({ wallErrorMs, correctedMs: correctedNowMs }),
  });
  turn.errand('clock', { inFlight: false, dueMonoMs: turn.at.monoMs + MINUTE_MS });
}
