import { type Dispatch, type SetStateAction, useState } from 'react';
import type { ReviewMark } from '../catalogue/asset.ts';

/** An area of the picture in shares of its sides. */
export type MarkedArea = NonNullable<ReviewMark['area']>;

/** What a reviewer points at while looking. */
export interface Marking {
  readonly mark: ReviewMark | null;
  readonly setMark: Dispatch<SetStateAction<ReviewMark | null>>;
  /** The next drag over the picture marks an area. */
  readonly isPicking: boolean;
  readonly setPicking: (isPicking: boolean) => void;
}

/** The mark of one review, shared by the picture and the form. */
export function useMarking(): Marking {
  const [mark, setMark] = useState<ReviewMark | null>(null);
  const [isPicking, setPicking] = useState(false);
  return { mark, setMark, isPicking, setPicking };
}

/** The sum of two rounded shares must not come out above 1. */
const MOST = 0.9999;

/** The area between two points, each in shares of the sides; kept within the picture. */
export function areaBetween(
  a: { readonly x: number; readonly y: number },
  b: { readonly x: number; readonly y: number },
): MarkedArea {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)].map(within) as [number, number];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)].map(within) as [number, number];
  return { left, top, width: round(right - left), height: round(bottom - top) };
}

/** The area moved, or with `isResize` its far corner moved; always within the picture and never empty. */
export function areaMoved(area: MarkedArea, dx: number, dy: number, isResize: boolean): MarkedArea {
  const least = 0.02;
  if (isResize) {
    const [left, top] = [Math.min(area.left, MOST - least), Math.min(area.top, MOST - least)].map(round) as [
      number,
      number,
    ];
    return {
      left,
      top,
      width: round(Math.max(least, Math.min(MOST - left, area.width + dx))),
      height: round(Math.max(least, Math.min(MOST - top, area.height + dy))),
    };
  }
  return {
    ...area,
    left: round(Math.max(0, Math.min(MOST - area.width, area.left + dx))),
    top: round(Math.max(0, Math.min(MOST - area.height, area.top + dy))),
  };
}

function within(share: number): number {
  return round(Math.max(0, Math.min(MOST, share)));
}

/** Downwards to a ten-thousandth. */
function round(share: number): number {
  return Math.floor(share * 10_000 + 1e-6) / 10_000;
}
