import type { Ms } from '../../src/base/units.ts';

/** What a slot tells its stage while something is on. */
export interface SlotListener {
  /** The film or sound came to its end. */
  ended(): void;
  /** It cannot go on; a short code. */
  failed(code: string): void;
}

/** One place for a film, a still or a sound: an element of the page and the measuring of what it shows. */
export interface Slot {
  /** Opens the file and decodes its first picture. @throws Error whose message is a short code. */
  load(file: Blob, fromMs: Ms): Promise<void>;
  /** Plays on unseen and unheard, so that pictures flow already when it is shown. */
  roll(): void;
  /** Calls a roll off: back to the first picture. */
  unroll(): void;
  /** Plays, and calls `ready` once when it may be put in front without a gap. `volume` is 0 to 1. */
  begin(volume: number, listener: SlotListener, ready: () => void): void;
  /** Puts it in front, and calls `first` once when its first picture is handed to the screen. */
  reveal(volume: number, first: () => void): void;
  /** How loud it is from now on, 0 to 1. */
  setVolume(volume: number): void;
  /** How long it was really shown or heard since its first picture or sample, stalls left out. */
  shownMs(): Ms;
  /** Where the film or sound stands, or null for a still. A number that stays the same is a stall. */
  positionMs(): Ms | null;
  /** Stops at the picture on show. */
  freeze(): void;
  /** Takes it off the screen, and no more: letting go of a decoder takes time that a join does not have. */
  hide(): void;
  /** Takes it off the screen and lets go of file and decoder. */
  clear(): void;
}
