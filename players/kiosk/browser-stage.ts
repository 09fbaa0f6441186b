import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { ManifestMedia } from '../../src/contract/manifest.ts';
import { type MediaClass, mediaClassOf } from '../../src/contract/media-type.ts';
import type { Playback, PlaybackEnd } from '../core/playback.ts';
import type { LoudStage, PlayerClock, StageListener } from '../core/ports.ts';
import { volumeFor } from './loudness.ts';
import type { MediaFiles } from './media-files.ts';
import type { RollTime } from './moving-slot.ts';
import { nextUp, type OpenedSlot } from './next-up.ts';
import type { Slot } from './slot.ts';
import type { Views } from './views.ts';

/** How long a file may take from the wish to its first picture. */
const START_PATIENCE_MS: Ms = 8 * SECOND_MS;
/** How long a decoder may stand still before the play counts as failed. */
const STALL_MS: Ms = 3 * SECOND_MS;
/** What is not needed for a join is done so long after it. */
const AFTER_JOIN_MS: Ms = 400;

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
  /** Resolves once what the page shows now has been painted; never while it is out of sight. */
  readonly painted: () => Promise<void>;
  readonly rollTime: RollTime;
  /** Loudest volume, 0 to 1; of the programme until staff set another. */
  readonly volume: number;
}

/** A playback with its place on the page. */
interface Act {
  readonly playback: Playback;
  readonly slot: Slot;
  /** Its `ended` was told. */
  told: boolean;
}

/**
 * The picture: of two slots of a class one is on and the other gets ready behind it. A change waits for the
 * first moving picture of the next one, so the screen is never black between two films.
 */
export function browserStage(parts: StageParts): LoudStage {
  const { clock, files, views, rollTime } = parts;
  let listener: StageListener | null = null;
  const slots = parts.makeSlots((code, detail) => listener?.trouble(code, detail));
  let loudest = parts.volume;
  let hiddenTold = false;
  let on: Act | null = null;
  let pending: Act | null = null;
  /** It is over, but not let go of yet: right after a join, or beneath a view that is still fading in. */
  let leaving: Act | null = null;
  let cancelStart = (): void => undefined;
  let cancelWatch = (): void => undefined;

  // The listener may ask for the next thing inside the call: whatever is told is told last, on a settled stage.
  function tell(act: Act, shownMs: Ms, how: PlaybackEnd, reason?: string): void {
    if (act.told) return;
    act.told = true;
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
    const free = kind ? slots[kind].filter((slot) => slot !== on?.slot && slot !== pending?.slot) : [];
    const clean = free.find((slot) => slot !== leaving?.slot);
    if (!clean) dropLeaving();
    return clean ?? free[0] ?? null;
  }

  function dropLeaving(): void {
    leaving?.slot.clear();
    leaving = null;
  }

  const next = nextUp({
    clock,
    rollTime,
    freeSlot,
    open: (slot, media) => open(slot, media, 0),
    endOfPresent() {
      const positionMs = on?.slot.positionMs() ?? null;
      return on && positionMs !== null ? clock.monoMs() + on.playback.media.durationMs - positionMs : null;
    },
  });

  function openNow(media: ManifestMedia, fromMs: Ms): OpenedSlot | null {
    const slot = freeSlot(media);
    return slot ? { slot, ready: open(slot, media, fromMs) } : null;
  }

  function volumeOf({ media, origin }: Playback): number {
    return volumeFor(media.loudnessLufs, origin.kind === 'override' ? parts.volume : loudest);
  }

  function play(playback: Playback): void {
    dropPending('stopped');
    const { media, fromMs } = playback;
    const opened = next.take(media, fromMs) ?? openNow(media, fromMs);
    if (!opened) {
      listener?.ended(playback.playId, 0, 'failed', 'decoder.unsupported');
      return;
    }
    const { slot, ready } = opened;
    const act: Act = { playback, slot, told: false };
    pending = act;
    cancelStart = clock.alarm(clock.monoMs() + START_PATIENCE_MS, () => {
      if (pending === act) failPending('playback.neverStarted');
      else if (on === act) failOn('playback.neverStarted');
    });
    ready.then(
      () => {
        if (pending !== act) return;
        const slotListener = {
          ended: () => act === on && tell(act, slot.shownMs(), 'finished'),
          failed: (code: string) => void onFault(act, code),
        };
        act.slot.begin(volumeOf(playback), slotListener, () => pending === act && swap(act));
      },
      (cause: unknown) => void onFault(act, cause instanceof Error ? cause.message : 'playback.failed'),
    );
  }

  /** `act` moves: it goes to the front, and what was on goes. */
  function swap(act: Act): void {
    const before = on;
    on = act;
    pending = null;
    dropLeaving();
    if (before) tell(before, before.slot.shownMs(), 'stopped');
    act.slot.reveal(volumeOf(act.playback), () => {
      cancelStart();
      if (act === on && !act.told) listener?.started(act.playback.playId);
    });
    views.clear(mediaClassOf(act.playback.media.type) === 'audio');
    before?.slot.hide();
    leaving = before;
    clock.alarm(clock.monoMs() + AFTER_JOIN_MS, () => {
      if (leaving === before) dropLeaving();
    });
    watch(act);
    next.prepare();
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
    tell(act, 0, how, reason);
  }

  function failPending(reason: string): void {
    dropPending('failed', reason);
    next.prepare();
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
    on.slot.freeze();
    tell(on, on.slot.shownMs(), 'failed', code);
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
      // Browsers stop films that nobody can see; those are no fault of the file.
      if (positionMs !== lastMs || parts.isHidden()) movedMs = nowMs;
      lastMs = positionMs;
      if (nowMs - movedMs >= STALL_MS) failOn('decoder.stalled');
      else cancelWatch = clock.alarm(nowMs + SECOND_MS, look);
    };
    cancelWatch = clock.alarm(movedMs + SECOND_MS, look);
  }

  /** Takes everything off; the last picture stays beneath the view that comes over it. */
  function empty(show: () => Promise<void>): void {
    dropPending('stopped');
    cancelStart();
    cancelWatch();
    const before = on;
    before?.slot.freeze();
    dropLeaving();
    leaving = before;
    on = null;
    void show().then(() => {
      if (leaving === before) dropLeaving();
    });
    if (before) tell(before, before.slot.shownMs(), 'stopped');
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
          next.announce(effect);
          // While a change is under way both slots are taken; it prepares the next one itself.
          if (!pending) next.prepare();
          return;
        case 'stage.rest':
          empty(() => views.rest(effect.cause));
          return;
        case 'stage.code':
          empty(() => views.code(effect));
          return;
        case 'stage.text':
          empty(() => views.text(effect));
          void parts.painted().then(() => listener?.textShown(effect.overrideId));
          return;
      }
    },
    setVolume(percent) {
      loudest = percent / 100;
      on?.slot.setVolume(volumeOf(on.playback));
    },
    async close() {
      dropPending('stopped');
      if (on) tell(on, on.slot.shownMs(), 'stopped');
      on?.slot.clear();
      on = null;
      dropLeaving();
      next.drop();
      cancelWatch();
    },
  };
}
