import type { Framing } from '../catalogue/asset.ts';
import { type Takes, THIN_LINE_TAGS } from '../catalogue/rendition.ts';
import type { EndpointKind } from '../contract/media-type.ts';

/** An endpoint, as far as the choice of files goes. */
export interface FilePlace {
  readonly id: number;
  readonly kind: EndpointKind;
  readonly tags: readonly string[];
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

/** For which sizes, and whether for thin lines, anything was made at all. */
export interface MadeVariants {
  readonly sizes: ReadonlySet<string>;
  readonly thin: boolean;
}

/** Gathers what files were made for. */
export function variantsOf(files: readonly { readonly variant: string }[]): MadeVariants {
  const sizes = new Set(files.flatMap(({ variant }) => /-(\d+x\d+)$/.exec(variant)?.[1] ?? []));
  return { sizes, thin: files.some(({ variant }) => variant === 'thin') };
}

/**
 * What makes one file suit a place better than another, or undefined where nothing does: only what was made for
 * somebody counts, so that places which get the same files stay alike and are compiled once.
 */
export function takesOf(place: FilePlace, made: MadeVariants, mp3Only: boolean): Takes | undefined {
  if (place.kind === 'loudspeaker') return mp3Only ? { size: null, thinLine: false, mp3Only } : undefined;
  const size = `${place.widthPx}x${place.heightPx}`;
  const thinLine = made.thin && place.tags.some((tag) => THIN_LINE_TAGS.includes(tag));
  if (!thinLine && !made.sizes.has(size)) return undefined;
  return { size: made.sizes.has(size) ? size : null, thinLine, mp3Only: false };
}

/** Whether a file belongs to the framing that its asset has now; one that no framing made always does. */
export function isOfFraming(variant: string, framing: Framing | undefined): boolean {
  return !variant.includes('-') || variant.startsWith(`${framing}-`);
}
