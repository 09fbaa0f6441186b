import type { Ms } from '../base/units.ts';
import { readingArguments } from '../catalogue/demuxer.ts';
import { LOUDNESS, type MadeFor, type MadePicture } from './rendition-plan.ts';

/** What ffmpeg's `loudnorm` measured in its first pass; see its documentation for the names. */
export interface Loudness {
  readonly integratedLufs: number;
  readonly peakDbtp: number;
  readonly rangeLu: number;
  readonly thresholdLufs: number;
  readonly offsetLu: number;
  /** What is asked above the target, where peaks had to be held down and took loudness along. */
  readonly liftLu: number;
}

/** One file to be made. */
export interface Transcode {
  readonly madeFor: MadeFor;
  /** See `PlannedFile`. */
  readonly variant: string;
  readonly source: string;
  readonly demuxer: string;
  readonly target: string;
  /** Null where there is no sound, or only silence. */
  readonly loudness: Loudness | null;
  readonly hasSound: boolean;
  /** Of the picture to be made; null for sound alone. */
  readonly picture: MadePicture | null;
  readonly threads: number;
}

/** Blur of the backdrop, in shares of its longer side. */
const BLUR = 1 / 60;
/** What is quieter is taken for silence: made loud, it would be the hiss of a device. */
const QUIETEST_LUFS = -60;
/** The most that `loudnorm` can be asked for, in LUFS. */
const LOUDEST_LUFS = -5;
/** How much of the peak's bound is left to the encoder, which adds peaks of its own. */
const ENCODER_DB = 0.7;

const QUIET = ['-nostdin', '-hide_banner', '-loglevel', 'error'] as const;

/** The arguments of the first pass over the sound, whose measurement comes on standard error as JSON. */
export function measuringArguments(
  job: Omit<Transcode, 'loudness' | 'target' | 'picture' | 'variant'>,
): string[] {
  const { targetLufs, peakDbtp } = LOUDNESS[job.madeFor];
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'info', '-nostats', '-threads', String(job.threads)],
    ...readingArguments(job.source, job.demuxer),
    ...['-map', '0:a:0', '-vn', '-sn', '-dn'],
    ...['-af', `loudnorm=I=${targetLufs}:TP=${peakDbtp - ENCODER_DB}:LRA=20:print_format=json`],
    ...['-f', 'null', '-'],
  ];
}

/**
 * The arguments that make the file: for screens H.264 High with AAC in an MP4 that can start before it has come whole;
 * for loudspeakers AAC or MP3 alone. Loudness by the second pass of EBU R 128 normalisation, linear where peaks allow.
 */
export function makingArguments(job: Transcode): string[] {
  const sound = job.hasSound
    ? [
        ...['-map', '0:a:0', '-ac', '2', '-ar', '48000'],
        ...soundCodec(job),
        ...(job.loudness === null ? [] : ['-af', normalising(job.loudness, job.madeFor)]),
      ]
    : ['-an'];
  const picture =
    job.picture === null
      ? ['-vn']
      : [
          ...['-map', '0:v:0', '-c:v', 'libx264', '-profile:v', 'high', '-preset', 'fast'],
          ...(job.variant === 'thin'
            ? ['-crf', '26', '-maxrate', '900k', '-bufsize', '1800k']
            : ['-crf', '21', '-maxrate', '8M', '-bufsize', '16M']),
          ...['-g', '60', '-pix_fmt', 'yuv420p'],
          ...['-vf', `fps=fps=min(source_fps\\,30),${framingFilter(job.picture)}`],
        ];
  return [
    ...[...QUIET, '-y', '-progress', 'pipe:1', '-nostats', '-threads', String(job.threads)],
    ...readingArguments(job.source, job.demuxer),
    ...['-map_metadata', '-1', '-sn', '-dn'],
    ...picture,
    ...sound,
    ...['-threads', String(job.threads)],
    ...(job.variant === 'mp3' ? ['-f', 'mp3'] : ['-movflags', '+faststart', '-f', 'mp4']),
    `file:${job.target}`,
  ];
}

/** One frame of a film, as a picture. */
export interface FrameWish {
  readonly source: string;
  readonly demuxer: string;
  readonly target: string;
  readonly atMs: Ms;
  /** ffmpeg's filters. */
  readonly filter: string;
}

/** The arguments that write it as PNG. */
export function frameArguments({ source, demuxer, target, atMs, filter }: FrameWish): string[] {
  return [
    ...[...QUIET, '-y', '-threads', '1', '-ss', (atMs / 1_000).toFixed(3)],
    ...readingArguments(source, demuxer),
    ...['-map', '0:v:0', '-frames:v', '1', '-vf', filter, '-c:v', 'png', '-f', 'image2', '-update', '1'],
    `file:${target}`,
  ];
}

/** Whether plain gain brings a sound to its target: no peak has to be held down for it. */
export function isLinear({ integratedLufs, peakDbtp, rangeLu }: Loudness, madeFor: MadeFor): boolean {
  const target = LOUDNESS[madeFor];
  return rangeLu <= 20 && peakDbtp + target.targetLufs - integratedLufs <= target.peakDbtp - ENCODER_DB;
}

/** The arguments that measure what a normalisation would give, as {@link measuringArguments} does. */
export function checkingArguments(
  job: Omit<Transcode, 'loudness' | 'target' | 'picture' | 'variant'>,
  loudness: Loudness,
): string[] {
  const { targetLufs } = LOUDNESS[job.madeFor];
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'info', '-nostats', '-threads', String(job.threads)],
    ...readingArguments(job.source, job.demuxer),
    ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-ac', '2', '-af'],
    `${normalising(loudness, job.madeFor)},loudnorm=I=${targetLufs}:print_format=json`,
    ...['-f', 'null', '-'],
  ];
}

/** What the first pass printed, or null for silence, for mere noise of a device and for what cannot be read. */
export function readLoudness(output: string): Loudness | null {
  const json = /\{[^{}]*"input_i"[^{}]*\}/.exec(output)?.[0];
  if (json === undefined) return null;
  const measured = JSON.parse(json) as Record<string, unknown>;
  const [integratedLufs, peakDbtp, rangeLu, thresholdLufs, offsetLu] = [
    ...['input_i', 'input_tp', 'input_lra', 'input_thresh', 'target_offset'],
  ].map((name) => Number(measured[name]));
  const numbers = [integratedLufs, peakDbtp, rangeLu, thresholdLufs, offsetLu];
  if (!numbers.every((number) => number !== undefined && Number.isFinite(number))) return null;
  if ((integratedLufs ?? 0) < QUIETEST_LUFS) return null;
  return {
    integratedLufs: integratedLufs ?? 0,
    peakDbtp: peakDbtp ?? 0,
    rangeLu: rangeLu ?? 0,
    thresholdLufs: thresholdLufs ?? 0,
    offsetLu: offsetLu ?? 0,
    liftLu: 0,
  };
}

/** How much of a film of `durationMs` a line of `-progress` says to be done, 0 to 99; null for other lines. */
export function readProgress(line: string, durationMs: number): number | null {
  const [, microseconds] = /^out_time_us=(\d+)$/.exec(line.trim()) ?? [];
  if (microseconds === undefined || durationMs <= 0) return null;
  return Math.min(99, Math.floor(Number(microseconds) / 10 / durationMs));
}

function normalising(measured: Loudness, madeFor: MadeFor): string {
  const { targetLufs, peakDbtp } = LOUDNESS[madeFor];
  // What `loudnorm` would do too, at four times the rate and several times the cost.
  if (isLinear(measured, madeFor)) return `volume=${(targetLufs - measured.integratedLufs).toFixed(2)}dB`;
  const askedLufs = Math.min(LOUDEST_LUFS, targetLufs + measured.liftLu);
  return [
    `loudnorm=I=${askedLufs.toFixed(2)}:TP=${peakDbtp - ENCODER_DB}:LRA=20:linear=true`,
    `measured_I=${measured.integratedLufs}:measured_TP=${measured.peakDbtp}`,
    `measured_LRA=${measured.rangeLu}:measured_thresh=${measured.thresholdLufs}`,
    `offset=${measured.offsetLu}`,
  ].join(':');
}

function soundCodec({ madeFor, variant }: Transcode): string[] {
  if (variant === 'mp3') return ['-c:a', 'libmp3lame', '-b:a', '128k'];
  const rate = variant === 'thin' ? '64k' : madeFor === 'sound' ? '96k' : '128k';
  return ['-c:a', 'aac', '-b:a', rate];
}

/** ffmpeg's filters that bring a picture of any shape to the given one, in square pixels. */
export function framingFilter({ widthPx: w, heightPx: h, framing }: MadePicture): string {
  const square = 'setsar=1';
  if (framing === null) return `scale=${w}:${h}:flags=bicubic,${square}`;
  const inside = `scale=${w}:${h}:force_original_aspect_ratio=decrease:flags=bicubic`;
  if (framing === 'fit') return `${inside},pad=${w}:${h}:(ow-iw)/2:(oh-ih)/2:black,${square}`;
  const over = (width: number, height: number) =>
    `scale=${width}:${height}:force_original_aspect_ratio=increase:flags=bicubic,crop=${width}:${height}`;
  if (framing === 'fill') return `${over(w, h)},${square}`;
  // Blurred small and enlarged: the same to the eye, in a fraction of the time.
  const small = (px: number) => Math.max(2, 2 * Math.round(px / 16));
  return (
    `format=yuv420p,split[a][b];[a]${over(small(w), small(h))},gblur=sigma=${(BLUR * Math.max(small(w), small(h))).toFixed(2)},` +
    `scale=${w}:${h}:flags=bicubic,eq=brightness=-0.12[back];[b]${inside}[front];` +
    `[back][front]overlay=(W-w)/2:(H-h)/2,${square}`
  );
}
