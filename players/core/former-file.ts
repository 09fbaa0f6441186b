import { z } from 'zod';
import { type ManifestLoop, type ManifestMedia, manifestMediaSchema } from '../../src/contract/manifest.ts';
import { idSchema, sha256Schema } from '../../src/contract/media-type.ts';

/** A file that an earlier manifest named for the same asset and booking as a later one names another file for. */
export const formerFileSchema = z.object({
  /** The file that took its place. */
  media: sha256Schema,
  assetId: idSchema,
  bookingId: idSchema.nullable(),
  file: manifestMediaSchema,
});
/** See {@link formerFileSchema}. */
export type FormerFile = z.infer<typeof formerFileSchema>;

/** What a programme, or the memory of one, says of files. */
interface Named {
  readonly media: ReadonlyMap<string, ManifestMedia>;
  readonly loops: ReadonlyMap<string, ManifestLoop>;
}

/** What the player has just now: files to play from, and what is on its stage. */
export interface AtHand {
  readonly ready: ReadonlySet<string>;
  /** What plays, or null. */
  readonly playing: {
    readonly sha256: string;
    readonly assetId: number;
    readonly bookingId: number | null;
  } | null;
}

/** A player that has nothing. */
export const NOTHING_AT_HAND: AtHand = { ready: new Set(), playing: null };

/**
 * The files that may be played in the place of those that `after` names and that are not here yet: signed manifests
 * named them for the very same asset and booking, so that they were reviewed, are checked by their own hash, and the
 * server believes a report of them. An asset or booking that `after` does not name has none: what is withdrawn is gone.
 */
export function formerFiles(
  before: Named & { readonly former: readonly FormerFile[] },
  after: Named,
  { ready, playing }: AtHand,
): readonly FormerFile[] {
  if (before.loops.size === 0) return [];
  const wanted = new Map<string, Set<string>>();
  for (const loop of after.loops.values()) {
    for (const { media, assetId, bookingId } of loop.spots) {
      const isOn = playing?.assetId === assetId && playing.bookingId === bookingId;
      if (ready.has(media) && !isOn) continue;
      const key = `${assetId} ${bookingId}`;
      wanted.set(key, (wanted.get(key) ?? new Set()).add(media));
    }
  }
  if (wanted.size === 0) return [];
  const found = new Map<string, FormerFile>();
  const offer = (assetId: number, bookingId: number | null, file: ManifestMedia | undefined): void => {
    if (!file) return;
    for (const media of wanted.get(`${assetId} ${bookingId}`) ?? []) {
      const key = `${assetId} ${bookingId} ${media} ${file.sha256}`;
      if (media !== file.sha256 && !found.has(key)) found.set(key, { media, assetId, bookingId, file });
    }
  };
  for (const loop of before.loops.values()) {
    for (const { assetId, bookingId, media } of loop.spots)
      offer(assetId, bookingId, before.media.get(media));
  }
  for (const { assetId, bookingId, file } of before.former) offer(assetId, bookingId, file);
  return [...found.values()];
}
