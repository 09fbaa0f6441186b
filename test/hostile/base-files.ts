import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { wav } from '../catalogue/sample-bytes.ts';
import { ffmpeg, HAS_FFMPEG } from '../renditions/ffmpeg-films.ts';

/** A small honest file. */
export interface BaseFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=10:duration=1'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1:sample_rate=48000'];
const EXACT = ['-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact'];

/** Small honest files of every kind that is taken, always the same ones; without ffmpeg only stills and a WAV. */
export async function baseFiles(): Promise<BaseFile[]> {
  const pixels = Buffer.alloc(48 * 32 * 3, 1).map((_, at) => (at * 7) % 251);
  const still = sharp(pixels, { raw: { width: 48, height: 32, channels: 3 } });
  const stills = await Promise.all(
    (['jpeg', 'png', 'webp', 'gif', 'avif'] as const).map(async (format) => ({
      name: `still.${format}`,
      bytes: await still.clone().toFormat(format).toBuffer(),
    })),
  );
  return [...stills, { name: 'tone.wav', bytes: wav(0.5) }, ...(HAS_FFMPEG ? films() : [])];
}

function films(): BaseFile[] {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-bases-'));
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  const made: readonly (readonly [string, readonly string[]])[] = [
    ['film.mp4', [...PICTURE, ...SOUND, ...h264, '-c:a', 'aac', '-movflags', '+faststart']],
    ['last.mov', [...PICTURE, ...SOUND, ...h264, '-c:a', 'aac']],
    ['parts.mp4', [...PICTURE, ...SOUND, ...h264, '-c:a', 'aac', '-movflags', '+frag_keyframe+empty_moov']],
    ['film.webm', [...PICTURE, ...SOUND, '-c:v', 'libvpx', '-c:a', 'libopus']],
    ['film.mkv', [...PICTURE, ...SOUND, ...h264, '-c:a', 'ac3']],
    ['tone.mp3', [...SOUND, '-c:a', 'libmp3lame']],
    ['tone.m4a', [...SOUND, '-c:a', 'aac']],
    ['tone.aac', [...SOUND, '-c:a', 'aac', '-f', 'adts']],
    ['tone.ogg', [...SOUND, '-c:a', 'libvorbis']],
    ['tone.flac', [...SOUND, '-c:a', 'flac']],
  ];
  try {
    return made.map(([name, told]) => {
      const path = join(folder, name);
      ffmpeg(...told, ...EXACT, path);
      return { name, bytes: readFileSync(path) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
