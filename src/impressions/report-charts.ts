import type { HeatCell } from './whole-report.ts';

/** Text for HTML and SVG: what a name holds never becomes markup. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A whole number in groups of three. */
export function grouped(value: number): string {
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 }).format(value);
}

/** One bar: what was promised as outline, what was counted as body. */
export interface Bar {
  readonly label: string;
  readonly promised: number;
  readonly counted: number;
}

/** Colours that also print well in grey. */
const INK = {
  counted: '#1f5f99',
  promised: '#c9d3df',
  axis: '#8a94a0',
  text: '#333c46',
  hot: [178, 34, 34],
} as const;

/** The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below the value; 1 at least. */
export function roundedUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= value) ?? 10;
  return step * power;
}

/** Bars side by side over time, with at most a dozen labels; `width` and `height` in CSS pixels. */
export function barsOverTime(
  bars: readonly Bar[],
  { width, height }: { width: number; height: number },
): string {
  const [left, bottom, top] = [52, 22, 8];
  const most = roundedUp(Math.max(0, ...bars.map((bar) => Math.max(bar.promised, bar.counted))));
  const plot = { w: width - left - 4, h: height - top - bottom };
  const slot = plot.w / Math.max(1, bars.length);
  const y = (value: number) => top + plot.h * (1 - value / most);
  const every = Math.ceil(bars.length / 12);
  const lines = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = most * share;
    const label = Number.isInteger(value) ? grouped(value) : '';
    return (
      `<line x1="${left}" x2="${width - 4}" y1="${px(y(value))}" y2="${px(y(value))}" stroke="${INK.axis}" stroke-width="${share === 0 ? 0.8 : 0.25}"/>` +
      `<text x="${left - 5}" y="${px(y(value) + 3)}" text-anchor="end">${label}</text>`
    );
  });
  const drawn = bars.map((bar, at) => {
    const x = left + slot * at;
    const wide = Math.min(slot * 0.82, 34);
    const start = x + (slot - wide) / 2;
    const label =
      at % every === 0
        ? `<text x="${px(x + slot / 2)}" y="${height - 8}" text-anchor="middle">${escapeMarkup(bar.label)}</text>`
        : '';
    return (
      `<rect x="${px(start)}" y="${px(y(bar.promised))}" width="${px(wide)}" height="${px(plot.h * (bar.promised / most))}" fill="${INK.promised}"/>` +
      `<rect x="${px(start + wide * 0.18)}" y="${px(y(bar.counted))}" width="${px(wide * 0.64)}" height="${px(plot.h * (bar.counted / most))}" fill="${INK.counted}"/>${label}`
    );
  });
  return svg(width, height, [...lines, ...drawn]);
}

/** Bars one below the other, with name and number. */
export function barRanking(bars: readonly Bar[], width: number): string {
  const [row, left, right] = [18, 128, 120];
  const most = Math.max(1, ...bars.map((bar) => Math.max(bar.promised, bar.counted)));
  const wide = (value: number) => ((width - left - right) * value) / most;
  const drawn = bars.map((bar, at) => {
    const y = at * row + 2;
    return (
      `<text x="${left - 8}" y="${y + 11.5}" text-anchor="end">${escapeMarkup(shortened(bar.label, 18))}</text>` +
      `<rect x="${left}" y="${y}" width="${px(wide(bar.promised))}" height="14" fill="${INK.promised}"/>` +
      `<rect x="${left}" y="${y + 3}" width="${px(wide(bar.counted))}" height="8" fill="${INK.counted}"/>` +
      `<text x="${px(left + wide(Math.max(bar.promised, bar.counted)) + 6)}" y="${y + 11.5}">${grouped(bar.counted)} / ${grouped(bar.promised)}</text>`
    );
  });
  return svg(width, bars.length * row + 4, drawn);
}

/** The 168 hours of the week: the darker, the more was counted; hatched where nothing was promised. */
export function heatMap(cells: readonly HeatCell[], weekdays: readonly string[], width: number): string {
  const [left, top] = [52, 4];
  const wide = (width - left) / 24;
  const high = 20;
  const most = Math.max(1, ...cells.map((cell) => cell.counted));
  const drawn = cells.map((cell) => {
    const [x, y] = [left + cell.hour * wide, top + (cell.weekday - 1) * high];
    const isIdle = cell.promised === 0 && cell.counted === 0;
    return `<rect x="${px(x)}" y="${y}" width="${px(wide - 1)}" height="${high - 1}" fill="${isIdle ? 'url(#idle)' : shade(cell.counted / most)}"/>`;
  });
  const names = weekdays.map(
    (name, at) =>
      `<text x="${left - 8}" y="${top + at * high + 14}" text-anchor="end">${escapeMarkup(name)}</text>`,
  );
  const hours = [0, 3, 6, 9, 12, 15, 18, 21].map(
    (hour) =>
      `<text x="${px(left + (hour + 0.5) * wide)}" y="${top + 7 * high + 12}" text-anchor="middle">${hour}:00</text>`,
  );
  const hatch =
    '<defs><pattern id="idle" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    '<rect width="5" height="5" fill="#f4f6f8"/><line x1="0" y1="0" x2="0" y2="5" stroke="#d5dbe2" stroke-width="1.4"/></pattern></defs>';
  return svg(width, top + 7 * high + 18, [hatch, ...drawn, ...names, ...hours]);
}

/** From almost white to dark blue. */
function shade(share: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * share ** 0.8);
  return `rgb(${mix(233, 18)},${mix(240, 62)},${mix(247, 112)})`;
}

function shortened(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function svg(width: number, height: number, parts: readonly string[]): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${px(height)}" width="100%" role="img" ` +
    `font-size="10" fill="${INK.text}">${parts.join('')}</svg>`
  );
}
