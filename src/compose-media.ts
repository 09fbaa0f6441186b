import { join } from 'node:path';
import type { Clock } from './base/units.ts';
import type { Bucket } from './catalogue/bucket-files.ts';
import { mediaInBucket } from './catalogue/bucket-media-files.ts';
import { MATERIAL_BYTES } from './catalogue/import-flow.ts';
import { type MediaFiles, mediaFiles } from './catalogue/media-files.ts';
import type { Config } from './config.ts';

/** The store of media, opened as the configuration says. */
export interface OpenMedia {
  readonly files: MediaFiles;
  /** Removes copies of what the bucket has, down to the size that is allowed. */
  trim(): Promise<void>;
}

/** Opens the bucket that holds the media; null where the folder itself is the store. Sends nothing yet. */
export async function bucketOf(
  { bucket }: Pick<Config, 'bucket'>,
  onTrouble: (error: unknown) => void,
): Promise<Bucket | null> {
  if (bucket === undefined) return null;
  // Read only where it is wanted: the library of the service is large.
  const { openBucket } = await import('./catalogue/bucket-files.ts');
  return openBucket(bucket, onTrouble);
}

/** Opens the store: the folder of media, or a bucket for which that folder holds copies. */
export async function openMedia(
  config: Pick<Config, 'dataDir' | 'bucket' | 'mediaCacheBytes'>,
  now: Clock,
  onTrouble: (error: unknown) => void,
): Promise<OpenMedia> {
  const folder = await mediaFiles(config.dataDir);
  const bucket = await bucketOf(config, onTrouble);
  if (bucket === null) return { files: folder, trim: async () => {} };
  const root = join(config.dataDir, 'media');
  const files = mediaInBucket({ folder, root, bucket, mostBytes: MATERIAL_BYTES, now, onTrouble });
  return {
    files,
    async trim() {
      await files.trim(config.mediaCacheBytes ?? Number.POSITIVE_INFINITY);
    },
  };
}
