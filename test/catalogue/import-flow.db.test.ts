import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AssetStore, assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { assets as assetRows, renditions } from '../../src/db/catalogue-tables.ts';
import { auditLog } from '../../src/db/staff-tables.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { streamOf, wav } from './sample-bytes.ts';

const draft = { fileName: 'horn.wav', titleEn: '', category: 'notice', isFiller: false } as const;
const HEVC = {
  mediaClass: 'video',
  type: 'video/mp4',
  durationMs: 2_000,
  widthPx: 320,
  heightPx: 180,
  rotationDegrees: 0,
  hasSound: false,
  videoCodec: 'hevc',
  audioCodec: null,
} as const;
let database: TestDatabase;
let dataDir: string;
let files: MediaFiles;
let assets: AssetStore;
let troubles: unknown[];

beforeAll(async () => {
  database = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'beacon-import-'));
  assets = assetStore({ database, audit, now: () => 1_800_000_000_000 });
});
afterAll(async () => {
  assets.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  troubles = [];
  await database.db.delete(renditions);
  await database.db.delete(assetRows);
  await rm(join(dataDir, 'media'), { recursive: true, force: true });
  files = await mediaFiles(dataDir);
});

const onTrouble = (error: unknown) => void troubles.push(error);

async function everyFile(): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('ImportFlow.importFile', () => {
  test('writes an audit entry with each new asset and none for what was there', async () => {
    const flow = importFlow({ assets, files, onTrouble });
    const { asset } = await flow.importFile({ source: streamOf(wav(1)), draft, actor: 'wang' });
    await flow.importFile({ source: streamOf(wav(1)), draft, actor: 'li' });
    const subject = eq(auditLog.subject, `asset ${asset.id}`);
    const entries = await database.db.select().from(auditLog).where(subject);
    expect(entries).toMatchObject([{ actor: 'wang', action: 'asset.create' }]);
  });

  test('takes in a film that no player can play, without a rendition and with the reason', async () => {
    const flow = importFlow({ assets, files, onTrouble, probe: async () => HEVC });
    const { asset } = await flow.importFile({ source: streamOf(wav(1)), draft, actor: 'wang' });
    expect(asset).toMatchObject({ renditions: [], unplayable: 'videoCodec' });
    expect(await assets.approvedFile(asset.sha256)).toBeNull();
  });

  test('is not stopped by a thumbnail that cannot be made', async () => {
    const flow = importFlow({
      assets,
      files,
      onTrouble,
      thumbnail: () => Promise.reject(new Error('no pixels')),
    });
    const { isNew } = await flow.importFile({ source: streamOf(wav(1)), draft, actor: 'wang' });
    expect(isNew).toBe(true);
    expect(troubles).toEqual([new Error('no pixels')]);
  });

  test('leaves neither file nor asset when probing fails by a bug', async () => {
    const flow = importFlow({ assets, files, onTrouble, probe: () => Promise.reject(new Error('bug')) });
    await expect(flow.importFile({ source: streamOf(wav(1)), draft, actor: 'w' })).rejects.toThrow('bug');
    expect([await everyFile(), await assets.list()]).toEqual([[], []]);
  });

  test('leaves neither file nor asset when the database fails after the file was kept', async () => {
    const failing = assetStore({
      database,
      audit: () => Promise.reject(new Error('disk full')),
      now: () => 1_800_000_000_000,
    });
    const flow = importFlow({ assets: failing, files, onTrouble });
    await expect(flow.importFile({ source: streamOf(wav(1)), draft, actor: 'w' })).rejects.toThrow(
      'disk full',
    );
    failing.close();
    expect([await everyFile(), await assets.list()]).toEqual([[], []]);
  });

  test('marks samples as such', async () => {
    const flow = importFlow({ assets, files, onTrouble });
    const upload = { source: streamOf(wav(1)), draft, actor: 'system', isSample: true };
    expect((await flow.importFile(upload)).asset).toMatchObject({ isSample: true, createdBy: 'system' });
  });
});
