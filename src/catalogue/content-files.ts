import { open, stat } from 'node:fs/promises';
import {
  ADTS,
  EncodedPacketSink,
  FilePathSource,
  FLAC,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from 'mediabunny';
import sharp from 'sharp';
import { Refusal } from '../base/refusal.ts';
import { type Bytes, DAY_MS, type Ms } from '../base/units.ts';
import { damaged, emptyFile, type Probed, TOO_MUCH_MEMORY } from './probed.ts';
import { type FoundKind, kindOfBytes } from './sniff.ts';

/** A picture with more pixels than this is refused: 10,000 × 10,000. */
const MOST_PIXELS = 100_000_000;
/** How much less than announced may be there, for rounding in headers. */
const SHORTFALL_MS: Ms = 500;
/** Sloppy writers are off by a few bytes in the length that a header announces. */
const HEADER_SLACK: Bytes = 4_096;
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, MP3, WAVE, OGG, FLAC, ADTS];

/**
 * Finds out what a file is by its content alone; its name plays no part. Hostile content can keep this busy
 * for ever, so it belongs into a process that can be ended: call `probeFile`.
 * @throws Refusal asset.empty, asset.notMedia (also SVG, HEIC and documents), asset.damaged (cut off, unreadable).
 */
export async function readContent(path: string): Promise<Probed> {
  const { size } = await stat(path);
  if (size === 0) throw emptyFile();
  const kind = kindOfBytes(await readStart(path));
  if (kind.is === 'other') throw new Refusal('asset.notMedia', kind.sentence);
  return kind.is === 'image' ? readStill(path) : readTimed(path, kind);
}

async function readStart(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const start = new Uint8Array(4_096);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    return start.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readStill(path: string): Promise<Probed> {
  try {
    const picture = sharp(path, { limitInputPixels: MOST_PIXELS, failOn: 'error' });
    const { format, width, height, orientation = 1, autoOrient } = await picture.metadata();
    if (width * height > MOST_PIXELS) throw tooManyPixels();
    // Headers say nothing about the rest: decode it all once.
    await picture.clone().resize(64, 64, { fit: 'inside', fastShrinkOnLoad: false }).raw().toBuffer();
    return {
      mediaClass: 'image',
      type: format === 'heif' ? 'image/avif' : `image/${format}`,
      durationMs: null,
      widthPx: autoOrient.width,
      heightPx: autoOrient.height,
      rotationDegrees: [0, 0, 0, 180, 180, 90, 90, 270, 270][orientation] ?? 0,
      hasSound: false,
      videoCodec: null,
      audioCodec: null,
    };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error instanceof Error && /pixel limit/i.test(error.message)) throw tooManyPixels();
    throw damaged({ en: 'cannot be decoded to its end', zh: '无法完整解码' });
  }
}

function tooManyPixels(): Refusal {
  return new Refusal('asset.tooLarge', {
    en: 'The picture has more than 100 million pixels; make it smaller.',
    zh: '图片超过一亿像素，请缩小后再上传。',
  });
}

async function readTimed(path: string, kind: FoundKind & { is: 'timed' }): Promise<Probed> {
  if (kind.announcedBytes !== null && kind.announcedBytes > (await stat(path)).size + HEADER_SLACK)
    throw damaged({ en: 'ends before its announced end', zh: '内容不完整，在结尾前中断' });
  const input = new Input({
    source: new FilePathSource(path, { handleUnhandledError: () => {} }),
    formats: FORMATS,
  });
  try {
    return await readTracks(input);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error instanceof RangeError && /allocat/i.test(error.message)) throw damaged(TOO_MUCH_MEMORY);
    // What the reader throws at hostile bytes is of any kind; all of it means that it cannot be read.
    throw damaged(
      kind.sure
        ? { en: 'breaks off or contradicts itself', zh: '中途中断或前后矛盾' }
        : { en: 'cannot be read', zh: '无法读取' },
    );
  } finally {
    input.dispose();
  }
}

async function readTracks(input: Input): Promise<Probed> {
  const format = await input.getFormat();
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  const tracks = [video, audio].filter((track) => track !== null);
  if (tracks.length === 0) {
    if ((await input.getTracks()).length > 0)
      throw new Refusal('asset.notMedia', {
        en: 'The file has neither picture nor sound, only other tracks.',
        zh: '文件里既没有画面也没有声音，只有其他轨道。',
      });
    throw damaged({
      en: 'has no index, as when a recording or a copy was broken off',
      zh: '没有索引，可能是录制或复制时被中断',
    });
  }
  for (const track of tracks) await requireLastPacket(track);
  const durationMs = Math.round((await input.computeDuration(tracks)) * 1_000);
  const announcedMs = Math.round(((await input.getDurationFromMetadata(tracks)) ?? 0) * 1_000);
  if (durationMs < announcedMs - SHORTFALL_MS)
    throw damaged({ en: 'is shorter than it announces', zh: '实际长度短于标称长度' });
  if (!(durationMs > 0)) throw damaged({ en: 'lasts no time', zh: '时长为零' });
  if (durationMs > DAY_MS)
    throw new Refusal('asset.tooLarge', {
      en: 'The film or sound is longer than a day.',
      zh: '影片或声音长于一天，请剪短后再上传。',
    });
  const topType = video ? 'video' : 'audio';
  const container = format.mimeType.split('/')[1] ?? '';
  const size = video ? await pictureOf(video) : { widthPx: null, heightPx: null, rotationDegrees: 0 };
  return {
    mediaClass: topType,
    type: `${topType}/${!video && container === 'quicktime' ? 'mp4' : container}`,
    durationMs,
    ...size,
    hasSound: audio !== null,
    videoCodec: video ? ((await video.getCodec()) ?? 'unknown') : null,
    audioCodec: audio ? ((await audio.getCodec()) ?? 'unknown') : null,
  };
}

async function pictureOf(video: InputVideoTrack) {
  const widthPx = await video.getDisplayWidth();
  const heightPx = await video.getDisplayHeight();
  if (!(widthPx > 0 && heightPx > 0)) throw damaged({ en: 'has no picture size', zh: '没有画面尺寸' });
  if (widthPx * heightPx > MOST_PIXELS) throw tooManyPixels();
  return { widthPx, heightPx, rotationDegrees: await video.getRotation() };
}

/** The index may be whole while the bytes are not: reads the last packet of the track. */
async function requireLastPacket(track: InputVideoTrack | InputAudioTrack): Promise<void> {
  const last = await new EncodedPacketSink(track).getPacket(Number.POSITIVE_INFINITY);
  if (!last) throw damaged({ en: 'ends before its announced end', zh: '内容不完整，在结尾前中断' });
}
