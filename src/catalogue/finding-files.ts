import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { type Bytes, MINUTE_MS, type Ms } from '../base/units.ts';
import { demuxerOf } from './demuxer.ts';
import type { ListenedAsset } from './finding-store.ts';
import { type Findings, isFinding, listeningArguments, readFindings } from './findings.ts';

/** Most address space of a look. Decoding 4K takes about 1 GiB. */
const MEMORY_BYTES: Bytes = 4_294_967_296;
/** A look may take twice as long as the film, and this much more. */
const LEAST_TIME_MS: Ms = MINUTE_MS;
/** More lines than any honest film causes. */
const MOST_LINES = 2_000;

/**
 * Plays a film or sound through once by ffmpeg, on one core at the lowest priority, with bounds of time and memory and
 * without a network. Null when the content, or a bound, lets it find nothing. @throws AbortError by `signal`
 */
export async function listenTo(
  path: string,
  asset: ListenedAsset,
  signal: AbortSignal,
): Promise<Findings | null> {
  const demuxer = demuxerOf(asset.type);
  if (demuxer === null) return null;
  signal.throwIfAborted();
  // The shell sets the limit of memory and becomes ffmpeg; the arguments never pass through its grammar.
  const limited = `ulimit -v ${Math.floor(MEMORY_BYTES / 1_024)}; exec ffmpeg "$@"`;
  const hasPicture = asset.videoCodec !== null;
  const told = listeningArguments({ path, demuxer, hasPicture, hasSound: asset.hasSound });
  const child = spawn('/bin/sh', ['-c', limited, 'ffmpeg', ...told], { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  const late = setTimeout(kill, LEAST_TIME_MS + 2 * asset.durationMs);
  signal.addEventListener('abort', kill);
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (lines.length < MOST_LINES && isFinding(line)) lines.push(line);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    return code === 0 ? readFindings(lines, asset.durationMs) : null;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', kill);
  }
}

/** Whether there is an ffmpeg on the search path. */
export async function hasFfmpeg(): Promise<boolean> {
  const asked = spawn('ffmpeg', ['-version'], { stdio: 'ignore' });
  return once(asked, 'close').then(
    ([code]) => code === 0,
    () => false,
  );
}
