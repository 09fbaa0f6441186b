import { beaconTower, palette, place } from './pictures.ts';

/** The typeface of all Chinese text (Debian package fonts-noto-cjk). */
export const sans = 'Noto Sans CJK SC';
/** The typeface of festive headings (same package). */
export const serif = 'Noto Serif CJK SC';

/** How a layer comes in: by fading, from below, from the left or right, or by settling from a larger size. */
export type Entrance = 'fade' | 'rise' | 'from-left' | 'from-right' | 'settle';

/** One drawn element with its place on the design canvas (pixels) and its time on screen (seconds). */
export interface Layer {
  readonly svg: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Half-open interval [from, to) in seconds. */
  readonly from: number;
  readonly to: number;
  readonly enter: Entrance;
  /** Slow growth over the layer's life, as a share of its size: 0.06 ends 6 % larger. */
  readonly grow?: number;
  /** Swings the layer up and down by this many design pixels. */
  readonly bob?: number;
}

/** When a layer is seen and how it moves. */
export interface Timing {
  readonly from: number;
  readonly to: number;
  readonly enter?: Entrance;
  readonly grow?: number;
  readonly bob?: number;
}

/** A drawing of the given size whose top left corner rests at (x, y). */
export const drawing = (
  art: string,
  [x, y, width, height]: readonly [number, number, number, number],
  { enter = 'fade', ...timing }: Timing,
): Layer => ({ svg: art, x, y, width, height, enter, ...timing });

/** How a line of text is set; sizes in design pixels. */
export interface Lettering {
  readonly size: number;
  readonly fill?: string;
  readonly font?: string;
  readonly align?: 'start' | 'middle';
  readonly spacing?: number;
  readonly bold?: boolean;
}

/** Approximate width of a line: a Chinese character is one em, a Latin letter or digit 0.58 em. */
export const lineWidth = (text: string, { size, spacing = 0 }: Lettering): number => {
  let width = 0;
  for (const letter of text) width += (/[\x20-\x7e·]/.test(letter) ? 0.58 : 1) * size + spacing;
  return width;
};

const soft = `<defs><filter id="soft" x="-20%" y="-40%" width="140%" height="180%"><feGaussianBlur stdDeviation="9"/></filter></defs>`;

/** A line of text with a soft dark shadow; (x, y) is its baseline, at its start or middle. */
export const line = (text: string, x: number, y: number, lettering: Lettering, timing: Timing): Layer => {
  const { size, fill = palette.paper, font = sans, align = 'start', spacing = 0, bold = true } = lettering;
  const pad = 40;
  const width = Math.ceil(lineWidth(text, lettering) + 2 * pad);
  const height = Math.ceil(size * 1.3 + 2 * pad);
  const anchor = align === 'middle' ? width / 2 + spacing / 2 : pad;
  const set = `x="${anchor}" y="${pad + size}" text-anchor="${align}" font-family="${font}" font-weight="${bold ? 700 : 400}" font-size="${size}" letter-spacing="${spacing}"`;
  const art = `${soft}<text ${set} fill="#000" opacity=".75" filter="url(#soft)" stroke="#000" stroke-width="6">${text}</text><text ${set} fill="${fill}">${text}</text>`;
  const left = align === 'middle' ? x - width / 2 : x - pad;
  return drawing(art, [left, y - size - pad, width, height], timing);
};

/** A card with an icon (100 × 100 art) and a line of text. */
export const card = (
  icon: string,
  text: string,
  [x, y, width, height]: readonly [number, number, number, number],
  size: number,
  timing: Timing,
): Layer => {
  const scale = (height * 0.6) / 100;
  return drawing(
    `<rect x="3" y="3" width="${width - 6}" height="${height - 6}" rx="24" fill="#1d0a0f" fill-opacity=".86" stroke="${palette.gold}" stroke-opacity=".55" stroke-width="3"/>
     ${place(icon, height * 0.24, height * 0.2, scale)}
     <text x="${height * 1.02}" y="${height / 2 + size * 0.36}" font-family="${sans}" font-weight="700" font-size="${size}" fill="${palette.paper}">${text}</text>`,
    [x, y, width, height],
    timing,
  );
};

/** The strip at the foot of every picture: mark, sender, fire call number and the word "sample". */
export const footer = (width: number, height: number): string => {
  const top = height - 96;
  return `<rect y="${top}" width="${width}" height="96" fill="#1a0509" fill-opacity=".94"/><rect y="${top}" width="${width}" height="5" fill="${palette.gold}"/>
    ${place(beaconTower, 64, top + 15, 0.41)}
    <text x="132" y="${top + 65}" font-family="${sans}" font-weight="700" font-size="42" fill="${palette.gold}" letter-spacing="3">消防宣传 · 东胜区</text>
    <text x="${width / 2 + (width < 1200 ? 125 : 0)}" y="${top + 62}" text-anchor="middle" font-family="${sans}" font-size="30" fill="${palette.ash}">示例素材 SAMPLE</text>
    <text x="${width - 64}" y="${top + 67}" text-anchor="end" font-family="${sans}" font-weight="700" font-size="50" fill="${palette.paper}">火警 <tspan fill="${palette.gold}">119</tspan></text>`;
};

/** The footer as a layer that stays for a whole film. */
export const footerLayer = (width: number, height: number, seconds: number): Layer =>
  drawing(
    `<g transform="translate(0 ${96 - height})">${footer(width, height)}</g>`,
    [0, height - 96, width, 96],
    { from: -1, to: seconds + 1 },
  );
