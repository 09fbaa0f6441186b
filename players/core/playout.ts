import type { EpochMs, Ms } from '../../src/base/units.ts';
import { HOUR_MS } from '../../src/base/units.ts';
import type { ManifestMedia } from '../../src/contract/manifest.ts';
import { mediaClassOf } from '../../src/contract/media-type.ts';
import { activeOverride, nextOverrideChange, type OverrideEntry, withoutEnded } from './override-book.ts';
import { noteRefused } from './override-receipts.ts';
import { onMissing } from './play-record.ts';
import type { Playback, RestCause } from './playback.ts';
import type { OnStage, PlayerState } from './player-state.ts';
import { monoOf } from './server-time.ts';
import { isKnown, type PlacedSpot, spotAt, spotFrom, stretchAt, type Timeline } from './timeline.ts';
import { SNAP_MS, type Turn } from './turn.ts';

/** How many coming spots are searched for a file that can stand in. */
const STAND_IN_SEARCH = 240;

/**
 * Decides what is on the stage now; called after everything that may change it. Does nothing when the right
 * thing is on already.
 *
 * Joining: a spot whose time has begun is joined in its middle, at the position where its neighbours are,
 * while at least `joinMinMs` of it remains; else the next spot is awaited. A spot whose file is not here yet plays
 * the former one of the same asset and booking; without one it is told as failed once, and the next spots whose files
 * are here stand in until its time is over.
 */
export function decide(turn: Turn): void {
  if (turn.state.phase !== 'paired') {
    showPairing(turn);
    return;
  }
  const now = turn.nowMs + SNAP_MS;
  const book = withoutEnded(turn.state.overrides, now);
  if (book !== turn.state.overrides) turn.set({ overrides: book });
  const active = activeOverride(book, now);
  if (!active || !showOverride(turn, active, now)) showProgramme(turn, now);
  const dueMs = Math.min(turn.state.stageDueMs, nextOverrideChange(book, now), now + HOUR_MS);
  turn.set({ stageDueMs: Math.max(dueMs, now) });
}

function showPairing(turn: Turn): void {
  const { stage, offer, phase } = turn.state;
  turn.set({ stageDueMs: Number.POSITIVE_INFINITY });
  if (phase !== 'pairing' || !offer) {
    rest(turn, 'unpaired');
    return;
  }
  if (stage.kind === 'code' && stage.code === offer.code) return;
  turn.set({ stage: { kind: 'code', code: offer.code } });
  turn.do({ type: 'stage.code', code: offer.code, expiresAt: Date.parse(offer.expiresAt), qr: offer.qr });
}

/** Puts the override on; false when none of its material is here, so that the programme goes on instead. */
function showOverride(turn: Turn, entry: OverrideEntry, now: EpochMs): boolean {
  const { overrideId, serial, show, drill } = entry.statement;
  const { stage } = turn.state;
  turn.set({ stageDueMs: entry.untilMs });
  if (show.kind === 'text') {
    if (isLeftAlone(turn, `text ${overrideId}`)) return false;
    if (stage.kind === 'text' && stage.overrideId === overrideId && stage.serial === serial) return true;
    cutWhatIsOn(turn, 'override');
    turn.set({ stage: { kind: 'text', overrideId, serial } });
    turn.do({ type: 'stage.text', overrideId, title: show.title, body: show.body, lang: show.lang, drill });
    return true;
  }
  const on = stage.kind === 'play' && stage.playback.origin.kind === 'override' ? stage : null;
  const mine =
    on && on.playback.origin.kind === 'override' && on.playback.origin.overrideId === overrideId ? on : null;
  if (mine && !mine.ended && now < mine.endMs && show.media.includes(mine.playback.media.sha256)) {
    turn.set({ stageDueMs: Math.min(mine.endMs, entry.untilMs) });
    return true;
  }
  const first = mine ? turn.state.overrideIndex + 1 : 0;
  for (let step = 0; step < show.media.length; step += 1) {
    const index = (first + step) % show.media.length;
    const media = fileOf(turn.state, show.media[index] ?? '');
    if (!media || !isPlayable(turn, media)) continue;
    turn.set({ overrideIndex: index });
    const endMs = Math.min(now + media.durationMs, entry.untilMs);
    const origin = { kind: 'override', overrideId } as const;
    play(
      turn,
      { media, assetId: show.assetId, origin, startMs: now, plannedMs: media.durationMs, fromMs: 0 },
      endMs,
      'override',
    );
    turn.set({ stageDueMs: endMs });
    return true;
  }
  if (!turn.state.overridesTold.has(overrideId)) {
    turn.set({ overridesTold: new Set(turn.state.overridesTold).add(overrideId) });
    turn.trouble('override.mediaMissing', `override ${overrideId}: none of its material is here`);
    noteRefused(turn, { overrideId, serial }, 'override.mediaMissing');
  }
  return false;
}

function showProgramme(turn: Turn, now: EpochMs): void {
  const line: Timeline = { programme: turn.state.programme, week: turn.state.week };
  if (!isKnown(line, now)) {
    turn.set({ stageDueMs: now + HOUR_MS });
    rest(turn, 'noProgramme');
    return;
  }
  const { config, doneStartMs } = turn.state;
  const on = standing(turn, now);
  if (on && !on.ended && now < on.endMs) {
    turn.set({ stageDueMs: on.endMs });
    // Its file may have come only now.
    preload(turn, spotFrom(line, on.endMs));
    return;
  }
  const due = spotAt(line, now);
  // One that began a little early and is done has the one before it done too.
  const isDone = ({ startMs }: PlacedSpot): boolean =>
    doneStartMs !== null &&
    (startMs === doneStartMs || (startMs < doneStartMs && doneStartMs - now <= config.earlyMs));
  if (due && !isDone(due)) {
    const late = now - due.startMs;
    if (late <= config.earlyMs || due.endMs - now >= config.joinMinMs) {
      playSpot(turn, line, due, now);
      return;
    }
  }
  const next = spotFrom(line, due ? due.endMs : now);
  if (next && !isDone(next) && next.startMs - now <= config.earlyMs) {
    playSpot(turn, line, next, now);
    return;
  }
  preload(turn, next);
  turn.set({ stageDueMs: due?.endMs ?? next?.startMs ?? now + HOUR_MS });
  // The last frame stands until its spot is over.
  if (due && on) return;
  rest(turn, due || stretchAt(line, now) ? 'gap' : 'closed');
}

/** What plays of the programme, if it may stay: an override, a withdrawn file or a leap of the clock end it. */
function standing(turn: Turn, now: EpochMs): Extract<OnStage, { kind: 'play' }> | null {
  const { stage, programme, config } = turn.state;
  if (stage.kind !== 'play' || stage.playback.origin.kind === 'override') return null;
  if (now < stage.playback.startMs - 2 * config.earlyMs) return null;
  const current = programme && now < programme.validUntilMs ? programme.media : turn.state.week.media;
  const { sha256 } = stage.playback.media;
  return current.has(sha256) || isFormer(turn.state, stage.playback) ? stage : null;
}

function playSpot(turn: Turn, line: Timeline, due: PlacedSpot, now: EpochMs): void {
  const { spot } = due;
  const media = fileToPlay(turn, due) ?? due.media;
  const origin = { kind: 'spot', bookingId: spot.bookingId } as const;
  const late = now - due.startMs;
  const fromMs = late > turn.state.config.earlyMs ? Math.floor(late) : 0;
  const what = {
    media,
    assetId: spot.assetId,
    origin,
    startMs: due.startMs,
    plannedMs: spot.durationMs,
    fromMs,
  };
  if (isPlayable(turn, media)) {
    if (mediaClassOf(media.type) !== 'image' && fromMs >= media.durationMs) {
      // The film is shorter than its spot and over already: nothing to join.
      turn.set({ doneStartMs: due.startMs });
      showProgramme(turn, now);
      return;
    }
    turn.set({ standInMs: null, stageDueMs: due.endMs });
    play(turn, what, due.endMs, 'programme');
    preload(turn, spotFrom(line, due.endMs));
    return;
  }
  turn.set({ stageDueMs: due.endMs });
  if (isUnknown(turn, due)) {
    turn.set({ stageDueMs: Math.min(due.endMs, now + turn.state.graceMonoMs - turn.at.monoMs) });
    if (!standing(turn, now)) rest(turn, 'noMedia');
    return;
  }
  if (turn.state.missedStartMs !== due.startMs) {
    turn.set({ missedStartMs: due.startMs });
    onMissing(turn, what);
  }
  standIn(turn, line, due, now);
}

function standIn(turn: Turn, line: Timeline, due: PlacedSpot, now: EpochMs): void {
  const start = turn.state.standInMs;
  let from = start !== null && start >= due.startMs ? start + 1 : due.endMs;
  for (let tried = 0; tried < STAND_IN_SEARCH; tried += 1) {
    const next = spotFrom(line, from);
    if (!next) break;
    from = next.startMs + 1;
    const media = fileToPlay(turn, next);
    if (!media) continue;
    turn.set({ standInMs: next.startMs });
    const { assetId, bookingId, durationMs } = next.spot;
    const what = {
      media,
      assetId,
      origin: { kind: 'standIn', bookingId } as const,
      startMs: now,
      // Its own length, so that one that the missing spot has no room for is told as cut.
      plannedMs: durationMs,
      fromMs: 0,
    };
    const endMs = Math.min(now + durationMs, due.endMs);
    play(turn, what, endMs, 'programme');
    turn.set({ stageDueMs: endMs });
    return;
  }
  rest(turn, 'noMedia');
}

function play(turn: Turn, what: Omit<Playback, 'playId' | 'endMonoMs'>, endMs: EpochMs, cutBy: string): void {
  cutWhatIsOn(turn, cutBy);
  const playId = turn.state.nextPlayId;
  const playback: Playback = { ...what, playId, endMonoMs: monoOf(turn.state.time, endMs) };
  turn.set({
    nextPlayId: playId + 1,
    stage: { kind: 'play', playback, endMs, ended: false },
    live: [...turn.state.live, { playback, begun: null, cutBy: null }].slice(-8),
  });
  turn.do({ type: 'stage.play', playback });
}

function rest(turn: Turn, cause: RestCause): void {
  const { stage } = turn.state;
  if (stage.kind === 'rest' && stage.cause === cause) return;
  cutWhatIsOn(turn, cause);
  turn.set({ stage: { kind: 'rest', cause } });
  turn.do({ type: 'stage.rest', cause });
}

/** Notes why the playback now on ends before its time, if it does. */
function cutWhatIsOn(turn: Turn, cutBy: string): void {
  const { stage } = turn.state;
  if (stage.kind !== 'play' || stage.ended || turn.nowMs + SNAP_MS >= stage.endMs) return;
  turn.set({ live: turn.state.live.map((one) => (one.cutBy ? one : { ...one, cutBy })) });
}

function preload(turn: Turn, next: PlacedSpot | null): void {
  const media = next && fileToPlay(turn, next);
  if (!next || !media) return;
  const key = `${next.startMs}`;
  if (turn.state.preloaded === key || next.startMs - turn.nowMs > turn.state.config.preloadMs) return;
  turn.set({ preloaded: key });
  turn.do({ type: 'stage.preload', media, dueMonoMs: monoOf(turn.state.time, next.startMs) });
}

function fileOf(state: PlayerState, sha256: string): ManifestMedia | null {
  return state.programme?.media.get(sha256) ?? state.week.media.get(sha256) ?? null;
}

/** The file of a spot, or while it is not here the former one of the same asset and booking; null without either. */
function fileToPlay(turn: Turn, { media, spot }: PlacedSpot): ManifestMedia | null {
  if (isPlayable(turn, media)) return media;
  return formerOf(turn.state, { media, spot }).find((file) => isPlayable(turn, file)) ?? null;
}

function formerOf(
  { week }: PlayerState,
  { media, spot }: Pick<PlacedSpot, 'media' | 'spot'>,
): ManifestMedia[] {
  return week.former
    .filter(
      (one) => one.media === media.sha256 && one.assetId === spot.assetId && one.bookingId === spot.bookingId,
    )
    .map((one) => one.file);
}

/** Whether what plays was named for an asset and a booking for which another file is named now. */
function isFormer({ week }: PlayerState, { media, assetId, origin }: Playback): boolean {
  return week.former.some(
    (one) =>
      one.file.sha256 === media.sha256 &&
      one.assetId === assetId &&
      origin.kind !== 'override' &&
      one.bookingId === origin.bookingId,
  );
}

function isPlayable(turn: Turn, media: ManifestMedia): boolean {
  return turn.state.ready.has(media.sha256) && !isLeftAlone(turn, media.sha256);
}

/** Whether a file, or the text of an override, failed a moment ago. */
function isLeftAlone(turn: Turn, name: string): boolean {
  const untilMonoMs: Ms = turn.state.broken.get(name) ?? Number.NEGATIVE_INFINITY;
  return turn.at.monoMs < untilMonoMs;
}

/** Not looked for yet, and still worth a moment's wait before it counts as missing. */
function isUnknown(turn: Turn, due: PlacedSpot): boolean {
  const { ready, absent, graceMonoMs } = turn.state;
  const unseen = ({ sha256 }: ManifestMedia): boolean => !ready.has(sha256) && !absent.has(sha256);
  return turn.at.monoMs < graceMonoMs && [due.media, ...formerOf(turn.state, due)].some(unseen);
}
