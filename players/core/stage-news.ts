import type { Happening } from './player-event.ts';
import type { StageListener } from './ports.ts';

/** Turns what a stage tells into happenings. */
export function stageNews(dispatch: (happening: Happening) => void): StageListener {
  return {
    started: (playId) => dispatch({ type: 'playback.started', playId }),
    ended: (playId, shownMs, how, reason) =>
      dispatch({ type: 'playback.ended', playId, shownMs, how, reason }),
    textShown: (overrideId) => dispatch({ type: 'text.shown', overrideId }),
    textFailed: (overrideId, reason) => dispatch({ type: 'text.failed', overrideId, reason }),
    lost: (sha256, code) => dispatch({ type: 'media.lost', sha256, code }),
    trouble: (code, detail) => dispatch({ type: 'trouble', code, detail }),
  };
}
