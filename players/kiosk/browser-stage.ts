import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { ManifestMedia } from '../../src/contract/manifest.ts';
import { type MediaClass, mediaClassOf } from '../../src/contract/media-type.ts';
import type { StageEffect } from '../core/effect.ts';
import type { Playback, PlaybackEnd } from '../core/playback.ts';
import type { PlayerClock, Stage, StageListener } from '../core/ports.ts';
import { volumeFor } from './loudness.ts';
import type { MediaFiles } from './media-files.ts';
import type { RollTime } from './moving-slot.ts';
import type { Slot } from './slot.ts';
import type { Views } from './views.ts';

/** How long a file may take from the wish to its first picture. */
const START_PATIENCE_MS: Ms = 8 * SECOND_MS;
/** How long a decoder may stand still before the play counts as failed. */
const STALL_MS: Ms = 3 * SECOND_MS;
/** The next file is opened so long before it is due: early enough to decode, late enough to spare decoders. */
const OPEN_AHEAD_MS: Ms = 6 * SECOND_MS;
/** A roll that nobody took up is called off after so long. */
const ROLL_PATIENCE_MS: Ms = SECOND_MS;
/** A film that ends so little before its successor is due has it start at once. */
const EARLY_MS: Ms = 250;

/** What the stage is made of. */
export interface StageParts {
  readonly clock: PlayerClock;
  readonly files: Pick<MediaFiles, 'open' | 'recheck'>;
  readonly views: Views;
  /** Makes two for each class of file. `trouble` is for what staff should hear of. */
  readonly makeSlots: (
    trouble: (code: string, detail: string) => void,
  ) => Readonly<Record<MediaClass, readonly [Slot, Slot]>>;
  /** Whether the page is out of sight now. */
  readonly isHidden: () => boolean;
  readonly rollTime: RollTime;
  /** Loudest volume, 0 to 1. */
  readonly volume: number;
}

/** A playback with its place on the page. */
interface Act {
  readonly playback: Playback;
  readonly slot: Slot;
  /** Its `ended` was told. */
  told: boolean;
}

/** A file opened before it is due. */
interface Ahead {
  readonly sha256: string;
  readonly slot: Slot;
  readonly ready: Promise<void>;
  cancelRoll: () => void;
}

/**
 * The picture: of two slots of a class one is on and the other gets ready behind it. A change waits for the
 * first moving picture of the next one, so the screen is never black between two films.
 */
export function browserStage(parts: StageParts): Stage {
  const { clock, files, views, rollTime } = parts;
  let listener: StageListener | null = null;
  const slots = parts.makeSlots((code, detail) => listener?.trouble(code, detail));
  let hiddenTold = false;
  let on: Act | null = null;
  let pending: Act | null = null;
  let ahead: Ahead | null = null;
  let announced: Extract<StageEffect, { type: 'stage.preload' }> | null = null;
  let cancelOpen = (): void => undefined;
  let cancelStart = (): void => undefined;
  let cancelWatch = (): void => undefined;

  function tell(act: Act, how: PlaybackEnd, reason?: string): void {
    if (act.told) return;
    act.told = true;
    const shownMs = act === on ? act.slot.shownMs() : 0;
    listener?.ended(act.playback.playId, shownMs, how, reason);
  }

  async function open(slot: Slot, media: ManifestMedia, fromMs: Ms): Promise<void> {
    const file = await files.open(media.sha256);
    if (!file) throw new Error('media.unreadable');
    slot.clear();
    await slot.load(file, fromMs);
  }

  function freeSlot(media: ManifestMedia): Slot | null {
    const kind = mediaClassOf(media.type);
    return kind ? (slots[kind].find((slot) => slot !== on?.slot && slot !== pending?.slot) ?? null) : null;
  }

  function dropAhead(): void {
    cancelOpen();
    ahead?.cancelRoll();
    ahead?.slot.clear();
    ahead = null;
  }

  function play(playback: Playback): void {
    dropPending('stopped');
    const { media, fromMs } = playback;
    let ready: Promise<void>;
    let slot: Slot | null;
    if (ahead && ahead.sha256 === media.sha256 && fromMs === 0) {
      ({ slot, ready } = ahead);
      ahead.cancelRoll();
      ahead = null;
    } else {
      dropAhead();
      slot = freeSlot(media);
      ready = slot ? open(slot, media, fromMs) : Promise.reject(new Error('decoder.unsupported'));
    }
    announced = null;
    if (!slot) {
      ready.catch(() => undefined);
      listener?.ended(playback.playId, 0, 'failed', 'decoder.unsupported');
      return;
    }
    const act: Act = { playback, slot, told: false };
    pending = act;
    cancelStart = clock.alarm(clock.monoMs() + START_PATIENCE_MS, () => {
      if (pending === act) failPending('playback.neverStarted');
      else if (on === act) failOn('playback.neverStarted');
    });
    const volume = volumeFor(media.loudnessLufs, parts.volume);
    ready.then(
      () => {
        if (pending !== act) return;
        const slotListener = {
          ended: () => act === on && tell(act, 'finished'),
          failed: (code: string) => void onFault(act, code),
        };
        act.slot.begin(volume, slotListener, () => pending === act && swap(act, volume));
      },
      (cause: unknown) => void onFault(act, cause instanceof Error ? cause.message : 'playback.failed'),
    );
  }

  /** `act` moves: it goes to the front, and what was on goes. */
  function swap(act: Act, volume: number): void {
    const before = on;
    if (before) tell(before, 'stopped');
    on = act;
    pending = null;
    act.slot.reveal(volume, () => {
      cancelStart();
      if (act === on && !act.told) listener?.started(act.playback.playId);
    });
    views.clear(mediaClassOf(act.playback.media.type) === 'audio');
    before?.slot.clear();
    watch(act);
    prepareAnnounced();
    tellWhetherHidden();
  }

  /** Plays of a page that nobody can see count by their position; staff should know. Told once each time. */
  function tellWhetherHidden(): void {
    const isHidden = parts.isHidden();
    if (isHidden && !hiddenTold) listener?.trouble('page.hidden', 'the page is out of sight, yet it plays');
    hiddenTold = isHidden;
  }

  function dropPending(how: PlaybackEnd, reason?: string): void {
    cancelStart();
    const act = pending;
    if (!act) return;
    pending = null;
    act.slot.clear();
    tell(act, how, reason);
  }

  function failPending(reason: string): void {
    dropPending('failed', reason);
    prepareAnnounced();
  }

  /** A file that broke down is looked at again: a damaged one is fetched anew instead of being played again. */
  async function onFault(act: Act, code: string): Promise<void> {
    if (act !== pending && act !== on) return;
    const { media } = act.playback;
    if (act === pending) failPending(code);
    else failOn(code);
    if (!(await files.recheck(media))) listener?.lost(media.sha256, 'media.damaged');
  }

  function failOn(code: string): void {
    if (!on || on.told) return;
    tell(on, 'failed', code);
    on.slot.freeze();
  }

  /** Watches the position of what is on. */
  function watch(act: Act): void {
    cancelWatch();
    let lastMs = act.slot.positionMs();
    let movedMs = clock.monoMs();
    const look = () => {
      const nowMs = clock.monoMs();
      if (act !== on || act.told || lastMs === null) return;
      const positionMs = act.slot.positionMs();
      if (positionMs !== lastMs) movedMs = nowMs;
      lastMs = positionMs;
      if (nowMs - movedMs >= STALL_MS) failOn('decoder.stalled');
      else cancelWatch = clock.alarm(nowMs + SECOND_MS, look);
    };
    cancelWatch = clock.alarm(movedMs + SECOND_MS, look);
  }

  function prepareAnnounced(): void {
    if (!announced || pending) return;
    const { media, dueMonoMs } = announced;
    cancelOpen();
    const wish = announced;
    cancelOpen = clock.alarm(dueMonoMs - OPEN_AHEAD_MS, () => {
      if (announced !== wish || pending || ahead?.sha256 === media.sha256) return;
      ahead?.cancelRoll();
      ahead?.slot.clear();
      ahead = null;
      const slot = freeSlot(media);
      if (!slot) return;
      const ready = open(slot, media, 0);
      const mine: Ahead = { sha256: media.sha256, slot, ready, cancelRoll: () => undefined };
      ahead = mine;
      ready.then(
        () => ahead === mine && roll(mine, media, dueMonoMs),
        // Its turn will come, fail, and be told then.
        () => undefined,
      );
    });
  }

  /** Has a film run unseen just before it is due, so that its pictures flow when it is shown. */
  function roll(mine: Ahead, media: ManifestMedia, dueMonoMs: Ms): void {
    if (mediaClassOf(media.type) !== 'video') return;
    const startMs = Math.min(dueMonoMs, endOfFilm(dueMonoMs));
    mine.cancelRoll = clock.alarm(startMs - rollTime.ms, () => {
      mine.slot.roll();
      mine.cancelRoll = clock.alarm(startMs + ROLL_PATIENCE_MS, () => mine.slot.unroll());
    });
  }

  /** When the film now on will end by itself, if that is close enough to `dueMonoMs` to matter. */
  function endOfFilm(dueMonoMs: Ms): Ms {
    const positionMs = on?.slot.positionMs() ?? null;
    if (!on || positionMs === null) return dueMonoMs;
    const endMs = clock.monoMs() + on.playback.media.durationMs - positionMs;
    return dueMonoMs - endMs < EARLY_MS ? endMs : dueMonoMs;
  }

  /** Takes everything off; the last picture stays beneath the view that comes over it. */
  function empty(show: () => Promise<void>): void {
    dropPending('stopped');
    cancelStart();
    cancelWatch();
    const before = on;
    if (before) {
      before.slot.freeze();
      tell(before, 'stopped');
    }
    on = null;
    const covered = show();
    void covered.then(() => {
      if (before && before.slot !== on?.slot && before.slot !== pending?.slot && before.slot !== ahead?.slot)
        before.slot.clear();
    });
  }

  return {
    attach(newListener) {
      listener = newListener;
    },
    perform(effect) {
      switch (effect.type) {
        case 'stage.play':
          play(effect.playback);
          return;
        case 'stage.preload':
          announced = effect;
          prepareAnnounced();
          return;
        case 'stage.rest':
          empty(() => views.rest(effect.cause));
          return;
        case 'stage.code':
          empty(() => views.code(effect.code, effect.expiresAt));
          return;
        case 'stage.text':
          empty(() => views.text(effect));
          return;
      }
    },
    async close() {
      dropPending('stopped');
      if (on) tell(on, 'stopped');
      on?.slot.clear();
      on = null;
      dropAhead();
      cancelWatch();
    },
  };
}
