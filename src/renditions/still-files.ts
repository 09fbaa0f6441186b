import { open, writeFile } from 'node:fs/promises';
import type { Framing } from '../catalogue/asset.ts';
import type { PictureSize } from './rendition-plan.ts';
import { TranscodeFailed } from './transcoder-files.ts';

/** Most pixels of a still that is read, and most of one that is made. */
const MOST_PIXELS = 100_000_000;
/** Longer side of the copy that is blurred for the backdrop, in pixels. */
const BACKDROP_PX = 240;

/**
 * Writes the still in the exact pixels of a screen. PNG stays PNG; all else becomes JPEG.
 * @throws TranscodeFailed `moving` for animated pictures, `damaged` for what cannot be read, `tooLarge`
 */
export async function framedStill(
  source: string,
  size: PictureSize,
  framing: Framing,
  target: string,
): Promise<void> {
  if (size.widthPx * size.heightPx > MOST_PIXELS)
    throw new TranscodeFailed('tooLarge', 'more pixels than ever shown');
  try {
    const { default: sharp } = await import('sharp');
    const { pages = 1, format } = await sharp(source, { limitInputPixels: MOST_PIXELS }).metadata();
    if (pages > 1 || (format === 'png' && (await isAnimatedPng(source))))
      throw new TranscodeFailed('moving', `${pages} pictures`);
    const made = await pipelineOf(source, size, framing);
    if (format === 'png') {
      await writeFile(target, await made.png({ compressionLevel: 9 }).toBuffer());
      return;
    }
    const jpeg = made.flatten({ background: 'black' }).jpeg({ quality: 90, chromaSubsampling: '4:4:4' });
    await writeFile(target, await jpeg.toBuffer());
  } catch (error) {
    if (error instanceof TranscodeFailed) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw new TranscodeFailed(code === 'ENOSPC' ? 'diskFull' : 'damaged', String(error));
  }
}

/** Writes a picture that was made already. */
export async function writeStill(bytes: Uint8Array, target: string): Promise<void> {
  await writeFile(target, bytes);
}

/** A small WebP that shows how a still, or a frame, meets a size. */
export async function framedPreview(
  source: string | Uint8Array,
  size: PictureSize,
  framing: Framing,
): Promise<Uint8Array<ArrayBuffer>> {
  const made = await pipelineOf(source, size, framing);
  return new Uint8Array(await made.webp({ quality: 78 }).toBuffer());
}

async function pipelineOf(source: string | Uint8Array, { widthPx, heightPx }: PictureSize, framing: Framing) {
  const { default: sharp } = await import('sharp');
  const upright = () => sharp(source, { limitInputPixels: MOST_PIXELS, failOn: 'error' }).autoOrient();
  const fit = framing === 'fill' ? 'cover' : 'contain';
  const made = upright().resize(widthPx, heightPx, {
    fit,
    background: framing === 'blur' ? { r: 0, g: 0, b: 0, alpha: 0 } : 'black',
  });
  if (framing !== 'blur') return made;
  const shrink = Math.min(1, BACKDROP_PX / Math.max(widthPx, heightPx));
  const small = await upright()
    .resize(Math.max(2, Math.round(widthPx * shrink)), Math.max(2, Math.round(heightPx * shrink)), {
      fit: 'cover',
    })
    .flatten({ background: 'black' })
    .blur(6)
    .modulate({ brightness: 0.75 })
    .png()
    .toBuffer();
  const front = await made.ensureAlpha().png().toBuffer();
  const back = await sharp(small).resize(widthPx, heightPx, { fit: 'fill' }).png().toBuffer();
  return sharp(back).composite([{ input: front }]);
}

/** Whether a PNG says before its first picture that it has more of them (`acTL`, APNG). */
async function isAnimatedPng(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const head = buffer.subarray(0, bytesRead).toString('latin1');
    const marked = head.indexOf('acTL');
    const data = head.indexOf('IDAT');
    return marked > 0 && (data < 0 || marked < data);
  } finally {
    await file.close();
  }
}
