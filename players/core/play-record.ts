import type { EpochMs, Ms } from '../../src/base/units.ts';
import type { Play } from '../../src/contract/play-report.ts';
import { capped, takeSeq, withPlay } from './outbox.ts';
import { noteRefused, noteShown } from './override-receipts.ts';
import type { Playback, PlaybackEnd } from './playback.ts';
import type { LivePlayback } from './player-state.ts';
import type { Turn } from './turn.ts';

/** Plays may not overlap; a start so little before the last end is a step of the clock, and moves to that end. */
const CLOCK_STEP_MS: Ms = 5_000;
/** How long a file that failed on the stage is left alone. */
const BROKEN_MS: Ms = 600_000;
/** After so long an emergency that nothing could come out of is tried again. */
const UNHEARD_MS: Ms = 15_000;
/** The longest play that a report can tell. */
const LONGEST_MS: Ms = 86_400_000;

/** The first frame is out: takes a number and writes the beginning down. */
export function onStarted(turn: Turn, playId: number): void {
  const live = turn.state.live.find((one) => one.playback.playId === playId);
  if (!live || live.begun) return;
  const startedAtMs = fairStart(turn);
  const [seq, outbox] = takeSeq(turn.state.outbox);
  const begun = { seq, startedAtMs };
  turn.set({
    outbox,
    live: turn.state.live.map((one) => (one === live ? { ...one, begun } : one)),
  });
  const { playback } = live;
  if (playback.origin.kind === 'override') noteShown(turn, playback.origin.overrideId);
  turn.do({
    type: 'outbox.begin',
    play: { ...whatOf(playback, seq, startedAtMs), plannedMs: playback.plannedMs },
  });
}

/** A playback ended: writes the play down, and lets the stage be decided anew. */
export function onEnded(
  turn: Turn,
  playId: number,
  shownMs: Ms,
  how: PlaybackEnd,
  reason: string | undefined,
): void {
  const live = turn.state.live.find((one) => one.playback.playId === playId);
  if (!live) return;
  turn.set({ live: turn.state.live.filter((one) => one !== live) });
  const unheard = how === 'unheard';
  const failed = unheard || how === 'failed' || (how === 'finished' && !live.begun);
  if (live.begun) writeBegun(turn, live, live.begun, shownMs, failed, reason);
  else if (failed) writeFailed(turn, live.playback, reason ?? 'playback.neverStarted');
  leaveStage(turn, live.playback, failed);
  const { sha256 } = live.playback.media;
  if (unheard) giveUpFor(turn, live.playback, reason ?? 'unheard');
  else if (failed) {
    leaveAlone(turn, sha256, BROKEN_MS);
    turn.trouble('playback.failed', `${sha256.slice(0, 12)}: ${reason ?? 'never started'}`);
  }
}

/** The text of an emergency can be neither shown nor said: told as refused, and the programme goes on. */
export function onTextFailed(turn: Turn, overrideId: number, reason: string): void {
  const { stage } = turn.state;
  if (stage.kind !== 'text' || stage.overrideId !== overrideId) return;
  turn.set({ stage: { kind: 'nothing' } });
  leaveAlone(turn, `text ${overrideId}`, UNHEARD_MS);
  refuse(turn, overrideId, reason);
}

/** Nothing comes out of this box: a spot is over with its one try, and an emergency is tried again in a while. */
function giveUpFor(turn: Turn, { origin, media, startMs }: Playback, reason: string): void {
  turn.trouble(reason, 'nothing of the programme can be heard or seen here');
  if (origin.kind === 'override') {
    leaveAlone(turn, media.sha256, UNHEARD_MS);
    refuse(turn, origin.overrideId, reason);
  } else {
    // What stood in had the time of a spot that was told as missing.
    turn.set({ doneStartMs: origin.kind === 'spot' ? startMs : turn.state.missedStartMs });
  }
}

function refuse(turn: Turn, overrideId: number, reason: string): void {
  const { overrides, overridesTold } = turn.state;
  const entry = overrides.get(overrideId);
  if (!entry || overridesTold.has(overrideId)) return;
  turn.set({ overridesTold: new Set(overridesTold).add(overrideId) });
  noteRefused(turn, entry.statement, reason);
}

function leaveAlone(turn: Turn, name: string, forMs: Ms): void {
  turn.set({ broken: new Map(turn.state.broken).set(name, turn.at.monoMs + forMs) });
}

/** Tells once that a spot could not play because its file is not here. */
export function onMissing(
  turn: Turn,
  spot: Pick<Playback, 'media' | 'assetId' | 'origin' | 'plannedMs'>,
): void {
  writeFailed(turn, spot, 'media.missing');
}

/** Adds a finished play to the outbox and has it reported soon. */
export function writePlays(turn: Turn, plays: readonly Play[]): void {
  if (plays.length === 0) return;
  let outbox = turn.state.outbox;
  for (const play of plays) outbox = withPlay(outbox, play);
  turn.do({ type: 'outbox.append', plays });
  const [removed, smaller] = capped(outbox, turn.state.config.outboxCap);
  turn.set({ outbox: smaller });
  if (removed.length > 0) {
    turn.do({ type: 'save', slot: 'summary', text: JSON.stringify(smaller.summary) });
    turn.do({ type: 'outbox.remove', ranges: removed });
  }
  const { report } = turn.state.errands;
  if (!report.inFlight && report.failures === 0) {
    turn.errand('report', { dueMonoMs: Math.min(report.dueMonoMs, turn.reportDueMonoMs()) });
  }
}

function writeBegun(
  turn: Turn,
  live: LivePlayback,
  begun: { readonly seq: number; readonly startedAtMs: EpochMs },
  shownMs: Ms,
  failed: boolean,
  reason: string | undefined,
): void {
  const { playback } = live;
  const durationMs = Math.min(LONGEST_MS, Math.max(0, Math.round(shownMs)));
  const whole = durationMs >= playback.plannedMs - turn.state.config.completeSlackMs;
  const outcome = failed ? 'failed' : whole ? 'completed' : 'cut';
  const why =
    outcome === 'completed'
      ? undefined
      : (reason ?? live.cutBy ?? (playback.fromMs > 0 ? 'joinedLate' : 'short'));
  const stands = playback.origin.kind === 'standIn' ? 'standIn' : undefined;
  const words = [stands, why].filter((word) => word !== undefined).join(' ');
  writePlays(turn, [
    {
      ...whatOf(playback, begun.seq, begun.startedAtMs),
      durationMs,
      outcome,
      ...(words ? { reason: words.slice(0, 200) } : {}),
    },
  ]);
  turn.set({ lastEndMs: Math.max(turn.state.lastEndMs, begun.startedAtMs + durationMs) });
}

function writeFailed(turn: Turn, what: Pick<Playback, 'media' | 'assetId' | 'origin'>, reason: string): void {
  const [seq, outbox] = takeSeq(turn.state.outbox);
  turn.set({ outbox });
  const play = {
    ...whatOf(what, seq, fairStart(turn)),
    durationMs: 0,
    outcome: 'failed',
    reason: reason.slice(0, 200),
  } as const;
  writePlays(turn, [play]);
}

function leaveStage(turn: Turn, playback: Playback, failed: boolean): void {
  const { stage } = turn.state;
  if (stage.kind !== 'play' || stage.playback.playId !== playback.playId) return;
  const ofSpot = playback.origin.kind === 'spot';
  if (failed) {
    turn.set({ stage: { kind: 'nothing' } });
    // Its failure is told already, by the play itself.
    if (ofSpot) turn.set({ missedStartMs: playback.startMs });
    return;
  }
  turn.set({ stage: { ...stage, ended: true } });
  if (ofSpot) turn.set({ doneStartMs: playback.startMs });
}

function whatOf(
  what: Pick<Playback, 'media' | 'assetId' | 'origin'>,
  seq: number,
  startedAtMs: EpochMs,
): Omit<Play, 'durationMs' | 'outcome' | 'reason'> {
  const { origin } = what;
  return {
    seq,
    bookingId: origin.kind === 'override' ? null : origin.bookingId,
    ...(origin.kind === 'override' ? { overrideId: origin.overrideId } : {}),
    assetId: what.assetId,
    sha256: what.media.sha256,
    startedAt: new Date(startedAtMs).toISOString(),
  };
}

/** Now in whole milliseconds, or the end of the play before where the clock stepped back over it. */
function fairStart(turn: Turn): EpochMs {
  const now = Math.round(turn.nowMs);
  const { lastEndMs } = turn.state;
  return lastEndMs > now && lastEndMs - now < CLOCK_STEP_MS ? lastEndMs : now;
}
