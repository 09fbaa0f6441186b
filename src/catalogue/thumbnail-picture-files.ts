/** Longer side of a thumbnail, in pixels. */
export const THUMBNAIL_PX = 480;

/** A small WebP of a picture, upright. @throws Error for what cannot be decoded. */
export async function shrinkPicture(picture: string | Uint8Array): Promise<Uint8Array> {
  // Loaded with the first picture: a server at rest stays small.
  const { default: sharp } = await import('sharp');
  return sharp(picture, { limitInputPixels: 100_000_000, failOn: 'none' })
    .autoOrient()
    .resize(THUMBNAIL_PX, THUMBNAIL_PX, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 78 })
    .toBuffer();
}
