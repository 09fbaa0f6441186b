import { briefMemory, briefOutbox } from '../../players/core/brief-storage.ts';
import type { StageEffect } from '../../players/core/effect.ts';
import { httpLink } from '../../players/core/http-link.ts';
import { FIELD_DEFAULTS } from '../../players/core/player-config.ts';
import type { Stage } from '../../players/core/ports.ts';
import { type RunningPlayer, runPlayer } from '../../players/core/run-player.ts';
import { systemClock } from '../../players/core/system-clock.ts';
import { timedStage } from '../../players/core/timed-stage.ts';
import { sharedMedia } from '../../players/fleet/shared-media.ts';
import { leanFetch } from '../../players/node/lean-fetch.ts';
import { verifyStatement } from '../../src/contract/signing.ts';

/** A box with a disk that outlives the program: the real player core over real HTTP, with a stage that only keeps time. */
export interface RealBox {
  /** Starts the player; `token` enrols it the first time. */
  powerOn(): Promise<void>;
  /** Ends the program; the disk stays. */
  powerOff(): Promise<void>;
  /** What was put on the stage, oldest first: `override 3`, `text 3`, `spot`, `rest`; and `volume 40` when that was asked. */
  readonly shown: readonly string[];
  /** Waits until the newest entry of {@link RealBox.shown} is this one. */
  untilOn(what: string): Promise<void>;
  /** Waits until the newest thing on the stage is this file. */
  untilPlays(sha256: string): Promise<void>;
}

/** Makes one; it is off. With `stream` false it only polls. */
export function realBox(server: string, enrolmentToken: string, stream = true): RealBox {
  const clock = systemClock(globalThis, 1);
  const memory = briefMemory();
  const outbox = briefOutbox(`epoch-of-${enrolmentToken.slice(0, 12)}`);
  const media = sharedMedia();
  const shown: string[] = [];
  let file: string | null = null;
  const waiters = new Set<() => void>();
  let player: RunningPlayer | null = null;

  function note(what: string): void {
    shown.push(what);
    for (const look of [...waiters]) look();
  }

  function stage(): Stage {
    const inner = timedStage(clock);
    return {
      ...inner,
      perform(effect) {
        inner.perform(effect);
        if (effect.type === 'stage.preload') return;
        file = effect.type === 'stage.play' ? effect.playback.media.sha256 : null;
        note(nameOf(effect));
      },
    };
  }

  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        waiters.delete(look);
        resolve();
      };
      waiters.add(look);
      look();
    });
  }

  return {
    shown,
    async powerOn() {
      player = await runPlayer(
        {
          ...FIELD_DEFAULTS,
          player: { name: 'test', version: '1' },
          hardwareId: 'box',
          kind: 'tv',
          capabilities: { video: true, image: true, audio: true },
          enrolmentToken,
          stream,
          pollMs: 1_000,
          reportMs: 200,
          slowestMs: 2_000,
        },
        {
          clock,
          link: httpLink({ server, fetch: leanFetch(), clock }),
          stage: stage(),
          powers: { volume: async (percent) => note(`volume ${percent}`) },
          media,
          outbox,
          memory,
          verify: verifyStatement,
          log: () => {},
        },
      );
    },
    async powerOff() {
      await player?.stop(0);
      player = null;
    },
    untilOn: (what) => until(() => shown.at(-1) === what),
    untilPlays: (sha256) => until(() => file === sha256),
  };
}

function nameOf(effect: Exclude<StageEffect, { type: 'stage.preload' }>): string {
  if (effect.type === 'stage.text') return `text ${effect.overrideId}`;
  if (effect.type !== 'stage.play') return 'rest';
  const { origin } = effect.playback;
  return origin.kind === 'override' ? `override ${origin.overrideId}` : 'spot';
}
