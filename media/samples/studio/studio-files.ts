import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { frames, type Sprite } from './composite.ts';
import type { Film } from './film.ts';
import type { Layer } from './layers.ts';
import { mixDown, musicalBed, type Stereo, sampleRate } from './sound.ts';

/** A spoken line: Chinese characters (digits of 119 written 幺幺九) and the second at which it starts. */
export interface SpokenLine {
  readonly at: number;
  readonly say: string;
}

/** Something the studio cannot do on this machine or with this script, told in one sentence. */
export class StudioProblem extends Error {}

const fps = 25;
const comment =
  'Sample material of Beacon Tower; fictional; all sound synthetic, voices by espeak-ng; CC BY 4.0';

/**
 * Checks that ffmpeg, espeak-ng and the Chinese typefaces are installed.
 * @throws StudioProblem naming all that is missing and the Debian packages that bring it
 */
export const checkTools = (): void => {
  const missing: string[] = [];
  const runs = (program: string, ...args: string[]): string | undefined => {
    const run = spawnSync(program, args, { encoding: 'utf8' });
    return run.error === undefined && run.status === 0 ? run.stdout : undefined;
  };
  if (!runs('ffmpeg', '-hide_banner', '-encoders')?.includes('libx264'))
    missing.push('ffmpeg with libx264 (package ffmpeg)');
  if (runs('espeak-ng', '--version') === undefined) missing.push('espeak-ng (package espeak-ng)');
  const fonts = runs('fc-list', ':', 'family');
  if (fonts === undefined) missing.push('fc-list (package fontconfig)');
  else if (!fonts.includes('Noto Sans CJK SC') || !fonts.includes('Noto Serif CJK SC')) {
    missing.push('Noto Sans CJK SC and Noto Serif CJK SC (package fonts-noto-cjk)');
  }
  if (missing.length > 0) {
    throw new StudioProblem(
      `Cannot make the samples, not found: ${missing.join('; ')}.\nOn Debian: apt-get install ffmpeg espeak-ng fontconfig fonts-noto-cjk\nThe finished samples are in the repository; only making them anew needs these programs.`,
    );
  }
};

/**
 * Runs ffmpeg, feeding it chunks; resolves with what it writes to stdout.
 * @throws StudioProblem with ffmpeg's own last words
 */
const ffmpeg = async (args: readonly string[], input: Iterable<Uint8Array> = []): Promise<Buffer> => {
  const run = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args]);
  const output: Buffer[] = [];
  let complaint = '';
  run.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  run.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  // A closed pipe shows up as the exit status below, with ffmpeg's reason.
  run.stdin.on('error', () => undefined);
  const ended = once(run, 'close');
  for (const chunk of input) {
    if (run.stdin.destroyed) break;
    // The generator reuses its buffer, so each frame is copied before it waits in the pipe.
    if (!run.stdin.write(Buffer.from(chunk))) await Promise.race([once(run.stdin, 'drain'), ended]);
  }
  run.stdin.end();
  const [status] = await ended;
  if (status !== 0) throw new StudioProblem(`ffmpeg failed: ${complaint.trim()}`);
  return Buffer.concat(output);
};

/** Speaks a line with espeak-ng's Mandarin voice; mono at the studio's sample rate, peak 0.8. */
const speak = async (say: string, folder: string): Promise<Float32Array> => {
  const wav = join(folder, 'line.wav');
  // This voice reads Chinese characters with right tones; plain `cmn` of espeak-ng 1.51 spells their pinyin in English.
  const run = spawnSync(
    'espeak-ng',
    ['-v', 'cmn-latn-pinyin', '-s', '172', '-p', '42', '-g', '1', '-w', wav, say],
    {
      encoding: 'utf8',
    },
  );
  if (run.status !== 0) throw new StudioProblem(`espeak-ng failed: ${run.stderr}`);
  const warm =
    'highpass=f=110,equalizer=f=260:t=q:w=1:g=3,equalizer=f=3200:t=q:w=1.2:g=-3,lowpass=f=7500,aecho=0.9:0.5:28|61:0.16|0.1,silenceremove=start_periods=1:start_threshold=-50dB';
  const raw = await ffmpeg([
    '-i',
    wav,
    '-af',
    warm,
    '-ac',
    '1',
    '-ar',
    String(sampleRate),
    '-f',
    'f32le',
    'pipe:1',
  ]);
  const voice = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const peak = voice.reduce((most, value) => Math.max(most, Math.abs(value)), 0.001);
  return voice.map((value) => (value / peak) * 0.8);
};

/**
 * Speaks all lines and mixes them over the bed.
 * @throws StudioProblem when a line runs into the next one or past the end
 */
export const narrate = async (bed: Stereo, lines: readonly SpokenLine[], folder: string): Promise<Stereo> => {
  const spoken: { at: number; voice: Float32Array }[] = [];
  for (const [index, { at, say }] of lines.entries()) {
    const voice = await speak(say, folder);
    const ends = at + voice.length / sampleRate;
    const limit = lines[index + 1]?.at ?? bed.left.length / sampleRate;
    if (ends > limit) throw new StudioProblem(`"${say}" ends at ${ends.toFixed(2)} s, later than ${limit} s`);
    spoken.push({ at, voice });
  }
  return mixDown(bed, spoken);
};

const interleave = ({ left, right }: Stereo): Uint8Array => {
  const both = new Float32Array(left.length * 2);
  for (let at = 0; at < left.length; at += 1) {
    both[2 * at] = left[at] ?? 0;
    both[2 * at + 1] = right[at] ?? 0;
  }
  return new Uint8Array(both.buffer);
};

const rawSound = ['-f', 'f32le', '-ar', String(sampleRate), '-ac', '2'];
const level = 'loudnorm=I=-18:TP=-1.5:LRA=11';
const aac = ['-c:a', 'aac', '-b:a', '128k', '-ar', String(sampleRate), '-ac', '2'];
const labelled = (title: string): string[] => [
  '-map_metadata',
  '-1',
  '-metadata',
  `title=${title}`,
  '-metadata',
  `comment=${comment}`,
];
const finish = ['-fflags', '+bitexact', '-flags:a', '+bitexact', '-movflags', '+faststart'];

/** Encodes sound as AAC in M4A, levelled to −18 LUFS (EBU R 128 measure), index first. */
export const saveSound = async (sound: Stereo, title: string, file: string): Promise<void> => {
  await ffmpeg(
    [...rawSound, '-i', 'pipe:0', '-af', level, ...aac, ...labelled(title), ...finish, file],
    [interleave(sound)],
  );
};

/** Draws SVG art of the given design size, scaled, to PNG bytes or raw RGBA. */
const drawn = (art: string, width: number, height: number, scale: number): Sharp =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(width * scale)}" height="${Math.round(height * scale)}" viewBox="0 0 ${width} ${height}">${art}</svg>`,
    ),
  );

const sprite = async (layer: Layer, scale: number): Promise<Sprite> => {
  const { data, info } = await drawn(layer.svg, layer.width, layer.height, scale)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    layer,
    pixels: data,
    width: info.width,
    height: info.height,
    x: Math.round(layer.x * scale),
    y: Math.round(layer.y * scale),
  };
};

/** Draws a still of the given size to a PNG file. */
export const saveStill = async (art: string, width: number, height: number, file: string): Promise<void> => {
  await drawn(art, width, height, 1).removeAlpha().png({ compressionLevel: 9, effort: 10 }).toFile(file);
};

/** Draws, narrates and encodes a film: H.264 High, 25 frames a second, yuv420p in BT.709, AAC, index first. */
export const saveFilm = async (film: Film, file: string): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'beacon-samples-'));
  try {
    const sound = join(folder, 'sound.f32');
    await writeFile(
      sound,
      interleave(await narrate(musicalBed(film.seconds, film.mood), film.spoken, folder)),
    );
    const sprites = await Promise.all(film.layers.map((layer) => sprite(layer, film.scale)));
    const [width, height] = [film.width * film.scale, film.height * film.scale];
    await ffmpeg(
      [
        ...[
          '-f',
          'rawvideo',
          '-pix_fmt',
          'rgb24',
          '-s',
          `${width}x${height}`,
          '-r',
          String(fps),
          '-i',
          'pipe:0',
        ],
        ...[...rawSound, '-i', sound],
        ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p', '-af', level],
        ...[
          '-c:v',
          'libx264',
          '-profile:v',
          'high',
          '-preset',
          'medium',
          '-crf',
          String(film.crf),
          '-g',
          '50',
          '-threads',
          '2',
        ],
        ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
        ...[
          ...aac,
          '-t',
          String(film.seconds),
          ...labelled(film.title.zh),
          '-flags:v',
          '+bitexact',
          ...finish,
          file,
        ],
      ],
      frames(film.backdrop, sprites, { width, height, scale: film.scale, seconds: film.seconds, fps }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Narrates and encodes a spoken announcement over a bed. */
export const saveAnnouncement = async (
  bed: Stereo,
  lines: readonly SpokenLine[],
  title: string,
  file: string,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'beacon-samples-'));
  try {
    await saveSound(await narrate(bed, lines, folder), title, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
