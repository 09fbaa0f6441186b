import { readingArguments } from '../catalogue/demuxer.ts';
import { LOUDNESS, type MadeFor } from './rendition-plan.ts';

/** What ffmpeg's `loudnorm` measured in its first pass; see its documentation for the names. */
export interface Loudness {
  readonly integratedLufs: number;
  readonly peakDbtp: number;
  readonly rangeLu: number;
  readonly thresholdLufs: number;
  readonly offsetLu: number;
}

/** One file to be made. */
export interface Transcode {
  readonly madeFor: MadeFor;
  readonly source: string;
  readonly demuxer: string;
  readonly target: string;
  /** Null where there is no sound, or only silence. */
  readonly loudness: Loudness | null;
  readonly hasSound: boolean;
  /** Of the picture to be made; null for sound alone. */
  readonly picture: { readonly widthPx: number; readonly heightPx: number } | null;
  readonly threads: number;
}

const QUIET = ['-nostdin', '-hide_banner', '-loglevel', 'error'] as const;

/** The arguments of the first pass over the sound, whose measurement comes on standard error as JSON. */
export function measuringArguments(job: Omit<Transcode, 'loudness' | 'target' | 'picture'>): string[] {
  const { targetLufs, peakDbtp } = LOUDNESS[job.madeFor];
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'info', '-nostats', '-threads', String(job.threads)],
    ...readingArguments(job.source, job.demuxer),
    ...['-map', '0:a:0', '-vn', '-sn', '-dn'],
    ...['-af', `loudnorm=I=${targetLufs}:TP=${peakDbtp}:LRA=20:print_format=json`],
    ...['-f', 'null', '-'],
  ];
}

/**
 * The arguments that make the file: for screens H.264 High with AAC in an MP4 that can start before it has come whole;
 * for loudspeakers AAC alone. Loudness by the second pass of EBU R 128 normalisation, linear where peaks allow.
 */
export function makingArguments(job: Transcode): string[] {
  const sound = job.hasSound
    ? [
        ...['-map', '0:a:0', '-ac', '2', '-ar', '48000', '-c:a', 'aac'],
        ...['-b:a', job.madeFor === 'sound' ? '96k' : '128k'],
        ...(job.loudness === null ? [] : ['-af', normalising(job.loudness, job.madeFor)]),
      ]
    : ['-an'];
  const picture =
    job.picture === null
      ? ['-vn']
      : [
          ...['-map', '0:v:0', '-c:v', 'libx264', '-profile:v', 'high', '-preset', 'fast', '-crf', '21'],
          ...['-maxrate', '8M', '-bufsize', '16M', '-g', '60', '-pix_fmt', 'yuv420p'],
          ...['-vf', `${sized(job.picture)},fps=fps=min(source_fps\\,30),setsar=1`],
        ];
  return [
    ...[...QUIET, '-y', '-progress', 'pipe:1', '-nostats', '-threads', String(job.threads)],
    ...readingArguments(job.source, job.demuxer),
    ...['-map_metadata', '-1', '-sn', '-dn'],
    ...picture,
    ...sound,
    ...['-threads', String(job.threads), '-movflags', '+faststart', '-f', 'mp4', `file:${job.target}`],
  ];
}

/** What the first pass printed, or null for silence and what cannot be read. */
export function readLoudness(output: string): Loudness | null {
  const json = /\{[^{}]*"input_i"[^{}]*\}/.exec(output)?.[0];
  if (json === undefined) return null;
  const measured = JSON.parse(json) as Record<string, unknown>;
  const [integratedLufs, peakDbtp, rangeLu, thresholdLufs, offsetLu] = [
    ...['input_i', 'input_tp', 'input_lra', 'input_thresh', 'target_offset'],
  ].map((name) => Number(measured[name]));
  const numbers = [integratedLufs, peakDbtp, rangeLu, thresholdLufs, offsetLu];
  if (!numbers.every((number) => number !== undefined && Number.isFinite(number))) return null;
  return {
    integratedLufs: integratedLufs ?? 0,
    peakDbtp: peakDbtp ?? 0,
    rangeLu: rangeLu ?? 0,
    thresholdLufs: thresholdLufs ?? 0,
    offsetLu: offsetLu ?? 0,
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
  return [
    `loudnorm=I=${targetLufs}:TP=${peakDbtp}:LRA=20:linear=true`,
    `measured_I=${measured.integratedLufs}:measured_TP=${measured.peakDbtp}`,
    `measured_LRA=${measured.rangeLu}:measured_thresh=${measured.thresholdLufs}`,
    `offset=${measured.offsetLu}`,
  ].join(':');
}

function sized({ widthPx, heightPx }: { widthPx: number; heightPx: number }): string {
  return `scale=${widthPx}:${heightPx}:flags=bicubic`;
}
