import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import type { ManifestMedia } from '../../src/contract/manifest.ts';
import { mediaClassOf } from '../../src/contract/media-type.ts';
import type { StageEffect } from '../core/effect.ts';
import type { PlayerClock } from '../core/ports.ts';
import type { RollTime } from './moving-slot.ts';
import type { Slot } from './slot.ts';

/** The next file is opened so long before it is due: early enough to decode, late enough to spare decoders. */
const OPEN_AHEAD_MS: Ms = 6 * SECOND_MS;
/** Opening a file disturbs the join that has just been; it waits so long. */
const CALM_MS: Ms = 600;
/** A roll that nobody took up is called off after so long. */
const ROLL_PATIENCE_MS: Ms = SECOND_MS;
/** A film that ends so little before its successor is due has it start at once. */
const EARLY_MS: Ms = 250;

/** A slot that holds a file, or will: `ready` resolves when its first picture is decoded. */
export interface OpenedSlot {
  readonly slot: Slot;
  readonly ready: Promise<void>;
}

/** What the one that gets ready needs to know of the stage. */
export interface NextUpParts {
  readonly clock: PlayerClock;
  readonly rollTime: RollTime;
  /** A slot for this file that nothing uses, or null. */
  readonly freeSlot: (media: ManifestMedia) => Slot | null;
  readonly open: (slot: Slot, media: ManifestMedia) => Promise<void>;
  /** When the film now on will end by itself, on the monotonic clock, or null. */
  readonly endOfPresent: () => Ms | null;
}

/** The file that gets ready behind the present one. */
export interface NextUp {
  /** Notes what is likely next; nothing is done before {@link prepare}. */
  announce(effect: Extract<StageEffect, { type: 'stage.preload' }>): void;
  /** The stage has a slot to spare: opens what was announced when its time is near. */
  prepare(): void;
  /** Hands over what is ready for this file; whatever else was announced or opened is dropped. */
  take(media: ManifestMedia, fromMs: Ms): OpenedSlot | null;
  drop(): void;
}

/** Nothing announced yet. */
export function nextUp(parts: NextUpParts): NextUp {
  const { clock, rollTime } = parts;
  let announced: Extract<StageEffect, { type: 'stage.preload' }> | null = null;
  let opened: (OpenedSlot & { readonly sha256: string }) | null = null;
  let cancelOpen = (): void => undefined;
  let cancelRoll = (): void => undefined;

  function letGo(): void {
    cancelRoll();
    opened?.slot.clear();
    opened = null;
  }

  function openNow(wish: Extract<StageEffect, { type: 'stage.preload' }>): void {
    const { media, dueMonoMs } = wish;
    if (announced !== wish || opened?.sha256 === media.sha256) return;
    letGo();
    const slot = parts.freeSlot(media);
    if (!slot) return;
    const mine = { sha256: media.sha256, slot, ready: parts.open(slot, media) };
    opened = mine;
    mine.ready.then(
      () => {
        if (opened === mine && mediaClassOf(media.type) === 'video') rollInTime(slot, dueMonoMs);
      },
      // Its turn will come, fail, and be told then.
      () => undefined,
    );
  }

  /** Has a film run unseen just before it is due, so that its pictures flow when it is shown. */
  function rollInTime(slot: Slot, dueMonoMs: Ms): void {
    const endMs = parts.endOfPresent() ?? dueMonoMs;
    const startMs = dueMonoMs - endMs < EARLY_MS ? Math.min(dueMonoMs, endMs) : dueMonoMs;
    cancelRoll = clock.alarm(startMs - rollTime.ms, () => {
      slot.roll();
      cancelRoll = clock.alarm(startMs + ROLL_PATIENCE_MS, () => slot.unroll());
    });
  }

  return {
    announce(effect) {
      announced = effect;
    },
    prepare() {
      const wish = announced;
      if (!wish) return;
      cancelOpen();
      const atMs = Math.max(wish.dueMonoMs - OPEN_AHEAD_MS, clock.monoMs() + CALM_MS);
      cancelOpen = clock.alarm(atMs, () => openNow(wish));
    },
    take(media, fromMs) {
      cancelOpen();
      announced = null;
      const mine = opened;
      if (mine?.sha256 === media.sha256 && fromMs === 0) {
        cancelRoll();
        opened = null;
        return mine;
      }
      letGo();
      return null;
    },
    drop() {
      cancelOpen();
      announced = null;
      letGo();
    },
  };
}
