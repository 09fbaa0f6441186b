import { breakLines } from './break-lines.ts';
import type { NoticeDraft } from './notice.ts';
import { FOOT, layoutFor, TEMPLATES, type TextBox } from './template.ts';

/** Width of a text at size 1, in weights 400 and 700. */
export type Measure = (text: string, weight: number) => number;

/** One line at its place; `baselinePx` from the top. */
export interface SetLine {
  readonly text: string;
  readonly leftPx: number;
  readonly baselinePx: number;
  readonly sizePx: number;
  readonly weight: number;
  readonly color: string;
}

/** A slide with everything at its place. */
export interface Slide {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly background: string;
  readonly shapes: readonly {
    readonly leftPx: number;
    readonly topPx: number;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly fill: string;
  }[];
  readonly lines: readonly SetLine[];
}

/** A text that does not fit, even in the smallest legible type. */
export interface TooLong {
  readonly part: 'title' | 'body';
  /** So many characters are too many. */
  readonly excess: number;
}

/** Least size of type: below it passers-by cannot read. In shares of the shorter side, and in pixels. */
export const LEAST_SHARE = 0.03;
/** See {@link LEAST_SHARE}. */
export const LEAST_PX = 12;
/** English under Chinese, to its size. */
const SECOND_SIZE = 0.62;
const LINE_HEIGHT = 1.38;
/** From the top of a line to its baseline, to its height, for the fonts used here. */
const BASELINE = 0.78;
/** How often a size is tried; 2⁻¹² of the largest is below a pixel. */
const TRIES = 12;
const EVEN_TRIES = 7;

/** One language of a box; `scale` to the size of the box. */
interface Part {
  readonly text: string;
  readonly scale: number;
}

/** Sets a notice for a picture: type as large as fits, at most as the template says. */
export function setSlide(
  draft: NoticeDraft,
  size: { readonly widthPx: number; readonly heightPx: number },
  measure: Measure,
): Slide | TooLong {
  const { widthPx, heightPx } = size;
  const template = TEMPLATES[draft.template];
  const layout = layoutFor(template, widthPx, heightPx);
  const parts = (zh: string, en: string): Part[] =>
    [
      { text: zh, scale: 1 },
      { text: en, scale: SECOND_SIZE },
    ].filter(({ text }) => text !== '');
  const boxes: readonly (readonly ['title' | 'body', TextBox, readonly Part[]])[] = [
    ['title', layout.title, parts(draft.titleZh, draft.titleEn)],
    ['body', layout.body, parts(draft.bodyZh, draft.bodyEn)],
  ];
  const lines: SetLine[] = [];
  for (const [part, box, texts] of boxes) {
    const set = setBox(box, texts, size, measure);
    if (set === null) return { part, excess: excessOf(box, texts, size, measure) };
    lines.push(...set);
  }
  if (layout.foot) {
    const isEnglish = draft.titleEn !== '' || draft.bodyEn !== '';
    const text = isEnglish ? `${FOOT.zh}　${FOOT.en}` : FOOT.zh;
    lines.push(...(setBox(layout.foot, [{ text, scale: 1 }], size, measure, 0) ?? []));
  }
  const shapes = layout.shapes.map(({ left, top, width, height, fill }) => ({
    ...{ leftPx: left * widthPx, topPx: top * heightPx, widthPx: width * widthPx },
    ...{ heightPx: height * heightPx, fill },
  }));
  return { widthPx, heightPx, background: template.background, shapes, lines };
}

/** The smallest legible size of type in a picture, in pixels. */
export function leastSizePx({ widthPx, heightPx }: { widthPx: number; heightPx: number }): number {
  return Math.max(LEAST_PX, LEAST_SHARE * Math.min(widthPx, heightPx));
}

function setBox(
  box: TextBox,
  texts: readonly Part[],
  size: { readonly widthPx: number; readonly heightPx: number },
  measure: Measure,
  leastPx = leastSizePx(size),
): SetLine[] | null {
  const most = box.largest * Math.min(size.widthPx, size.heightPx);
  // What is set smaller must be legible as well.
  const least = leastPx / Math.min(1, ...texts.map(({ scale }) => scale));
  let best = fitted(box, texts, size, measure, Math.max(most, least));
  if (best !== null) return fitted(box, texts, size, measure, Math.max(most, least), true);
  let [low, high] = [least, Math.max(most, least)];
  best = fitted(box, texts, size, measure, low);
  for (let i = 0; best !== null && i < TRIES; i++) {
    const middle = (low + high) / 2;
    const tried = fitted(box, texts, size, measure, middle);
    if (tried === null) high = middle;
    else [low, best] = [middle, tried];
  }
  return best && fitted(box, texts, size, measure, low, true);
}

/** The lines at one size, in the middle of the box's height; null when they do not fit. */
function fitted(
  box: TextBox,
  texts: readonly Part[],
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  measure: Measure,
  sizePx: number,
  isFinal = false,
): SetLine[] | null {
  const mostWidth = box.width * widthPx;
  const widthOf = (part: string) => measure(part, box.weight);
  const broken = texts.flatMap(({ text, scale }) => {
    const most = mostWidth / (sizePx * scale);
    const lines = isFinal
      ? text.split('\n').flatMap((one) => evenLines(one, most, widthOf))
      : breakLines(text, most, widthOf);
    return lines.map((line) => ({ text: line, sizePx: sizePx * scale }));
  });
  const height = broken.reduce((sum, line) => sum + line.sizePx * LINE_HEIGHT, 0);
  if (height > box.height * heightPx) return null;
  let top = box.top * heightPx + (box.height * heightPx - height) / 2;
  return broken.map((line) => {
    const width = measure(line.text, box.weight) * line.sizePx;
    const indent = box.align === 'middle' ? (mostWidth - width) / 2 : 0;
    const baselinePx = top + line.sizePx * LINE_HEIGHT * BASELINE;
    top += line.sizePx * LINE_HEIGHT;
    const { weight, color } = box;
    return { ...line, leftPx: box.left * widthPx + indent, baselinePx, weight, color };
  });
}

/** As few lines as {@link breakLines} makes, but of even length, so that no character stands alone on the last. */
function evenLines(text: string, most: number, widthOf: (text: string) => number): string[] {
  let best = breakLines(text, most, widthOf);
  if (best.length < 2) return best;
  let [low, high] = [most / 2, most];
  for (let i = 0; i < EVEN_TRIES; i++) {
    const middle = (low + high) / 2;
    const tried = breakLines(text, middle, widthOf);
    if (tried.length > best.length || tried.some((line) => widthOf(line) > middle)) low = middle;
    else [high, best] = [middle, tried];
  }
  return best;
}

/** How many characters must go from the end of the longer text until the box holds it. */
function excessOf(
  box: TextBox,
  texts: readonly Part[],
  size: { readonly widthPx: number; readonly heightPx: number },
  measure: Measure,
): number {
  const longest = texts.reduce((a, b) => (b.text.length * b.scale > a.text.length * a.scale ? b : a));
  const letters = [...longest.text];
  let [fits, fails] = [0, letters.length];
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    const shorter = texts.map((one) =>
      one === longest ? { ...one, text: letters.slice(0, middle).join('') } : one,
    );
    if (setBox(box, shorter, size, measure) === null) fails = middle;
    else fits = middle;
  }
  return letters.length - fits;
}
