/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** A moving background: a vertical gradient with fire from below, smoke from above and rising embers. */
export interface Backdrop {
  readonly top: Rgb;
  readonly bottom: Rgb;
  /** Height and heat of the flames at a second of the film, 0 (none) to 1 (half the picture). */
  readonly fire: (second: number) => number;
  /** Density of the smoke at a second of the film, 0 to 1. */
  readonly smoke: (second: number) => number;
  readonly embers: number;
}

/** Numbers in [0, 1) that are the same on every run (mulberry32, public domain). */
export const seededNumbers = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

/** Linear between points [second, value], flat outside them. */
export const curve =
  (...points: readonly (readonly [number, number])[]) =>
  (second: number): number => {
    let [beforeAt, before] = points[0] ?? [0, 0];
    for (const [at, value] of points) {
      if (second < at) return before + ((value - before) * Math.max(0, second - beforeAt)) / (at - beforeAt);
      [beforeAt, before] = [at, value];
    }
    return before;
  };

const gradients = ((): Float32Array => {
  const next = seededNumbers(119);
  return Float32Array.from({ length: 8192 }, () => next() * 2 - 1);
})();

const corner = (ix: number, iy: number, fx: number, fy: number): number => {
  const hash = (Math.imul(ix, 374761393) + Math.imul(iy, 668265263)) | 0;
  const slot = ((hash ^ (hash >>> 13)) & 4095) * 2;
  return (gradients[slot] ?? 0) * fx + (gradients[slot + 1] ?? 0) * fy;
};

/** Perlin's gradient noise in the plane, about −1 to 1 (K. Perlin, "Improving Noise", 2002, fade curve). */
export const noise = (x: number, y: number): number => {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const sx = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
  const sy = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const low = corner(ix, iy, fx, fy) * (1 - sx) + corner(ix + 1, iy, fx - 1, fy) * sx;
  const high = corner(ix, iy + 1, fx, fy - 1) * (1 - sx) + corner(ix + 1, iy + 1, fx - 1, fy - 1) * sx;
  return (low * (1 - sy) + high * sy) * 1.4;
};

const turbulence = (x: number, y: number): number =>
  noise(x, y) * 0.6 + noise(x * 2.1, y * 2.1 + 7) * 0.28 + noise(x * 4.3, y * 4.3 + 31) * 0.12;

/** Draws the background at a second of the film into an RGB buffer of width × height (a small one, to be enlarged). */
export const paintBackdrop = (
  { top, bottom, fire, smoke }: Backdrop,
  second: number,
  width: number,
  height: number,
  out: Float32Array,
): void => {
  const heat = fire(second);
  const haze = smoke(second);
  const unit = 1 / Math.min(width, height);
  for (let row = 0; row < height; row += 1) {
    const down = row / height;
    const up = 1 - down;
    for (let column = 0; column < width; column += 1) {
      const u = column * unit;
      const v = (height - row) * unit;
      const vignette = 1 - 0.55 * ((column / width - 0.5) ** 2 * 2 + (down - 0.5) ** 2);
      let red = (top[0] * up + bottom[0] * down) * vignette;
      let green = (top[1] * up + bottom[1] * down) * vignette;
      let blue = (top[2] * up + bottom[2] * down) * vignette;
      if (heat > 0 && up < 0.25 + heat) {
        const bend = noise(u * 1.7 + 40, v * 1.3 - second * 0.9) * 0.45;
        const lick = turbulence(u * 4.2 + bend, v * 2.1 - second * 1.9);
        const glow = Math.max(0, Math.min(1, heat * 1.5 + lick * 0.85 - v * 1.9));
        const warm = glow * glow * (3 - 2 * glow);
        red += (255 - red) * Math.min(1, warm * 1.25);
        green += (205 - green) * warm * warm * 0.86;
        blue += (70 - blue) * warm ** 4 * 0.8;
      }
      if (haze > 0) {
        const roll = turbulence(u * 1.6 + second * 0.13, v * 2 - second * 0.22) * 0.5 + 0.5;
        const dense = Math.max(0, Math.min(1, haze * (roll * 1.7 + up * 1.3 - 0.95)));
        const shade = 52 + roll * 62;
        red += (shade - red) * dense;
        green += (shade - 4 - green) * dense;
        blue += (shade - green * 0.02 - blue) * dense;
      }
      const at = (row * width + column) * 3;
      out[at] = red;
      out[at + 1] = green;
      out[at + 2] = blue;
    }
  }
};
