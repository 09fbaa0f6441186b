import type { Asset, Framing } from '../catalogue/asset.ts';

/** What a file is made for: screens, or loudspeakers, which need the sound alone. */
export type MadeFor = 'screen' | 'sound';

/** A width and a height in pixels. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What the fleet has that one file for all does not serve. */
export interface FleetNeeds {
  /** The commonest sizes of pictures, at most {@link MOST_SIZES}, in a fixed order. */
  readonly sizes: readonly PictureSize[];
  /** Some screen has a thin line. */
  readonly thin: boolean;
  /** Some loudspeaker plays only MP3. */
  readonly mp3: boolean;
}

/** A file to make of an upload. */
export interface PlannedFile {
  readonly madeFor: MadeFor;
  /** Empty: the one for all. Else `thin`, `mp3`, or a framing and a size such as `fill-1080x1920`. */
  readonly variant: string;
}

/** A picture to make: its size, and how the source meets it. Null framing: it has the shape of the source. */
export interface MadePicture extends PictureSize {
  readonly framing: Framing | null;
}

/** The box, longer by shorter side, into which films for screens are made to fit; what is smaller stays so. */
export const SCREEN_BOX = { longerPx: 1_920, shorterPx: 1_080 } as const;
/** The same for thin lines. */
export const THIN_BOX = { longerPx: 960, shorterPx: 540 } as const;
/** Most sizes for which files are made of one upload. */
export const MOST_SIZES = 8;

/** Shapes that differ by less are one: an edge or a bar so thin is not seen. */
const SAME_SHAPE = 0.02;
/** A screen with less than this share of the pixels gets its own smaller film. */
const MUCH_SMALLER = 0.5;

/**
 * Integrated loudness that files are made to have, in LUFS (EBU R 128 measures it), and the most that a true peak may
 * reach, in dBTP. Screens keep the programme level of R 128; loudspeakers outdoors get the most that AES TD1004.1.15-10
 * recommends for streams.
 */
export const LOUDNESS: Readonly<Record<MadeFor, { readonly targetLufs: number; readonly peakDbtp: number }>> =
  {
    screen: { targetLufs: -23, peakDbtp: -1 },
    sound: { targetLufs: -16, peakDbtp: -1 },
  };

/** What decides which files are made of an upload. */
export type PlannedAsset = Pick<
  Asset,
  'mediaClass' | 'type' | 'unplayable' | 'widthPx' | 'heightPx' | 'hasSound' | 'framing'
>;

/**
 * Which files to make of an upload. A film that players cannot play, or that is larger than any screen of the fleet
 * shows, gets one for all screens, and more for sizes that one does not serve; a still gets its exact pixels for each
 * size. All that sounds gets its sound alone for loudspeakers.
 */
export function plannedFor(asset: PlannedAsset, needs: FleetNeeds): readonly PlannedFile[] {
  const planned: PlannedFile[] = [];
  const screen = (variant: string) => planned.push({ madeFor: 'screen', variant });
  if (asset.mediaClass === 'video') {
    if (asset.unplayable !== null || isBeyondScreens(asset)) screen('');
    for (const size of needs.sizes) if (filmNeeds(asset, size)) screen(variantOf(asset.framing, size));
    if (needs.thin) screen('thin');
  }
  // Players show a GIF moving, as it is.
  if (asset.mediaClass === 'image' && asset.type !== 'image/gif')
    for (const size of needs.sizes)
      if (asset.widthPx !== size.widthPx || asset.heightPx !== size.heightPx)
        screen(variantOf(asset.framing, size));
  if (asset.mediaClass !== 'image' && asset.hasSound) {
    planned.push({ madeFor: 'sound', variant: '' });
    if (needs.mp3 && asset.type !== 'audio/mpeg') planned.push({ madeFor: 'sound', variant: 'mp3' });
  }
  return planned;
}

/** The name of what is made for one size. */
export function variantOf(framing: Framing, { widthPx, heightPx }: PictureSize): string {
  return `${framing}-${widthPx}x${heightPx}`;
}

/**
 * The picture to make of a film. For a size: filled or before a blurred copy it has the shape of the screen, within the
 * box for screens; whole with bars it keeps its own, since players draw bars themselves.
 */
export function filmPicture(source: PictureSize, variant: string): MadePicture {
  if (variant === 'thin') return { ...screenPicture(source, THIN_BOX), framing: null };
  const named = readVariant(variant);
  if (named === null) return { ...screenPicture(source), framing: null };
  const target = screenPicture(named.size);
  if (named.framing !== 'fit') return { ...target, framing: named.framing };
  return { ...within(screenPicture(source), target), framing: null };
}

/** The picture to make of a still: the exact pixels of the screen. Null for a variant that names no size. */
export function stillPicture(variant: string): (PictureSize & { readonly framing: Framing }) | null {
  const named = readVariant(variant);
  return named === null ? null : { ...named.size, framing: named.framing };
}

/**
 * The picture of a film for screens: the same shape within the box, never enlarged, whole even numbers as H.264 wants
 * them. Lying and standing films each use the box their way.
 */
export function screenPicture(
  { widthPx, heightPx }: PictureSize,
  box: { readonly longerPx: number; readonly shorterPx: number } = SCREEN_BOX,
): PictureSize {
  const [longer, shorter] = [Math.max(widthPx, heightPx), Math.min(widthPx, heightPx)];
  return scaled({ widthPx, heightPx }, Math.min(1, box.longerPx / longer, box.shorterPx / shorter));
}

function within(picture: PictureSize, target: PictureSize): PictureSize {
  return scaled(picture, Math.min(1, target.widthPx / picture.widthPx, target.heightPx / picture.heightPx));
}

function scaled({ widthPx, heightPx }: PictureSize, scale: number): PictureSize {
  const even = (px: number) => Math.max(2, 2 * Math.round((px * scale) / 2));
  return { widthPx: even(widthPx), heightPx: even(heightPx) };
}

function readVariant(variant: string): { readonly framing: Framing; readonly size: PictureSize } | null {
  const [, framing, width, height] = /^(fit|fill|blur)-(\d{1,6})x(\d{1,6})$/.exec(variant) ?? [];
  if (framing === undefined) return null;
  return { framing: framing as Framing, size: { widthPx: Number(width), heightPx: Number(height) } };
}

function filmNeeds({ widthPx, heightPx, framing }: PlannedAsset, size: PictureSize): boolean {
  if (widthPx === null || heightPx === null) return false;
  const source = screenPicture({ widthPx, heightPx });
  const isOtherShape = Math.abs((widthPx * size.heightPx) / (heightPx * size.widthPx) - 1) > SAME_SHAPE;
  if (isOtherShape && framing !== 'fit') return true;
  const own = filmPicture({ widthPx, heightPx }, variantOf('fit', size));
  return own.widthPx * own.heightPx < MUCH_SMALLER * source.widthPx * source.heightPx;
}

function isBeyondScreens({ widthPx, heightPx }: PlannedAsset): boolean {
  if (widthPx === null || heightPx === null) return false;
  return (
    Math.max(widthPx, heightPx) > SCREEN_BOX.longerPx || Math.min(widthPx, heightPx) > SCREEN_BOX.shorterPx
  );
}
