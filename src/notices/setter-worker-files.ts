import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import * as fontkit from 'fontkit';
import PDFDocument from 'pdfkit';
import { type Slide, setSlide } from './set-slide.ts';
import type { SetOrder, SetOutcome } from './setter-files.ts';
import { slideSvg } from './slide-svg.ts';

/** ISO 216 A3, standing, in points of 1/72 inch. */
const A3_POINTS = { widthPx: 841.89, heightPx: 1_190.55 } as const;
/** Widths of so many texts are remembered. */
const REMEMBERED = 20_000;

const fileOf = createRequire(import.meta.url).resolve;
const FONT_FILES: Readonly<Record<number, string>> = {
  400: fileOf('@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff'),
  700: fileOf('@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-700-normal.woff'),
};
const fonts = new Map<number, { readonly font: fontkit.Font; readonly bytes: Buffer }>();
const widths = new Map<string, number>();

function fontOf(weight: number) {
  const known = fonts.get(weight);
  if (known) return known;
  const path = FONT_FILES[weight];
  if (path === undefined) throw new Error(`no font of weight ${weight}`);
  const bytes = readFileSync(path);
  const font = fontkit.create(bytes);
  if ('fonts' in font) throw new Error(`${path} is a collection`);
  const loaded = { font, bytes };
  fonts.set(weight, loaded);
  return loaded;
}

function measure(text: string, weight: number): number {
  const key = `${weight} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  const { font } = fontOf(weight);
  const width = font.layout(text).advanceWidth / font.unitsPerEm;
  if (widths.size >= REMEMBERED) widths.clear();
  widths.set(key, width);
  return width;
}

function outline(text: string, weight: number): string {
  const { font } = fontOf(weight);
  const { glyphs, positions } = font.layout(text);
  const scale = (1 / font.unitsPerEm).toFixed(6);
  let x = 0;
  const paths = glyphs.map((glyph, index) => {
    const at = positions[index];
    const path = `<path transform="translate(${x + (at?.xOffset ?? 0)} 0)" d="${glyph.path.toSVG()}"/>`;
    x += at?.xAdvance ?? 0;
    return path;
  });
  return `<g transform="scale(${scale} -${scale})">${paths.join('')}</g>`;
}

/** Characters of the texts that the font does not have, each once. */
function missing(order: SetOrder): string[] {
  const { titleZh, bodyZh, titleEn, bodyEn } = order.draft;
  const { font } = fontOf(400);
  const letters = [...new Set([...titleZh, ...bodyZh, ...titleEn, ...bodyEn])];
  return letters.filter(
    (letter) => letter !== '\n' && !font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0),
  );
}

async function poster(slide: Slide, title: string): Promise<Uint8Array<ArrayBuffer>> {
  const { widthPx, heightPx, background, shapes, lines } = slide;
  const sheet = new PDFDocument({
    ...{ size: 'A3', margin: 0, lang: 'zh-CN', displayTitle: true },
    info: { Title: title, CreationDate: new Date(0) },
  });
  const chunks: Buffer[] = [];
  sheet.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => sheet.on('end', resolve));
  sheet.rect(0, 0, widthPx, heightPx).fill(background);
  for (const shape of shapes)
    sheet.rect(shape.leftPx, shape.topPx, shape.widthPx, shape.heightPx).fill(shape.fill);
  for (const weight of new Set(lines.map((line) => line.weight)))
    sheet.registerFont(String(weight), fontOf(weight).bytes);
  for (const { text, leftPx, baselinePx, sizePx, weight, color } of lines) {
    sheet.font(String(weight)).fontSize(sizePx).fillColor(color);
    if (text !== '') sheet.text(text, leftPx, baselinePx, { baseline: 'alphabetic', lineBreak: false });
  }
  sheet.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}

async function outcomeOf(order: SetOrder): Promise<SetOutcome> {
  const unknown = missing(order);
  if (unknown.length > 0) return { is: 'missing', letters: unknown };
  const slide = setSlide(order.draft, order.as === 'poster' ? A3_POINTS : order.size, measure);
  if ('excess' in slide) return { is: 'tooLong', ...slide };
  if (order.as === 'poster') return { is: 'poster', pdf: await poster(slide, order.draft.titleZh) };
  return { is: 'slide', svg: slideSvg(slide, outline) };
}

parentPort?.on('message', ({ id, order }: { id: number; order: SetOrder }) => {
  outcomeOf(order).then(
    (outcome) => parentPort?.postMessage({ id, outcome }),
    (error: unknown) => parentPort?.postMessage({ id, fault: String(error) }),
  );
});
