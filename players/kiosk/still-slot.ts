import type { Ms } from '../../src/base/units.ts';
import type { Slot } from './slot.ts';

/** A slot for stills: decoded ahead, shown from the first paint until taken away. */
export function stillSlot(element: HTMLImageElement, now: () => Ms): Slot {
  let address: string | null = null;
  let shownAtMs: Ms | null = null;
  let frozenAtMs: Ms | null = null;
  let round = 0;

  return {
    async load(file) {
      round += 1;
      const mine = round;
      address = URL.createObjectURL(file);
      element.src = address;
      try {
        await element.decode();
      } catch {
        throw new Error(mine === round ? 'decoder.error' : 'playback.replaced');
      }
    },
    roll: () => undefined,
    unroll: () => undefined,
    begin: (_volume, _listener, ready) => ready(),
    reveal(_volume, first) {
      element.classList.add('on');
      shownAtMs = now();
      first();
    },
    setVolume: () => undefined,
    shownMs: () => (shownAtMs === null ? 0 : (frozenAtMs ?? now()) - shownAtMs),
    positionMs: () => null,
    freeze() {
      frozenAtMs = now();
    },
    hide: () => element.classList.remove('on'),
    clear() {
      round += 1;
      element.classList.remove('on');
      element.removeAttribute('src');
      if (address) URL.revokeObjectURL(address);
      address = null;
      shownAtMs = null;
      frozenAtMs = null;
    },
  };
}
