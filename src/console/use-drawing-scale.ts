import { type RefObject, useLayoutEffect, useState } from 'react';

/** What a drawing's window is taken to be before it was measured. Unit: pixels. */
const USUAL = { width: 690, height: 520 };

/** The size in which a drawing stands on the page, and how many of its units are one pixel. */
export interface DrawingScale {
  /** Pixels. */
  readonly width: number;
  /** Units of the drawing that one pixel is, for something so large in the drawing's units that is shown whole. */
  pixelOf(shown: { readonly width: number; readonly height: number }): number;
}

/** Measures a drawing, and again when its window changes. */
export function useDrawingScale(svg: RefObject<SVGSVGElement | null>): DrawingScale {
  const [size, setSize] = useState(USUAL);
  useLayoutEffect(() => {
    const drawing = svg.current;
    if (!drawing) return;
    const measure = () => {
      const { width, height } = drawing.getBoundingClientRect();
      if (width > 0 && height > 0) setSize({ width, height });
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(drawing);
    return () => watch.disconnect();
  }, [svg]);
  return {
    width: size.width,
    pixelOf: (shown) => Math.max(shown.width / size.width, shown.height / size.height),
  };
}

/** Of a mark of the plan, so many pixels are one of its own units: on a phone marks are smaller, but never too small. */
export function markScale({ width }: DrawingScale): number {
  return Math.min(0.8, Math.max(0.55, width / 1_000));
}
