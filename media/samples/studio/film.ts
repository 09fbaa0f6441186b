import type { Backdrop } from './backdrop.ts';
import type { Layer } from './layers.ts';
import type { Mood } from './sound.ts';

/** One film: its picture on a design canvas, its length, its sound. */
export interface Film {
  readonly title: { readonly zh: string; readonly en: string };
  readonly width: number;
  readonly height: number;
  /** Output pixels per design pixel. */
  readonly scale: number;
  readonly seconds: number;
  readonly crf: number;
  readonly backdrop: Backdrop;
  readonly layers: readonly Layer[];
  readonly mood: Mood;
  readonly spoken: readonly { readonly at: number; readonly say: string }[];
}
