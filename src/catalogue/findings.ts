import { z } from '@hono/zod-openapi';
import type { Sentence } from '../base/sentence.ts';
import { type Ms, SECOND_MS } from '../base/units.ts';
import { readingArguments } from './demuxer.ts';

const stretchSchema = z.object({ fromMs: z.int(), toMs: z.int() });
/** A part of a film or sound, from its start. */
export type Stretch = z.infer<typeof stretchSchema>;
/** Several, in order of time. */
export const stretchesSchema = z.array(stretchSchema);

/** What playing a file through once has told. */
export const findingsSchema = z.object({
  /** Integrated loudness by EBU R 128; null where there is no sound, or none that can be heard. */
  loudnessLufs: z.number().nullable(),
  truePeakDbtp: z.number().nullable(),
  black: stretchesSchema,
  silent: stretchesSchema,
});
/** See {@link findingsSchema}. */
export type Findings = z.infer<typeof findingsSchema>;

/** Black shorter than this is a cut; silence shorter than this a breath. */
const LEAST_BLACK_S = 1;
const LEAST_SILENCE_S = 2;
/** What the gate of R 128 lets nothing through of is told as −70. */
const NOTHING_HEARD_LUFS = -69;
/** Material beyond these is told of: about 7 LU from the levels of speech and of advertising. */
const QUIET_LUFS = -30;
const LOUD_LUFS = -10;
const MOST_STRETCHES = 50;
const TOLD_STRETCHES = 4;

/** How ffmpeg is told to play a file through and measure, writing nothing. */
export function listeningArguments(source: {
  path: string;
  demuxer: string;
  hasPicture: boolean;
  hasSound: boolean;
}): string[] {
  const { path, demuxer, hasPicture, hasSound } = source;
  return [
    ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'info', '-threads', '1'],
    ...readingArguments(path, demuxer),
    ...(hasPicture ? ['-map', '0:v:0', '-vf', `blackdetect=d=${LEAST_BLACK_S}:pix_th=0.10`] : []),
    ...(hasSound
      ? [
          ...['-map', '0:a:0', '-af'],
          `ebur128=peak=true:framelog=verbose,silencedetect=n=-50dB:d=${LEAST_SILENCE_S}`,
        ]
      : []),
    ...['-sn', '-dn', '-f', 'null', '-'],
  ];
}

/** Whether a line of ffmpeg's is one of those that {@link readFindings} reads. */
export function isFinding(line: string): boolean {
  return /black_start:|silence_(start|end):|^\s+(I|Peak):/.test(line);
}

/** Reads what ffmpeg's `blackdetect`, `silencedetect` and `ebur128` said. */
export function readFindings(lines: readonly string[], durationMs: Ms): Findings {
  const black: Stretch[] = [];
  const silent: Stretch[] = [];
  let silentFrom: Ms | null = null;
  let loudnessLufs: number | null = null;
  let truePeakDbtp: number | null = null;
  const ms = (seconds: string | undefined): Ms =>
    Math.min(durationMs, Math.max(0, Math.round(Number(seconds) * SECOND_MS)));
  for (const line of lines) {
    const dark = /black_start:\s*([\d.]+)\s+black_end:\s*([\d.]+)/.exec(line);
    if (dark) black.push({ fromMs: ms(dark[1]), toMs: ms(dark[2]) });
    const start = /silence_start:\s*(-?[\d.]+)/.exec(line);
    if (start) silentFrom = ms(start[1]);
    const end = /silence_end:\s*(-?[\d.]+)/.exec(line);
    if (end && silentFrom !== null) {
      silent.push({ fromMs: silentFrom, toMs: ms(end[1]) });
      silentFrom = null;
    }
    const loud = /^\s+I:\s*(-?[\d.]+)\s*LUFS/.exec(line);
    if (loud && Number(loud[1]) > NOTHING_HEARD_LUFS) loudnessLufs = Number(loud[1]);
    const peak = /^\s+Peak:\s*(-?[\d.]+)\s*dBFS/.exec(line);
    if (peak) truePeakDbtp = Number(peak[1]);
  }
  if (silentFrom !== null) silent.push({ fromMs: silentFrom, toMs: durationMs });
  return {
    loudnessLufs,
    truePeakDbtp,
    black: black.slice(0, MOST_STRETCHES),
    silent: silent.slice(0, MOST_STRETCHES),
  };
}

/** What the findings mean to an editor, one sentence each; nothing that is as it ought to be. */
export function findingWords(found: Findings, about: { durationMs: Ms; hasSound: boolean }): Sentence[] {
  const { loudnessLufs, truePeakDbtp, black, silent } = found;
  const told: Sentence[] = [];
  const whole = (stretches: readonly Stretch[]) =>
    stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) >= 0.95 * about.durationMs;
  if (whole(black)) told.push({ en: 'The picture is black throughout.', zh: '画面全程黑屏。' });
  else if (black.length > 0)
    told.push({ en: `The picture is black: ${times(black)}.`, zh: `黑屏时段：${times(black)}。` });
  if (about.hasSound && (loudnessLufs === null || whole(silent)))
    told.push({ en: 'The sound track is silent throughout.', zh: '音轨全程无声。' });
  else if (silent.length > 0)
    told.push({ en: `The sound is silent: ${times(silent)}.`, zh: `无声时段：${times(silent)}。` });
  if (loudnessLufs !== null && loudnessLufs < QUIET_LUFS)
    told.push({
      en: `The sound is very quiet (${loudnessLufs} LUFS); what is converted is raised to one level.`,
      zh: `音量过低（${loudnessLufs} LUFS）；转码时会统一提升到标准响度。`,
    });
  if (loudnessLufs !== null && loudnessLufs > LOUD_LUFS)
    told.push({
      en: `The sound is very loud (${loudnessLufs} LUFS); what is converted is lowered to one level.`,
      zh: `音量过高（${loudnessLufs} LUFS）；转码时会统一降到标准响度。`,
    });
  if (truePeakDbtp !== null && truePeakDbtp > 0)
    told.push({
      en: `The sound is overdriven (peak ${truePeakDbtp} dBTP) and may crackle.`,
      zh: `声音过载（峰值 ${truePeakDbtp} dBTP），可能破音。`,
    });
  return told;
}

function times(stretches: readonly Stretch[]): string {
  const shown = stretches
    .slice(0, TOLD_STRETCHES)
    .map(({ fromMs, toMs }) => `${clock(fromMs)}–${clock(toMs)}`);
  return shown.join(', ') + (stretches.length > TOLD_STRETCHES ? ' …' : '');
}

function clock(ms: Ms): string {
  const seconds = Math.round(ms / SECOND_MS);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
