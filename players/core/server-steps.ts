import type { Ms } from '../../src/base/units.ts';
import { HOUR_MS, SECOND_MS } from '../../src/base/units.ts';
import type { PlayReceipt } from '../../src/contract/play-report.ts';
import { acceptManifest } from './accept-manifest.ts';
import { CROWD_SPREAD_MS, onContact, orderMedia, saveClock } from './errands.ts';
import { confirmed, hasSendable, rewound, stored } from './outbox.ts';
import { withStatement } from './override-book.ts';
import { noteTooLate } from './override-receipts.ts';
import { writePlays } from './play-record.ts';
import type { LinkFailure, PlayerEvent, RoundTrip } from './player-event.ts';
import { guessedTime, withTrip } from './server-time.ts';
import type { Turn } from './turn.ts';
import { remember, writeWeek } from './week-memory.ts';

/** A stream that held at least so long was a good one: the next opens soon. */
const GOOD_STREAM_MS: Ms = 10 * SECOND_MS;

/** An answer told the server's time; the first one of a run makes an end of guessing. */
export function onClockSample(turn: Turn, trip: RoundTrip): void {
  const before = turn.state.time;
  const time = withTrip(before, trip);
  turn.set({ time });
  onContact(turn);
  if (before.synced || !time.synced) return;
  if (turn.state.receipts.length > 0) turn.errand('receipts', { dueMonoMs: turn.at.monoMs });
  restamp(turn, Math.round(time.offsetMs - before.offsetMs));
  saveClock(turn);
  reportSoon(turn);
}

/** At the first contact of a run: plays stamped with a guess get the time that it should have been. */
function restamp(turn: Turn, shiftMs: Ms): void {
  const { outbox, live, guessedFromSeq } = turn.state;
  turn.set({ guessedFromSeq: null });
  if (shiftMs === 0 || guessedFromSeq === null) return;
  const shifted = outbox.pending
    .filter((play) => play.seq >= guessedFromSeq && play.reason !== 'powerCut')
    .map((play) => ({ ...play, startedAt: new Date(Date.parse(play.startedAt) + shiftMs).toISOString() }));
  turn.set({
    lastEndMs: turn.state.lastEndMs + (shifted.length > 0 ? shiftMs : 0),
    live: live.map((one) =>
      one.begun ? { ...one, begun: { ...one.begun, startedAtMs: one.begun.startedAtMs + shiftMs } } : one,
    ),
  });
  writePlays(turn, shifted);
}

/** A poll went well, whether or not it brought something. */
export function onPolled(turn: Turn): void {
  const again = turn.state.pollAgain;
  turn.set({ pollAgain: false });
  turn.succeed('poll', again ? SECOND_MS : turn.jittered(turn.state.pollMs));
  onContact(turn);
}

/** A manifest whose signature was good: checks the rest, takes it up, or refuses it and goes on as before. */
export function onManifest(turn: Turn, event: Extract<PlayerEvent, { type: 'manifest.verified' }>): void {
  const { identity, time, config } = turn.state;
  if (!identity) return;
  const { fromStorage } = event;
  const programme = acceptManifest(event.text, {
    endpointId: identity.endpointId,
    highestSerial: identity.highestSerial,
    nowMs: time.synced && !fromStorage ? turn.nowMs : null,
    shelf: config.shelf,
  });
  if (typeof programme === 'string') {
    turn.trouble(programme, `a ${fromStorage ? 'stored' : 'fetched'} manifest was refused and not shown`);
    if (!fromStorage) turn.fail('poll', 2 * turn.state.pollMs);
    return;
  }
  // A clock that shows a time before the manifest was made is slow for certain.
  if (!time.synced && programme.issuedAtMs > turn.nowMs) {
    turn.set({ time: guessedTime(programme.issuedAtMs, turn.at.monoMs, 0, 0) });
  }
  const week = remember(turn.state.week, programme, { ready: turn.state.ready, playing: playing(turn) });
  turn.set({ programme, etag: event.etag, week, preloaded: null });
  if (programme.serial > identity.highestSerial) {
    const grown = { ...identity, highestSerial: programme.serial };
    turn.set({ identity: grown });
    turn.do({ type: 'save', slot: 'identity', text: JSON.stringify(grown) });
  }
  if (!fromStorage) {
    turn.do({ type: 'save', slot: 'manifest', text: JSON.stringify({ jws: event.jws, etag: event.etag }) });
    turn.do({ type: 'save', slot: 'week', text: writeWeek(turn.state.week) });
    onPolled(turn);
  }
  orderMedia(turn);
}

/** What of the programme is on the stage. */
function playing({ state: { stage } }: Turn) {
  if (stage.kind !== 'play' || stage.playback.origin.kind === 'override') return null;
  const { media, assetId, origin } = stage.playback;
  return { sha256: media.sha256, assetId, bookingId: origin.bookingId };
}

/** A statement about an emergency whose signature was good. */
export function onOverride(turn: Turn, text: string, jws: string): void {
  const { identity, overrides, time } = turn.state;
  if (!identity) return;
  const book = withStatement(overrides, text, jws, identity.endpointId, time.synced ? turn.nowMs : null);
  if (typeof book === 'string') {
    // A statement for others, or one heard before, is no trouble.
    if (book === 'override.ended') noteTooLate(turn, text);
    if (book === 'override.malformed')
      turn.trouble(book, 'an override with a good signature could not be read');
    return;
  }
  turn.set({ overrides: book });
  // A compact JWS has no letter that JSON would escape, and texts put together so are not copied.
  let statements = '';
  for (const entry of book.values()) statements += `${statements === '' ? '' : ','}"${entry.jws}"`;
  turn.do({ type: 'save', slot: 'overrides', text: `[${statements}]` });
}

/** The stream says that there is a newer manifest: polls soon. */
export function onBell(turn: Turn, revision: string | null): void {
  if (revision !== null && revision === turn.state.programme?.revision) return;
  const { poll } = turn.state.errands;
  if (poll.inFlight) {
    turn.set({ pollAgain: true });
    return;
  }
  // Up to a second's chance, so that a fleet does not come in one instant.
  turn.errand('poll', { dueMonoMs: Math.min(poll.dueMonoMs, turn.at.monoMs + turn.at.random * SECOND_MS) });
}

/** The event stream ended; it is opened again after a pause. */
export function onStreamClosed(turn: Turn, failure: LinkFailure | null): void {
  const { streamOpenedMonoMs } = turn.state;
  const held = streamOpenedMonoMs === null ? 0 : turn.at.monoMs - streamOpenedMonoMs;
  turn.set({ streamOpenedMonoMs: null });
  if (held >= GOOD_STREAM_MS) turn.errand('stream', { failures: 0 });
  // A server without a stream says so with 404: the poll finds the same facts.
  if (failure?.kind === 'refused') turn.slow('stream');
  else turn.failSpread('stream', CROWD_SPREAD_MS);
}

/** The event stream is open: this server is well, so what failed with another one is tried again soon. */
export function onStreamOpened(turn: Turn): void {
  turn.set({ streamOpenedMonoMs: turn.at.monoMs });
  onContact(turn);
  for (const name of ['poll', 'report', 'receipts'] as const) {
    const { failures, inFlight, dueMonoMs } = turn.state.errands[name];
    if (failures === 0 || inFlight) continue;
    turn.errand(name, { dueMonoMs: Math.min(dueMonoMs, turn.at.monoMs + turn.jittered(2 * SECOND_MS)) });
  }
}

/** Whether nothing answered although the stream is open: one of several servers was lost, another is there. */
export function isPassing(turn: Turn, failure: LinkFailure): boolean {
  return failure.kind === 'offline' && turn.state.streamOpenedMonoMs !== null;
}

/** The server confirmed plays: forgets exactly those. */
export function onReceipt(turn: Turn, receipt: PlayReceipt): void {
  const { received, rejected, missing } = receipt;
  const [removed, outbox] = confirmed(turn.state.outbox, received);
  turn.set({ outbox: rewound(outbox, missing) });
  if (removed.length > 0) turn.do({ type: 'outbox.remove', ranges: removed });
  for (const { seq, code } of rejected.slice(0, 5))
    turn.trouble(code, `play ${seq ?? 'without a number'} was kept apart`);
  onContact(turn);
  // A receipt that confirms nothing would make an endless loop of the same batch: back off instead.
  if (removed.length === 0 && hasSendable(turn.state.outbox)) turn.fail('report', turn.state.config.reportMs);
  else turn.succeed('report', hasSendable(turn.state.outbox) ? 0 : Number.POSITIVE_INFINITY);
}

/** Finished plays are safe in storage and may be sent. */
export function onStored(turn: Turn, seqs: readonly number[]): void {
  turn.set({ outbox: stored(turn.state.outbox, seqs) });
  const { report } = turn.state.errands;
  if (report.inFlight || report.dueMonoMs !== Number.POSITIVE_INFINITY) return;
  turn.errand('report', { dueMonoMs: turn.reportDueMonoMs() });
}

/** Has the outbox sent now. */
export function reportSoon(turn: Turn): void {
  if (turn.state.errands.report.inFlight) return;
  turn.errand('report', { dueMonoMs: turn.at.monoMs, failures: 0 });
}

/** The server answered a health report: troubles told are forgotten, and its wishes taken in. */
export function onHealth(turn: Turn, pollAfterMs: Ms, resend: PlayReceipt['missing']): void {
  const { troubles, troublesTold, config } = turn.state;
  turn.set({
    troubles: troubles.filter((trouble) => !troublesTold.includes(trouble)),
    troublesTold: [],
    pollMs: Math.min(Math.max(pollAfterMs, 5 * SECOND_MS), HOUR_MS),
  });
  turn.succeed('health', turn.jittered(config.healthMs));
  onContact(turn);
  if (resend.length > 0) {
    turn.set({ outbox: rewound(turn.state.outbox, resend) });
    reportSoon(turn);
  }
}
