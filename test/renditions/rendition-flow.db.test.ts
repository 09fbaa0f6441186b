import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AssetStore, assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { probeFile } from '../../src/catalogue/probe-files.ts';
import { renditions as renditionRows } from '../../src/db/catalogue-tables.ts';
import { renditionFlow } from '../../src/renditions/rendition-flow.ts';
import { renditionStore } from '../../src/renditions/rendition-store.ts';
import { openTranscoder, type Transcoder } from '../../src/renditions/transcoder-files.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  complaintsAbout,
  ffmpeg,
  HAS_FFMPEG,
  loudnessOf,
  picture,
  probed,
  tone,
  WITHOUT_FFMPEG,
} from './ffmpeg-films.ts';

const now = () => 1_800_000_000_000;
let database: TestDatabase;
let dataDir: string;
let files: MediaFiles;
let assets: AssetStore;
let transcoder: Transcoder;
let troubles: unknown[];

const storeOf = (holder: string) => renditionStore({ database, audit, now, holder });
const flowOf = (holder: string, over: Partial<Parameters<typeof renditionFlow>[0]> = {}) =>
  renditionFlow({
    ...{ store: storeOf(holder), files, probe: probeFile, transcoder },
    onTrouble: (error) => void troubles.push(error),
    ...over,
  });

/** Makes a film by ffmpeg and hands it in. */
async function handIn(name: string, ...made: readonly string[]) {
  const path = join(dataDir, name);
  ffmpeg(...made, path);
  const draft = { fileName: name, titleEn: '', category: 'psa', isFiller: false } as const;
  const imports = importFlow({ assets, files, onTrouble: (error) => void troubles.push(error) });
  return (await imports.importFile({ source: createReadStream(path), draft, actor: 'li' })).asset;
}
const filesOf = (assetId: number) =>
  database.sql<{ madeFor: string; sha256: string; loudness: number | null; type: string }[]>`
    select made_for as "madeFor", sha256, loudness_lufs as loudness, type from renditions
    where asset_id = ${assetId} order by id`;

beforeAll(async () => {
  database = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'beacon-renditions-'));
  assets = assetStore({ database, audit, now });
  if (HAS_FFMPEG)
    transcoder = (await openTranscoder(1)) ?? (Promise.reject(new Error('no encoder')) as never);
});
afterAll(async () => {
  assets.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  troubles = [];
  await database.sql`delete from rendition_jobs`;
  await database.db.delete(renditionRows);
  await database.sql`delete from assets`;
  files = await mediaFiles(dataDir);
});

describe.skipIf(!HAS_FFMPEG)(`RenditionFlow.work${WITHOUT_FFMPEG}`, { timeout: 180_000 }, () => {
  test('makes a film that no player shows into one that all do, and its sound for loudspeakers, level and whole', async () => {
    const asset = await handIn(
      'phone.mkv',
      ...picture('640x360', 1, 50),
      ...tone(3, '0.05'),
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-c:a', 'aac'],
    );
    expect(asset).toMatchObject({ unplayable: 'container', renditions: [] });
    await flowOf('one').work();
    expect(troubles).toEqual([]);
    const made = await filesOf(asset.id);
    expect(made.map(({ madeFor, type }) => [madeFor, type])).toEqual([
      ['screen', 'video/mp4'],
      ['sound', 'audio/mp4'],
    ]);
    for (const { madeFor, sha256, loudness } of made) {
      const path = files.pathOf(sha256);
      expect(complaintsAbout(path)).toBe('');
      expect(Math.abs(loudnessOf(path) - (madeFor === 'screen' ? -23 : -16))).toBeLessThanOrEqual(1);
      expect(loudness).toBe(madeFor === 'screen' ? -23 : -16);
    }
    const screen = probed(files.pathOf(made[0]?.sha256 ?? ''));
    expect(screen.streams.find((stream) => stream.codec_type === 'video')).toMatchObject({
      ...{ codec_name: 'h264', profile: 'High', width: 640, height: 360, pix_fmt: 'yuv420p' },
      avg_frame_rate: '30/1',
    });
    expect(Math.abs(Number(screen.format.duration) - 3)).toBeLessThan(0.1);
    const sound = probed(files.pathOf(made[1]?.sha256 ?? ''));
    expect(sound.streams.map((stream) => stream.codec_name)).toEqual(['aac']);
    // Nothing half-made stays, and the work is done once.
    expect(await readdir(join(dataDir, 'media', 'incoming'))).toEqual([]);
    await flowOf('two').work();
    expect(await filesOf(asset.id)).toHaveLength(2);
  });

  test('keeps standing films standing, silent ones silent, and takes the first of many sounds', async () => {
    const standing = await handIn('lift.mov', ...picture('1126x2000', 1, 5), ...['-c:v', 'mpeg4', '-an']);
    const many = await handIn(
      'eight.mkv',
      ...picture('320x240', 2),
      ...Array.from({ length: 8 }, () => tone(2)).flat(),
      ...Array.from({ length: 9 }, (_, i) => ['-map', String(i)]).flat(),
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'ac3'],
    );
    await flowOf('one').work();
    expect(troubles).toEqual([]);
    const [lift] = await filesOf(standing.id);
    expect(probed(files.pathOf(lift?.sha256 ?? '')).streams).toMatchObject([
      { codec_type: 'video', width: 1_080, height: 1_918 },
    ]);
    const made = await filesOf(many.id);
    expect(made.map(({ madeFor }) => madeFor)).toEqual(['screen', 'sound']);
    for (const { sha256 } of made) {
      const { streams } = probed(files.pathOf(sha256));
      expect(streams.filter((stream) => stream.codec_type === 'audio')).toHaveLength(1);
    }
  });

  test('leaves silence alone and plays what needs no conversion as it is', async () => {
    const silent = await handIn(
      'silent.mp4',
      ...picture('320x240', 2),
      ...['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo', '-t', '2', '-c:v', 'libx264', '-c:a', 'aac'],
    );
    await flowOf('one').work();
    expect((await filesOf(silent.id)).map(({ madeFor, loudness }) => [madeFor, loudness])).toEqual([
      ['original', null],
      ['sound', null],
    ]);
  });

  test('tells of a file that turns out damaged, and tries no further', async () => {
    const asset = await handIn(
      'torn.mkv',
      ...picture('320x240', 3),
      ...tone(3),
      ...['-c:v', 'mpeg4', '-c:a', 'aac', '-shortest'],
    );
    await truncate(files.pathOf(asset.sha256), 700);
    await flowOf('one').work();
    const jobs = await storeOf('one').ofAsset(asset.id);
    expect(jobs.map(({ state, trouble, attempts }) => [state, trouble, attempts])).toEqual([
      ['failed', 'damaged', 1],
      ['failed', 'damaged', 1],
    ]);
    expect(await filesOf(asset.id)).toEqual([]);
    expect(await readdir(join(dataDir, 'media', 'incoming'))).toEqual([]);
  });

  test('two processes share the work and make each file once', async () => {
    const films = [];
    for (const [i, size] of ['320x240', '400x300', '480x270'].entries())
      films.push(
        await handIn(
          `f${i}.mkv`,
          ...picture(size, 1),
          ...tone(1),
          '-c:v',
          'mpeg4',
          '-c:a',
          'aac',
          '-shortest',
        ),
      );
    await Promise.all([flowOf('one').work(), flowOf('two').work(), flowOf('three').work()]);
    for (const { id } of films) expect(await filesOf(id)).toHaveLength(2);
    expect(troubles).toEqual([]);
  });

  test('shows how far it is, and ends at once when cancelled; a retry makes the file', async () => {
    const asset = await handIn(
      'long.mkv',
      ...picture('640x360', 20),
      ...['-c:v', 'mpeg4', '-q:v', '20', '-an'],
    );
    const store = storeOf('one');
    const seen: number[] = [];
    const cancelled = Promise.withResolvers<void>();
    const watched = {
      ...store,
      async renew(id: number, percent: number) {
        seen.push(percent);
        if (percent > 0 && seen.length > 2) {
          await store.cancel(id, 'li').catch(() => {});
          cancelled.resolve();
        }
        return store.renew(id, percent);
      },
    };
    await flowOf('one', { store: watched, renewEveryMs: 100 }).work();
    await cancelled.promise;
    expect(seen.every((percent) => percent < 100)).toBe(true);
    const [job] = await store.ofAsset(asset.id);
    expect(job).toMatchObject({ state: 'cancelled' });
    expect(await filesOf(asset.id)).toEqual([]);
    await expect(store.cancel(job?.id ?? 0, 'li')).rejects.toMatchObject({ code: 'rendition.notNow' });
    await store.retry(job?.id ?? 0, 'li');
    await flowOf('two').work();
    expect(await filesOf(asset.id)).toHaveLength(1);
  });
});

describe('RenditionStore', () => {
  async function queued(): Promise<number> {
    const [row] = await database.sql<{ id: number }[]>`
      insert into assets (title_zh, category, media_class, sha256, file_name, type, bytes, has_sound, created_by,
        created_at, duration_ms)
      values ('x', 'psa', 'video', ${'a'.repeat(64)}, 'x', 'video/mp4', 1, true, 'li', now(), 1000) returning id`;
    await storeOf('one').queue(row?.id ?? 0, { madeFor: 'sound', variant: '' });
    await storeOf('one').queue(row?.id ?? 0, { madeFor: 'sound', variant: '' });
    return row?.id ?? 0;
  }
  const file = {
    ...{
      sha256: 'b'.repeat(64),
      type: 'audio/mp4',
      mediaClass: 'audio' as const,
      bytes: 9,
      durationMs: 1_000,
    },
    ...{ widthPx: null, heightPx: null, hasSound: true, loudnessLufs: -16 },
  };
  const letClaimsEnd = () =>
    database.sql`update rendition_jobs set claimed_until = now() - interval '1 s' where state = 'running'`;

  test('takes over from a process that died, and lets only the holder end the work', async () => {
    const assetId = await queued();
    const dead = storeOf('dead');
    const alive = storeOf('alive');
    const claimed = await dead.claim();
    expect(claimed).not.toBeNull();
    expect(await alive.claim()).toBeNull();
    await letClaimsEnd();
    const again = await alive.claim();
    expect(again?.id).toBe(claimed?.id);
    if (claimed === null || again === null) throw new Error('nothing was claimed');
    expect(await dead.renew(claimed.id, 50)).toBe(false);
    expect(await dead.finish(claimed, file)).toBe(false);
    expect(await alive.finish(again, file)).toBe(true);
    expect(await alive.finish(again, file)).toBe(false);
    expect(await filesOf(assetId)).toHaveLength(1);
  });

  test('gives up after three processes died over one file', async () => {
    const assetId = await queued();
    for (let i = 0; i < 3; i++) {
      expect(await storeOf(`p${i}`).claim()).not.toBeNull();
      await letClaimsEnd();
    }
    expect(await storeOf('last').claim()).toBeNull();
    expect(await storeOf('last').ofAsset(assetId)).toMatchObject([
      { state: 'failed', trouble: 'serverStopped', attempts: 3 },
    ]);
  });

  test('waits before it tries again, longer each time', async () => {
    await queued();
    const store = storeOf('one');
    const pauses: number[] = [];
    for (let i = 0; i < 2; i++) {
      const job = await store.claim();
      if (job === null) throw new Error('nothing was due');
      await store.fail(job.id, 'diskFull');
      expect(await store.claim()).toBeNull();
      const [row] = await database.sql<{ s: number }[]>`
        select extract(epoch from not_before - now())::float8 as s from rendition_jobs`;
      pauses.push(Math.round(row?.s ?? 0));
      await database.sql`update rendition_jobs set not_before = now()`;
    }
    expect(pauses[0]).toBeGreaterThan(25);
    expect(pauses[1]).toBeGreaterThan(100);
  });

  test('gives back untouched what the end of the process interrupts', async () => {
    const assetId = await queued();
    const store = storeOf('one');
    const job = await store.claim();
    await store.giveBack(job?.id ?? 0);
    expect(await store.ofAsset(assetId)).toMatchObject([{ state: 'queued', attempts: 0 }]);
    expect((await storeOf('two').claim())?.id).toBe(job?.id);
  });
});
