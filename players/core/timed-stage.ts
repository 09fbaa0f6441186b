import type { EpochMs, Ms } from '../../src/base/units.ts';
import { mediaClassOf } from '../../src/contract/media-type.ts';
import type { Playback } from './playback.ts';
import type { PlayerClock, Stage, StageListener } from './ports.ts';

/** What a timed stage "showed", as it ended. */
export type Witness = (playback: Playback, startedWallMs: EpochMs, shownMs: Ms) => void;

/**
 * A stage that shows and sounds nothing, but keeps the times of one that does: for simulators, and for boxes
 * without a sound program, which say so. Films end by the clock after their stated length.
 */
export function timedStage(clock: PlayerClock, witness: Witness = () => {}): Stage {
  let listener: StageListener | null = null;
  let on: { playback: Playback; startedMonoMs: Ms; startedWallMs: EpochMs; cancel: () => void } | null = null;

  function end(how: 'finished' | 'stopped', reason?: string): void {
    if (!on) return;
    const { playback, startedMonoMs, startedWallMs, cancel } = on;
    on = null;
    cancel();
    const shownMs = clock.monoMs() - startedMonoMs;
    witness(playback, startedWallMs, shownMs);
    listener?.ended(playback.playId, shownMs, how, reason);
  }

  return {
    attach(newListener) {
      listener = newListener;
    },
    perform(effect) {
      if (effect.type === 'stage.preload') return;
      end('stopped');
      if (effect.type === 'stage.text') listener?.textShown(effect.overrideId);
      if (effect.type !== 'stage.play') return;
      const { playback } = effect;
      const startedMonoMs = clock.monoMs();
      const endsByItself = mediaClassOf(playback.media.type) !== 'image';
      const endMonoMs = startedMonoMs + playback.media.durationMs - playback.fromMs;
      const cancel = endsByItself ? clock.alarm(endMonoMs, () => end('finished')) : () => {};
      on = { playback, startedMonoMs, startedWallMs: clock.wallMs(), cancel };
      listener?.started(playback.playId);
    },
    async close() {
      end('stopped', 'playerStopped');
    },
  };
}
