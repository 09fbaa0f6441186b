import type { EpochMs, Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { Manifest } from '../../src/contract/manifest.ts';
import type { Play } from '../../src/contract/play-report.ts';
import type { Effect } from '../core/effect.ts';
import type { PlayerConfig } from '../core/player-config.ts';
import type { Happening, OpenPlay, SaveSlot } from '../core/player-event.ts';
import { type PlayerState, unborn } from '../core/player-state.ts';
import { step } from '../core/step.ts';
import type { VirtualLedger } from './virtual-ledger.ts';
import { type Blank, type Showing, virtualStage } from './virtual-stage.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a virtual server does for the box. `null`: no answer gets through. */
interface VirtualServer {
  readonly ledger: VirtualLedger;
  /** The manifest as of now. */
  manifest(nowMs: EpochMs): Manifest;
}

/** What may go wrong between box and server at an instant; called for each direction of each request. */
type VirtualWeather = (nowMs: EpochMs) => boolean;

/** How a virtual box is made. */
export interface VirtualBoxOptions {
  readonly config: PlayerConfig;
  readonly time: VirtualTime;
  readonly server: VirtualServer;
  readonly random: () => number;
  /** True when a message is lost now. */
  readonly isLost: VirtualWeather;
  /** How wrong the calendar clock is; may change from one boot to the next. */
  readonly wallErrorMs: (bootNumber: number) => Ms;
}

/** A box with a player in it, whose power can be cut. */
export interface VirtualBox {
  powerOn(): void;
  /** Whatever was not yet written is lost. */
  powerOff(): void;
  state(): PlayerState;
  readonly showings: readonly Showing[];
  readonly blanks: readonly Blank[];
}

/** How long a write takes to be safe. */
const WRITE_MS: Ms = 5;

/** Builds a box, switched off. Storage survives power cuts; everything else does not. */
export function virtualBox(options: VirtualBoxOptions): VirtualBox {
  const { time, server, random, isLost } = options;
  const disk = {
    slots: new Map<SaveSlot, string>(),
    plays: new Map<number, Play>(),
    open: new Map<number, OpenPlay>(),
    files: new Set<string>(),
    lastSeq: 0,
  };
  let state = unborn(options.config);
  const queue: Happening[] = [];
  let busy = false;
  let life = 0;
  let isOn = false;
  let bootMs = 0;
  let boots = 0;
  let cancelAlarm = (): void => undefined;
  const stage = virtualStage({ now: () => time.nowMs, random, later, dispatch });

  /** Has something happen later in this life of the box, unless its power goes before. */
  function later(delayMs: Ms, act: () => void): () => void {
    const mine = life;
    return time.at(time.nowMs + delayMs, () => {
      if (mine === life && isOn) act();
    });
  }

  function dispatch(happening: Happening): void {
    queue.push(happening);
    if (busy) return;
    busy = true;
    for (let next = queue.shift(); next; next = queue.shift()) {
      const at = {
        wallMs: time.nowMs + options.wallErrorMs(boots),
        monoMs: time.nowMs - bootMs,
        random: random(),
      };
      const [after, effects] = step(state, { ...next, at });
      state = after;
      for (const effect of effects) perform(effect);
    }
    busy = false;
  }

  /** A request: lost on its way, served and its answer lost, served twice, or served. */
  function ask(serve: () => Happening[], failed: Happening): void {
    const sentMonoMs = time.nowMs - bootMs;
    const waitMs = 20 + random() * 180;
    if (isLost(time.nowMs)) {
      later(20 * SECOND_MS, () => dispatch(failed));
      return;
    }
    // The server's part happens whether or not the box still has power.
    time.at(time.nowMs + waitMs / 2, () => {
      const answers = serve();
      if (random() < 0.05) serve();
      const serverMs = time.nowMs;
      const mine = life;
      const lost = isLost(time.nowMs);
      time.at(time.nowMs + (lost ? 20 * SECOND_MS : waitMs / 2), () => {
        if (mine !== life || !isOn) return;
        if (lost) return dispatch(failed);
        const receivedMonoMs = time.nowMs - bootMs;
        dispatch({ type: 'clock.sample', trip: { sentMonoMs, receivedMonoMs, serverMs, grainMs: 1 } });
        for (const answer of answers) dispatch(answer);
      });
    });
  }

  const failure = { kind: 'offline', status: 0, code: 'offline' } as const;

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'wake':
        cancelAlarm();
        cancelAlarm = later(effect.atMonoMs + bootMs - time.nowMs, () => dispatch({ type: 'tick' }));
        return;
      case 'pair.enrol':
        ask(() => [{ type: 'pairing.answered', answer: pairedAnswer() }], {
          type: 'pairing.failed',
          failure,
        });
        return;
      case 'poll':
        ask(
          () => {
            const manifest = server.manifest(time.nowMs);
            if (manifest.revision === effect.etag) return [{ type: 'poll.unchanged' }];
            const text = JSON.stringify(manifest);
            return [
              { type: 'manifest.verified', text, jws: text, etag: manifest.revision, fromStorage: false },
            ];
          },
          { type: 'poll.failed', failure },
        );
        return;
      case 'report.send':
        ask(
          () => [
            {
              type: 'report.answered',
              receipt: server.ledger.take(effect.report.epoch, effect.report.plays),
            },
          ],
          { type: 'report.failed', failure },
        );
        return;
      case 'health.send':
        ask(
          () => [
            {
              type: 'health.answered',
              answer: { now: new Date(time.nowMs).toISOString(), pollAfterMs: 30_000, resend: [] },
            },
          ],
          { type: 'health.failed', failure },
        );
        return;
      case 'receipts.send':
        ask(() => [{ type: 'receipts.taken', receipts: effect.receipts }], {
          type: 'receipts.failed',
          failure,
        });
        return;
      case 'media.want':
        for (const { sha256 } of effect.former) {
          const type = disk.files.has(sha256) ? 'media.ready' : 'media.absent';
          later(1, () => dispatch({ type, sha256 }));
        }
        for (const { sha256 } of effect.order) {
          if (disk.files.has(sha256)) later(1, () => dispatch({ type: 'media.ready', sha256 }));
          else {
            later(1, () => dispatch({ type: 'media.absent', sha256 }));
            ask(
              () => {
                disk.files.add(sha256);
                return [{ type: 'media.ready', sha256 }];
              },
              { type: 'media.failed', sha256, code: 'offline' },
            );
          }
        }
        return;
      case 'save':
        later(WRITE_MS, () => disk.slots.set(effect.slot, effect.text));
        return;
      case 'outbox.begin':
        later(WRITE_MS, () => {
          disk.open.set(effect.play.seq, effect.play);
          disk.lastSeq = Math.max(disk.lastSeq, effect.play.seq);
        });
        return;
      case 'outbox.append':
        later(WRITE_MS, () => {
          for (const play of effect.plays) {
            disk.plays.set(play.seq, play);
            disk.open.delete(play.seq);
            disk.lastSeq = Math.max(disk.lastSeq, play.seq);
          }
          dispatch({ type: 'outbox.stored', seqs: effect.plays.map((play) => play.seq) });
        });
        return;
      case 'outbox.remove':
        later(WRITE_MS, () => {
          for (const [from, to] of effect.ranges)
            for (let seq = from; seq <= to; seq += 1) disk.plays.delete(seq);
        });
        return;
      case 'stage.play':
        stage.play(effect.playback);
        return;
      case 'stage.rest':
      case 'stage.text':
      case 'stage.code':
        later(0, () => stage.rest());
        return;
      default:
        return;
    }
  }

  function pairedAnswer() {
    const serverKeys = [{ kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43), kid: 'virtual' } as const];
    const endpointId = server.manifest(time.nowMs).endpoint.id;
    return { state: 'paired', token: 'virtual-token-of-a-virtual-box', endpointId, serverKeys } as const;
  }

  return {
    powerOn() {
      life += 1;
      isOn = true;
      boots += 1;
      bootMs = time.nowMs;
      stage.powerOn();
      state = unborn(options.config);
      const outbox = {
        epoch: 'virtual-epoch',
        lastSeq: disk.lastSeq,
        plays: [...disk.plays.values()].sort((a, b) => a.seq - b.seq),
        open: [...disk.open.values()],
      };
      dispatch({ type: 'boot', saved: Object.fromEntries(disk.slots), outbox });
      const kept = disk.slots.get('manifest');
      if (kept === undefined || !isOn) return;
      const { jws, etag }: { jws: string; etag: string | null } = JSON.parse(kept);
      dispatch({ type: 'manifest.verified', text: jws, jws, etag, fromStorage: true });
    },
    powerOff() {
      stage.powerOff();
      isOn = false;
    },
    state: () => state,
    showings: stage.showings,
    blanks: stage.blanks,
  };
}
