import type { Asset } from '../catalogue/asset.ts';

/** What a file is made for: screens, or loudspeakers, which need the sound alone. */
export type MadeFor = 'screen' | 'sound';

/** The box, longer by shorter side, into which films for screens are made to fit; what is smaller stays so. */
export const SCREEN_BOX = { longerPx: 1_920, shorterPx: 1_080 } as const;

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
export type PlannedAsset = Pick<Asset, 'mediaClass' | 'unplayable' | 'widthPx' | 'heightPx' | 'hasSound'>;

/**
 * Which files to make of an upload. A film that players cannot play, or that is larger than any screen of the fleet
 * shows, gets one for screens; all that sounds gets its sound alone for loudspeakers. Stills need none.
 */
export function plannedFor(asset: PlannedAsset): readonly MadeFor[] {
  const planned: MadeFor[] = [];
  if (asset.mediaClass === 'video' && (asset.unplayable !== null || isBeyondScreens(asset)))
    planned.push('screen');
  if (asset.mediaClass !== 'image' && asset.hasSound) planned.push('sound');
  return planned;
}

/**
 * The picture of a film for screens: the same shape within the box, never enlarged, whole even numbers as H.264 wants
 * them. Lying and standing films each use the box their way.
 */
export function screenPicture(widthPx: number, heightPx: number): { widthPx: number; heightPx: number } {
  const [longer, shorter] = [Math.max(widthPx, heightPx), Math.min(widthPx, heightPx)];
  const scale = Math.min(1, SCREEN_BOX.longerPx / longer, SCREEN_BOX.shorterPx / shorter);
  const even = (px: number) => Math.max(2, 2 * Math.round((px * scale) / 2));
  return { widthPx: even(widthPx), heightPx: even(heightPx) };
}

function isBeyondScreens({ widthPx, heightPx }: PlannedAsset): boolean {
  if (widthPx === null || heightPx === null) return false;
  return (
    Math.max(widthPx, heightPx) > SCREEN_BOX.longerPx || Math.min(widthPx, heightPx) > SCREEN_BOX.shorterPx
  );
}
