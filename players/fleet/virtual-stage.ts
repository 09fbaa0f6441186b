import type { EpochMs, Ms } from '../../src/base/units.ts';
import { mediaClassOf } from '../../src/contract/media-type.ts';
import type { Playback } from '../core/playback.ts';
import type { Happening } from '../core/player-event.ts';

/** What was really on, by the box's own stage; the truth that the server's book is compared with. */
export interface Showing {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly sha256: string;
  readonly assetId: number;
}

/** A stretch of power without anything on, [startMs, endMs). */
export interface Blank {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}

/** The picture of a virtual box. */
export interface VirtualStage {
  /** Shows a playback after a start-up time of up to 80 ms; what was asked before and not shown yet never will be. */
  play(playback: Playback): void;
  /** Ends what is on and shows nothing. */
  rest(): void;
  powerOn(): void;
  /** What is on ends without a word to the player. */
  powerOff(): void;
  readonly showings: readonly Showing[];
  readonly blanks: readonly Blank[];
}

/** Builds a dark stage. `later` has something happen unless the power goes before. */
export function virtualStage(parts: {
  now: () => EpochMs;
  random: () => number;
  later: (delayMs: Ms, act: () => void) => () => void;
  dispatch: (happening: Happening) => void;
}): VirtualStage {
  const { now, random, later, dispatch } = parts;
  const showings: Showing[] = [];
  const blanks: Blank[] = [];
  let cancelEnd = (): void => undefined;
  let on: { playback: Playback; startMs: EpochMs } | null = null;
  let awaited: { playback: Playback; cancel: () => void } | null = null;
  let blankFromMs: EpochMs | null = null;

  function dropAwaited(): void {
    if (!awaited) return;
    const { playback, cancel } = awaited;
    awaited = null;
    cancel();
    dispatch({ type: 'playback.ended', playId: playback.playId, shownMs: 0, how: 'stopped' });
  }

  function endBlank(): void {
    if (blankFromMs !== null) blanks.push({ startMs: blankFromMs, endMs: now() });
    blankFromMs = null;
  }

  /** Writes the truth down; the last frame of a film that ended by itself stays on and is not blank. */
  function endShowing(): { playId: Playback['playId']; shownMs: Ms } | null {
    cancelEnd();
    if (!on) return null;
    const { playback, startMs } = on;
    on = null;
    const { assetId, media, playId } = playback;
    showings.push({ startMs, endMs: now(), sha256: media.sha256, assetId });
    return { playId, shownMs: now() - startMs };
  }

  function stopShowing(): void {
    const ended = endShowing();
    if (ended) dispatch({ type: 'playback.ended', ...ended, how: 'stopped' });
  }

  function show(playback: Playback): void {
    awaited = null;
    stopShowing();
    endBlank();
    on = { playback, startMs: now() };
    if (mediaClassOf(playback.media.type) !== 'image') {
      cancelEnd = later(playback.media.durationMs - playback.fromMs, () => {
        const ended = endShowing();
        if (ended) dispatch({ type: 'playback.ended', ...ended, how: 'finished' });
      });
    }
    dispatch({ type: 'playback.started', playId: playback.playId });
  }

  return {
    play(playback) {
      dropAwaited();
      awaited = { playback, cancel: later(random() * 80, () => show(playback)) };
    },
    rest() {
      dropAwaited();
      stopShowing();
      if (!on && blankFromMs === null) blankFromMs = now();
    },
    powerOn() {
      blankFromMs = now();
    },
    powerOff() {
      endShowing();
      awaited = null;
      endBlank();
    },
    showings,
    blanks,
  };
}
