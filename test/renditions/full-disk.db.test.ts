import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AssetStore, assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { probeFile } from '../../src/catalogue/probe-files.ts';
import { renditionFlow } from '../../src/renditions/rendition-flow.ts';
import { renditionStore } from '../../src/renditions/rendition-store.ts';
import { openTranscoder } from '../../src/renditions/transcoder-files.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { smallDisk } from '../support/small-disk.ts';
import { complaintsAbout, ffmpeg, HAS_FFMPEG, WITHOUT_FFMPEG } from './ffmpeg-films.ts';

const disk = smallDisk(330);
const now = () => 1_800_000_000_000;

let database: TestDatabase;
let work: string;
let files: MediaFiles;
let assets: AssetStore;
const ballast = join(disk.path, 'ballast');

beforeAll(async () => {
  database = await testDatabase();
  work = await mkdtemp(join(tmpdir(), 'beacon-rendition-work-'));
  assets = assetStore({ database, audit, now });
});
afterAll(async () => {
  assets.close();
  await database.close();
  disk.remove();
  await rm(work, { recursive: true, force: true });
});

/** Fills the disk until so many bytes are left. */
async function leave(bytes: number): Promise<void> {
  await rm(ballast, { force: true });
  const { bavail, bsize } = await statfs(disk.path);
  await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

describe.skipIf(!disk.isMounted || !HAS_FFMPEG)(`a small disk${disk.without}${WITHOUT_FFMPEG}`, () => {
  test('that is full in the middle of a conversion leaves nothing half, says so, and the film is made once there is room', {
    timeout: 180_000,
  }, async () => {
    await mkdir(join(disk.path, 'data'));
    files = await mediaFiles(join(disk.path, 'data'));
    const source = join(work, 'noise.mkv');
    ffmpeg(
      ...['-f', 'lavfi', '-i', 'nullsrc=s=640x360:r=25:d=6,geq=random(1)*255:128:128'],
      ...['-c:v', 'mpeg4', '-q:v', '8', source],
    );
    const troubles: unknown[] = [];
    const onTrouble = (error: unknown) => void troubles.push(error);
    const imports = importFlow({ assets, files, onTrouble });
    const draft = { fileName: 'noise.mkv', titleEn: '', category: 'psa', isFiller: false } as const;
    const { asset } = await imports.importFile({ source: createReadStream(source), draft, actor: 'li' });
    const store = renditionStore({ database, audit, now, holder: 'one' });
    const transcoder = await openTranscoder(1);
    const flow = renditionFlow({ store, files, probe: probeFile, transcoder, onTrouble });
    const outcome = async () => (await store.ofAsset(asset.id)).map(({ state, trouble }) => [state, trouble]);
    const incoming = () => readdir(join(disk.path, 'data', 'media', 'incoming'));

    await leave(1_000_000);
    await flow.work();
    expect(await outcome()).toEqual([['queued', 'diskFull']]);
    expect(await incoming()).toEqual([]);

    // Enough for the film, but not for the database and the logs beside it.
    await leave(60_000_000);
    await database.sql`update rendition_jobs set not_before = now()`;
    await flow.work();
    expect(await outcome()).toEqual([['queued', 'diskFull']]);
    expect(await incoming()).toEqual([]);

    await rm(ballast);
    await database.sql`update rendition_jobs set not_before = now()`;
    await flow.work();
    expect(await outcome()).toEqual([['done', null]]);
    expect(troubles).toEqual([]);
    const [made] = (await assets.get(asset.id)).renditions;
    expect(complaintsAbout(files.pathOf(made?.sha256 ?? ''))).toBe('');
    expect(await incoming()).toEqual([]);
  });
});
