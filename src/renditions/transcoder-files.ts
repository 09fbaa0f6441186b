import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { Sentence } from '../base/sentence.ts';
import { type Bytes, MINUTE_MS, type Ms } from '../base/units.ts';
import { LOUDNESS } from './rendition-plan.ts';
import {
  checkingArguments,
  type FrameWish,
  frameArguments,
  isLinear,
  type Loudness,
  makingArguments,
  measuringArguments,
  readLoudness,
  readProgress,
  type Transcode,
} from './transcode.ts';

/** Why a file could not be made. */
export type TranscodeTrouble = 'damaged' | 'moving' | 'timeLimit' | 'tooLarge' | 'diskFull' | 'serverStopped';

/** What an editor is told of it. */
export const TROUBLES: Readonly<Record<TranscodeTrouble, Sentence>> = {
  damaged: {
    en: 'The file could not be converted: part of it cannot be read. Export it again and hand it in anew.',
    zh: '文件无法转码：部分内容读不出来。请重新导出后再上传。',
  },
  moving: {
    en: 'The picture moves, so screens show it as it is, in its own size.',
    zh: '这是动图，各终端按原图播放，不另做尺寸。',
  },
  timeLimit: {
    en: 'Converting took too long and was given up.',
    zh: '转码时间过长，已停止。',
  },
  tooLarge: {
    en: 'Converting needed more memory than one file may have.',
    zh: '转码所需内存超过限制。',
  },
  diskFull: {
    en: "The server's disk has no room for the converted file; tell the administrator.",
    zh: '服务器磁盘空间不足，放不下转码后的文件，请告知管理员。',
  },
  serverStopped: {
    en: 'The server stopped several times while the file was converted.',
    zh: '转码过程中服务器多次中断。',
  },
};

/** A conversion that ended without its file. */
export class TranscodeFailed extends Error {
  readonly trouble: TranscodeTrouble;

  constructor(trouble: TranscodeTrouble, said: string) {
    super(`${trouble}: ${said}`);
    this.name = 'TranscodeFailed';
    this.trouble = trouble;
  }
}

/** ffmpeg, run as a child with bounds of time, memory and cores, reading local files only. */
export interface Transcoder {
  /** As ffmpeg tells it. */
  readonly version: string;
  /** Measures the sound of a file; null for silence. @throws TranscodeFailed, or an AbortError by `signal` */
  measure(
    job: Omit<Transcode, 'loudness' | 'target' | 'picture' | 'variant' | 'threads'>,
    durationMs: Ms,
    signal: AbortSignal,
  ): Promise<Loudness | null>;
  /** Makes a file and tells how far it is, 0 to 99. @throws TranscodeFailed, or an AbortError by `signal` */
  make(
    job: Omit<Transcode, 'threads'>,
    durationMs: Ms,
    onProgress: (percent: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Writes one frame, filtered, as PNG. @throws TranscodeFailed */
  frame(job: FrameWish): Promise<void>;
}

/** Most address space of a conversion. 1080p by x264 takes about 1 GiB. */
const MEMORY_BYTES: Bytes = 4_294_967_296;
/** A conversion may take ten times as long as its film, and this much more. */
const LEAST_TIME_MS: Ms = 2 * MINUTE_MS;
/** Peaks that are held down take loudness along: how often it is measured and asked for again, until so close. */
const MOST_CHECKS = 5;
const CLOSE_LU = 0.5;
/** One frame is made while somebody waits for it. */
const LONGEST_FRAME_MS: Ms = 20_000;
const LONGEST_COMPLAINT = 2_000;

/**
 * Looks for ffmpeg on the search path; null where there is none, or none with H.264 and AAC. Whatever a file does to
 * ffmpeg, it ends: `leastTimeMs` and ten times the length of the film after it began.
 */
export async function openTranscoder(
  threads: number,
  leastTimeMs: Ms = LEAST_TIME_MS,
): Promise<Transcoder | null> {
  const version = await versionOf();
  if (version === null) return null;
  const run = (
    ffmpegArguments: readonly string[],
    durationMs: Ms,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ) => runWithin(leastTimeMs + 10 * durationMs, ffmpegArguments, onLine, signal);
  return {
    version,
    async measure(job, durationMs, signal) {
      const ask = async (ffmpegArguments: readonly string[]) =>
        readLoudness(await run(ffmpegArguments, durationMs, () => {}, signal));
      const measured = await ask(measuringArguments({ ...job, threads }));
      if (measured === null || isLinear(measured, job.madeFor)) return measured;
      let lifted = measured;
      for (let check = 0; check < MOST_CHECKS; check++) {
        const given = await ask(checkingArguments({ ...job, threads }, lifted));
        const missingLu = given === null ? 0 : LOUDNESS[job.madeFor].targetLufs - given.integratedLufs;
        if (Math.abs(missingLu) <= CLOSE_LU) break;
        lifted = { ...lifted, liftLu: lifted.liftLu + missingLu };
      }
      return lifted;
    },
    async make(job, durationMs, onProgress, signal) {
      const follow = (line: string) => {
        const percent = readProgress(line, durationMs);
        if (percent !== null) onProgress(percent);
      };
      await run(makingArguments({ ...job, threads }), durationMs, follow, signal);
    },
    async frame(job) {
      await run(frameArguments(job), 0, () => {}, AbortSignal.timeout(LONGEST_FRAME_MS));
    },
  };
}

async function versionOf(): Promise<string | null> {
  const asked = spawn('ffmpeg', ['-hide_banner', '-encoders'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(asked, 'close').then(
    () => true,
    () => false,
  );
  let encoders = '';
  for await (const chunk of asked.stdout) encoders += String(chunk);
  if (!(await ended) || !/\blibx264\b/.test(encoders) || !/\baac\b/.test(encoders)) return null;
  const told = spawn('ffmpeg', ['-version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of told.stdout) text += String(chunk);
  return /^ffmpeg version (\S+)/.exec(text)?.[1] ?? 'unknown';
}

/** Runs ffmpeg to its end and gives what it said on standard error. */
async function runWithin(
  longestMs: Ms,
  ffmpegArguments: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  // The shell sets the limit of memory and becomes ffmpeg; the arguments never pass through its grammar.
  const limited = `ulimit -v ${Math.floor(MEMORY_BYTES / 1_024)}; exec ffmpeg "$@"`;
  const child = spawn('/bin/sh', ['-c', limited, 'ffmpeg', ...ffmpegArguments], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, longestMs);
  const abort = () => child.kill('SIGKILL');
  signal.addEventListener('abort', abort);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + String(chunk)).slice(-LONGEST_COMPLAINT);
  });
  createInterface({ input: child.stdout }).on('line', onLine);
  try {
    makePolite(child);
    const [code, killed] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (signal.aborted && signal.reason?.name === 'TimeoutError')
      throw new TranscodeFailed('timeLimit', said);
    signal.throwIfAborted();
    if (code === 0) return said;
    if (isLate) throw new TranscodeFailed('timeLimit', said);
    // A kill that is not ours is the system's, whose memory ran out; any other signal is a crash of ffmpeg's own.
    if (killed !== null) throw new TranscodeFailed(killed === 'SIGKILL' ? 'tooLarge' : 'damaged', said);
    throw new TranscodeFailed(troubleOf(said), said);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', abort);
  }
}

/** Playing out and answering go before converting. */
function makePolite(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already.
  }
}

function troubleOf(said: string): TranscodeTrouble {
  if (/No space left on device/i.test(said)) return 'diskFull';
  if (/Cannot allocate memory|malloc of size/i.test(said)) return 'tooLarge';
  return 'damaged';
}
