import { spawnSync } from 'node:child_process';

/** Whether this machine can make and convert films. */
export const HAS_FFMPEG = spawnSync('ffmpeg', ['-version']).status === 0;
/** For the names of tests that cannot run. */
export const WITHOUT_FFMPEG = HAS_FFMPEG ? '' : ' (left out: there is no ffmpeg)';

/** Runs ffmpeg and throws what it says when it fails. */
export function ffmpeg(...ffmpegArguments: readonly string[]): string {
  const run = spawnSync('ffmpeg', ['-nostdin', '-hide_banner', '-y', ...ffmpegArguments], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stderr;
}

/** A moving picture, as an input. */
export const picture = (size: string, seconds: number, rate = 25): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
];
/** A tone that comes and goes, so that it has a loudness range; `volume` as ffmpeg's filter takes it. */
export const tone = (seconds: number, volume = '1'): string[] => [
  ...['-f', 'lavfi', '-i'],
  `sine=frequency=440:duration=${seconds}:sample_rate=48000,tremolo=f=0.5:d=0.6,volume=${volume}`,
];

/** Integrated loudness of a file, in LUFS, by ffmpeg's EBU R 128 meter. */
export function loudnessOf(path: string): number {
  const said = ffmpeg('-i', path, '-map', '0:a:0', '-af', 'ebur128=peak=true', '-f', 'null', '-');
  const [, lufs] = /Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/.exec(said) ?? [];
  return Number(lufs);
}

/** Decodes a file from the first frame to the last; what ffmpeg complains of, empty when all is well. */
export function complaintsAbout(path: string): string {
  return ffmpeg('-v', 'error', '-i', path, '-f', 'null', '-');
}

/** Streams and format, as ffprobe tells them. */
export function probed(path: string): {
  streams: Record<string, string | number>[];
  format: Record<string, string>;
} {
  const run = spawnSync('ffprobe', ['-v', 'error', '-of', 'json', '-show_streams', '-show_format', path], {
    encoding: 'utf8',
  });
  return JSON.parse(run.stdout);
}

/** True peak of a file, in dBTP, by the same meter. */
export function truePeakOf(path: string): number {
  const said = ffmpeg('-i', path, '-map', '0:a:0', '-af', 'ebur128=peak=true', '-f', 'null', '-');
  const [, dbtp] = /True peak:\s+Peak:\s+(-?[\d.]+) dBFS/.exec(said) ?? [];
  return Number(dbtp);
}
