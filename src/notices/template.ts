import type { Sentence } from '../base/sentence.ts';
import advice from './templates/advice.json' with { type: 'json' };
import night from './templates/night.json' with { type: 'json' };
import warning from './templates/warning.json' with { type: 'json' };

/** The templates, by name. Each is a file in `templates/`. */
export const TEMPLATE_NAMES = ['warning', 'advice', 'night'] as const;
/** See {@link TEMPLATE_NAMES}. */
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** A box in shares of the picture's width and height. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where text goes. */
export interface TextBox extends Box {
  readonly align: string;
  readonly color: string;
  readonly weight: number;
  /** Most size of type, in shares of the picture's shorter side. */
  readonly largest: number;
}

/** How a template looks in pictures of one kind of shape. */
export interface Layout {
  readonly shapes: readonly (Box & { readonly fill: string })[];
  readonly title: TextBox;
  readonly body: TextBox;
  /** Null: no room for it. */
  readonly foot: TextBox | null;
}

/** The look of a notice. */
export interface Template {
  readonly name: Sentence;
  readonly background: string;
  readonly layouts: Readonly<Record<'lying' | 'standing' | 'wide', Layout>>;
}

/** The look by its name. */
export const TEMPLATES: Readonly<Record<TemplateName, Template>> = { warning, advice, night };

/** The line at the foot of every notice. */
export const FOOT: Sentence = { zh: '发现火情请拨打 119', en: 'In case of fire call 119' };

/** From this relation of width to height on, title and text stand side by side. */
const WIDE_FROM = 2.5;

/** The layout for a picture. */
export function layoutFor(template: Template, widthPx: number, heightPx: number): Layout {
  if (widthPx >= heightPx * WIDE_FROM) return template.layouts.wide;
  return widthPx >= heightPx ? template.layouts.lying : template.layouts.standing;
}
