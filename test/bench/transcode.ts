import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { mediaFiles } from '../../src/catalogue/media-files.ts';
import { probeFile } from '../../src/catalogue/probe-files.ts';
import type { Database } from '../../src/db/connect.ts';
import { renditionFlow } from '../../src/renditions/rendition-flow.ts';
import { filmPicture } from '../../src/renditions/rendition-plan.ts';
import { renditionStore } from '../../src/renditions/rendition-store.ts';
import { makingArguments } from '../../src/renditions/transcode.ts';
import { openTranscoder } from '../../src/renditions/transcoder-files.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { median, withScratchDatabase } from './scratch-database.ts';

const ROUNDS = 3;
const SECONDS = 30;
const SIZES = [
  [1_080, 1_920],
  [1_280, 720],
  [1_152, 192],
] as const;

/**
 * A clip of 30 s in 1080p, with sound, to every file that a mixed fleet needs of it: upright, small and LED sizes filled,
 * the low rate, AAC and MP3, from the queue to rows and files, loudness in two passes and every file hashed and probed.
 * The yardstick is one bare ffmpeg command per output with the same encoder and picture, one after another, without
 * measuring or levelling the sound, at the same low priority, so that other work on the machine slows both alike. Rounds
 * of both take turns.
 */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'beacon-transcode-'));
  const clip = join(folder, 'clip.mp4');
  const threads = availableParallelism();
  bare([
    ...['-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=25:duration=${SECONDS}`],
    ...['-f', 'lavfi', '-i', `anoisesrc=duration=${SECONDS}:color=pink:amplitude=0.4:sample_rate=48000`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-pix_fmt', 'yuv420p', '-c:a', 'aac', clip],
  ]);
  try {
    const ours: number[] = [];
    const theirs: number[] = [];
    let outputs: readonly string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { ms, variants } = await withScratchDatabase((database) =>
        product(database, folder, clip, threads),
      );
      ours.push(ms);
      outputs = variants;
      theirs.push(bareRun(clip, folder, variants, threads));
    }
    const value = median(ours);
    const yardstick = median(theirs);
    return {
      ...{ name: 'transcode', value: Math.round(value), unit: 'ms', yardstick: Math.round(yardstick) },
      ...{ ratio: rounded(value / yardstick), n: ROUNDS, limit: 1.2, outputs, threads },
      ...{ rounds: ours.map((ms, i) => [Math.round(ms), Math.round(theirs[i] ?? 0)]) },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function product(database: Database, folder: string, clip: string, threads: number) {
  const now = () => 1_800_000_000_000;
  const dataDir = await mkdtemp(join(folder, 'data-'));
  const files = await mediaFiles(dataDir);
  const assets = assetStore({ database, audit, now });
  const { sql } = database;
  const onTrouble = (error: unknown) => {
    throw error;
  };
  const imports = importFlow({ assets, files, onTrouble });
  const draft = { fileName: 'clip.mp4', titleEn: '', category: 'psa', isFiller: false } as const;
  const { asset } = await imports.importFile({ source: createReadStream(clip), draft, actor: 'bench' });
  await sql`update assets set framing = 'fill'`;
  await sql`insert into areas (name) values ('x')`;
  const places = [...SIZES.map((size) => ['screen', ...size] as const), ['loudspeaker', null, null] as const];
  for (const [kind, width, height] of places) {
    await sql`
      insert into endpoints (code, name, kind, area_id, owner, width_px, height_px, time_zone, opening_hours, quiet_hours,
        place_class, audience_per_hour, dwell_seconds, tags, created_at)
      select ${`${kind} ${width}`}, 'x', ${kind}, id, 'x', ${width}, ${height}, 'UTC', '[]', '[]', 'x', 1, 1,
        array['thin-line'], now() from areas`;
  }
  await sql`
    insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at)
    select id, 'x', 'x', '{"sound":["mp3"]}', now() from endpoints where kind = 'loudspeaker'`;
  const store = renditionStore({ database, audit, now, holder: 'bench' });
  const transcoder = await openTranscoder(threads);
  const flow = renditionFlow({ store, files, probe: probeFile, transcoder, onTrouble });
  const start = performance.now();
  await flow.work();
  const ms = performance.now() - start;
  const jobs = await store.ofAsset(asset.id);
  assets.close();
  const unfinished = jobs.filter(({ state }) => state !== 'done');
  if (unfinished.length > 0 || jobs.length < 6) throw new Error(`not all was made: ${JSON.stringify(jobs)}`);
  return { ms, variants: jobs.map(({ madeFor, variant }) => `${madeFor} ${variant}`) };
}

function bareRun(clip: string, folder: string, variants: readonly string[], threads: number): number {
  const start = performance.now();
  for (const named of variants) {
    const [madeFor, variant = ''] = named.split(' ');
    const isScreen = madeFor === 'screen';
    const made = makingArguments({
      ...{ madeFor: isScreen ? 'screen' : 'sound', variant, source: clip, demuxer: 'mov', threads },
      ...{ target: join(folder, 'bare.out'), loudness: null, hasSound: true },
      picture: isScreen ? filmPicture({ widthPx: 1_920, heightPx: 1_080 }, variant) : null,
    });
    bare(made);
  }
  return performance.now() - start;
}

function bare(ffmpegArguments: readonly string[]): void {
  const command = ['-n', '19', 'ffmpeg', '-y', ...ffmpegArguments];
  const { status, stderr } = spawnSync('nice', command, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
