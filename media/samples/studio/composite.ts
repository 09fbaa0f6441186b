import { type Backdrop, paintBackdrop, seededNumbers } from './backdrop.ts';
import type { Layer } from './layers.ts';

/** A layer drawn to pixels: straight RGBA, and where it rests in output pixels. */
export interface Sprite {
  readonly layer: Layer;
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

const backdropScale = 4;
const comeIn = 0.6;
const goOut = 0.35;
const easeOut = (share: number): number => 1 - (1 - share) ** 3;

/** Where a layer stands at a second: opacity 0 to 1, shift in design pixels, size factor; undefined while unseen. */
export const pose = (
  layer: Layer,
  second: number,
): { alpha: number; dx: number; dy: number; size: number } | undefined => {
  if (second < layer.from || second >= layer.to) return undefined;
  const arrived = easeOut(Math.min(1, (second - layer.from) / comeIn));
  const alpha = Math.min(1, (second - layer.from) / (comeIn * 0.7), (layer.to - second) / goOut);
  const away = 1 - arrived;
  const dx = layer.enter === 'from-left' ? -180 * away : layer.enter === 'from-right' ? 180 * away : 0;
  const swing = (layer.bob ?? 0) * Math.sin(second * 2.4);
  const dy = (layer.enter === 'rise' ? 70 * away : 0) + swing;
  const life = (second - layer.from) / (layer.to - layer.from);
  const size = (1 + (layer.grow ?? 0) * life) * (layer.enter === 'settle' ? 1 + 0.35 * away : 1);
  return { alpha, dx, dy, size };
};

const enlarge = (
  small: Float32Array,
  sw: number,
  sh: number,
  frame: Uint8Array,
  width: number,
  height: number,
): void => {
  for (let row = 0; row < height; row += 1) {
    const sy = Math.min(sh - 1.001, row / backdropScale);
    const y0 = Math.floor(sy);
    const fy = sy - y0;
    for (let column = 0; column < width; column += 1) {
      const sx = Math.min(sw - 1.001, column / backdropScale);
      const x0 = Math.floor(sx);
      const fx = sx - x0;
      const a = (y0 * sw + x0) * 3;
      const b = a + sw * 3;
      // A fixed 2 × 2 dither keeps dark gradients from banding and costs the encoder next to nothing.
      const dither = ((row & 1) ^ (column & 1)) * 0.5 + (row & 1) * 0.25;
      const at = (row * width + column) * 3;
      for (let c = 0; c < 3; c += 1) {
        const upper = (small[a + c] ?? 0) * (1 - fx) + (small[a + 3 + c] ?? 0) * fx;
        const lower = (small[b + c] ?? 0) * (1 - fx) + (small[b + 3 + c] ?? 0) * fx;
        frame[at + c] = Math.min(255, upper * (1 - fy) + lower * fy + dither);
      }
    }
  }
};

const blend = (frame: Uint8Array, at: number, r: number, g: number, b: number, alpha: number): void => {
  frame[at] = (frame[at] ?? 0) * (1 - alpha) + r * alpha;
  frame[at + 1] = (frame[at + 1] ?? 0) * (1 - alpha) + g * alpha;
  frame[at + 2] = (frame[at + 2] ?? 0) * (1 - alpha) + b * alpha;
};

/** Lays a sprite over an RGB frame, sampled bilinearly so that slow moves stay smooth. */
export const lay = (
  frame: Uint8Array,
  width: number,
  height: number,
  sprite: Sprite,
  second: number,
  scale: number,
): void => {
  const at = pose(sprite.layer, second);
  if (at === undefined) return;
  const { pixels, width: sw, height: sh } = sprite;
  const left = sprite.x + at.dx * scale - (sw * (at.size - 1)) / 2;
  const top = sprite.y + at.dy * scale - (sh * (at.size - 1)) / 2;
  const firstRow = Math.max(0, Math.ceil(top));
  const lastRow = Math.min(height, Math.floor(top + sh * at.size));
  const firstColumn = Math.max(0, Math.ceil(left));
  const lastColumn = Math.min(width, Math.floor(left + sw * at.size));
  const still = at.size === 1 && Number.isInteger(left) && Number.isInteger(top);
  for (let row = firstRow; row < lastRow; row += 1) {
    const v = Math.min(sh - 1, (row - top) / at.size);
    const y0 = Math.floor(v);
    const fy = v - y0;
    const down = y0 + 1 < sh ? sw * 4 : 0;
    for (let column = firstColumn; column < lastColumn; column += 1) {
      const u = Math.min(sw - 1, (column - left) / at.size);
      const x0 = Math.floor(u);
      const p = (y0 * sw + x0) * 4;
      const to = (row * width + column) * 3;
      if (still) {
        const alpha = ((pixels[p + 3] ?? 0) / 255) * at.alpha;
        if (alpha > 0) blend(frame, to, pixels[p] ?? 0, pixels[p + 1] ?? 0, pixels[p + 2] ?? 0, alpha);
        continue;
      }
      const right = x0 + 1 < sw ? 4 : 0;
      const fx = u - x0;
      const w00 = (1 - fx) * (1 - fy) * (pixels[p + 3] ?? 0);
      const w10 = fx * (1 - fy) * (pixels[p + right + 3] ?? 0);
      const w01 = (1 - fx) * fy * (pixels[p + down + 3] ?? 0);
      const w11 = fx * fy * (pixels[p + down + right + 3] ?? 0);
      const cover = w00 + w10 + w01 + w11;
      if (cover <= 0) continue;
      const mix = (c: number): number =>
        ((pixels[p + c] ?? 0) * w00 +
          (pixels[p + right + c] ?? 0) * w10 +
          (pixels[p + down + c] ?? 0) * w01 +
          (pixels[p + down + right + c] ?? 0) * w11) /
        cover;
      blend(frame, to, mix(0), mix(1), mix(2), (cover / 255) * at.alpha);
    }
  }
};

const scatterEmbers = (
  frame: Uint8Array,
  width: number,
  height: number,
  count: number,
  second: number,
): void => {
  const next = seededNumbers(2026);
  const unit = Math.min(width, height);
  for (let ember = 0; ember < count; ember += 1) {
    const [home, phase, speed, sway] = [next(), next(), 0.07 + next() * 0.13, next()];
    const rise = (phase + second * speed) % 1;
    const x = (home + Math.sin(second * (0.6 + sway) + phase * 20) * 0.012) * width;
    const y = (1.02 - rise * 1.05) * height;
    const radius = unit * (0.0016 + sway * 0.0026);
    const strength = Math.sin(Math.PI * rise) * (0.55 + 0.45 * Math.sin(second * 5 + phase * 40));
    for (let dy = Math.floor(-radius * 2); dy <= radius * 2; dy += 1) {
      for (let dx = Math.floor(-radius * 2); dx <= radius * 2; dx += 1) {
        const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        const fall = Math.exp(-(dx * dx + dy * dy) / (radius * radius));
        if (fall > 0.02)
          blend(frame, (py * width + px) * 3, 255, 170 + 60 * fall, 70, Math.max(0, strength * fall * 0.85));
      }
    }
  }
};

/** Yields the frames of a film in order; the same buffer each time, RGB, width × height. */
export function* frames(
  backdrop: Backdrop,
  sprites: readonly Sprite[],
  shape: { width: number; height: number; scale: number; seconds: number; fps: number },
): Generator<Uint8Array> {
  const { width, height, scale, seconds, fps } = shape;
  const [sw, sh] = [Math.ceil(width / backdropScale) + 1, Math.ceil(height / backdropScale) + 1];
  const small = new Float32Array(sw * sh * 3);
  const frame = new Uint8Array(width * height * 3);
  for (let index = 0; index < Math.round(seconds * fps); index += 1) {
    const second = index / fps;
    paintBackdrop(backdrop, second, sw, sh, small);
    enlarge(small, sw, sh, frame, width, height);
    scatterEmbers(frame, width, height, backdrop.embers, second);
    for (const sprite of sprites) lay(frame, width, height, sprite, second, scale);
    yield frame;
  }
}
