import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { type Bytes, type Ms, SECOND_MS } from '../base/units.ts';
import type { MediaClass } from '../contract/media-type.ts';
import { demuxerOf, readingArguments } from './demuxer.ts';
import { pictureThumbnail } from './probe-files.ts';
import { shrinkPicture, THUMBNAIL_PX } from './thumbnail-picture-files.ts';

const FRAME_TIMEOUT_MS: Ms = 15 * SECOND_MS;
const MOST_FRAME_BYTES: Bytes = 33_554_432;

/** What a thumbnail is made of. */
export interface ThumbnailSource {
  readonly path: string;
  readonly mediaClass: MediaClass;
  readonly type: string;
  readonly durationMs: Ms | null;
}

/** How a thumbnail came out: of the content itself, or a neutral card that stands in for it. */
export type ThumbnailOutcome = 'content' | 'card';

/**
 * Writes a WebP thumbnail of a still, of a film (needs ffmpeg on the path) or, where neither can be had, a
 * neutral card. Bad content never makes it fail; only the disk can.
 */
export async function writeThumbnail(source: ThumbnailSource, target: string): Promise<ThumbnailOutcome> {
  const picture = await contentOf(source).catch(() => null);
  const bytes = picture ?? (await cardOf(source.mediaClass));
  const temporary = `${target}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
  return picture ? 'content' : 'card';
}

async function contentOf(source: ThumbnailSource): Promise<Uint8Array | null> {
  if (source.mediaClass === 'image') return pictureThumbnail(source.path);
  if (source.mediaClass === 'audio') return null;
  const frame = await filmFrame(source);
  return frame && shrinkPicture(frame);
}

/** One frame as PNG, a second into the film since films like to begin in black; null without ffmpeg. */
async function filmFrame({ path, type, durationMs }: ThumbnailSource): Promise<Uint8Array | null> {
  const demuxer = demuxerOf(type);
  if (demuxer === null) return null;
  const seekS = Math.min(1_000, (durationMs ?? 0) / 2) / 1_000;
  const fit = `scale='min(${THUMBNAIL_PX},iw)':'min(${THUMBNAIL_PX},ih)':force_original_aspect_ratio=decrease`;
  const ffmpeg = spawn(
    'ffmpeg',
    [
      ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1'],
      ...['-ss', seekS.toFixed(3), ...readingArguments(path, demuxer)],
      ...['-map', '0:v:0', '-frames:v', '1', '-vf', fit, '-c:v', 'png', '-f', 'image2pipe', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], timeout: FRAME_TIMEOUT_MS, killSignal: 'SIGKILL' },
  );
  const ended = once(ffmpeg, 'close').then(
    ([code]) => code === 0,
    // Not installed: there will be a card.
    () => false,
  );
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of ffmpeg.stdout) {
    bytes += chunk.length;
    if (bytes > MOST_FRAME_BYTES) ffmpeg.kill('SIGKILL');
    else chunks.push(chunk);
  }
  return (await ended) && bytes > 0 ? Buffer.concat(chunks) : null;
}

/** A card without words: a play mark for films, a frame for stills, a loudspeaker for sound. */
async function cardOf(mediaClass: MediaClass): Promise<Uint8Array> {
  const marks = {
    video: '<path d="M204 95v80l72-40z"/>',
    image:
      '<path d="M180 90h120v90H180zm10 10v70h100v-70zm8 60 24-32 18 20 14-14 26 26z" fill-rule="evenodd"/>',
    audio:
      '<path d="M190 118h24l32-26v86l-32-26h-24z"/>' +
      '<path d="M258 112q18 23 0 46m16-62q30 39 0 78" fill="none" stroke="#e8e6e1" stroke-width="8" stroke-linecap="round"/>',
  };
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="270"><rect width="480" height="270" ' +
    `fill="#2b3440"/><g fill="#e8e6e1">${marks[mediaClass]}</g></svg>`;
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg)).webp({ quality: 78 }).toBuffer();
}
