import type { Slide } from './set-slide.ts';

/** The outline of a text at size 1 with its baseline at 0, y downwards, as SVG elements. */
export type Outline = (text: string, weight: number) => string;

/** A slide as SVG without any text or font in it: what renders it needs no fonts, and gives the same pixels anywhere. */
export function slideSvg(slide: Slide, outline: Outline): string {
  const { widthPx, heightPx, background, shapes, lines } = slide;
  const rects = shapes.map(
    ({ leftPx, topPx, widthPx: width, heightPx: height, fill }) =>
      `<rect x="${short(leftPx)}" y="${short(topPx)}" width="${short(width)}" height="${short(height)}" fill="${fill}"/>`,
  );
  const texts = lines
    .filter(({ text }) => text !== '')
    .map(
      ({ text, leftPx, baselinePx, sizePx, weight, color }) =>
        `<g fill="${color}" transform="translate(${short(leftPx)} ${short(baselinePx)}) scale(${sizePx.toFixed(4)})">` +
        `${outline(text, weight)}</g>`,
    );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}">` +
    `<rect width="${widthPx}" height="${heightPx}" fill="${background}"/>${rects.join('')}${texts.join('')}</svg>`
  );
}

function short(px: number): string {
  return px.toFixed(2);
}
