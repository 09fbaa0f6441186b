import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AssetStore, assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { fleetSizes } from '../../src/renditions/fleet-needs-store.ts';
import { framingPreview } from '../../src/renditions/framing-preview-flow.ts';
import { framingStore } from '../../src/renditions/framing-store.ts';
import { renditionRoutes } from '../../src/renditions/rendition-routes.ts';
import { type RenditionStore, renditionStore } from '../../src/renditions/rendition-store.ts';
import { openTranscoder } from '../../src/renditions/transcoder-files.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { ffmpeg, HAS_FFMPEG, WITHOUT_FFMPEG } from './ffmpeg-films.ts';

let database: TestDatabase;
let store: RenditionStore;
let app: ReturnType<typeof roomApp>['app'];
let assetId = 0;
let dataDir: string;
let files: MediaFiles;
let assets: AssetStore;

beforeAll(async () => {
  database = await testDatabase();
  store = renditionStore({ database, audit, now: () => 1_800_000_000_000, holder: 'one' });
  dataDir = await mkdtemp(join(tmpdir(), 'beacon-framings-'));
  files = await mediaFiles(dataDir);
  assets = assetStore({ database, audit, now: () => 1_800_000_000_000 });
  app = roomApp([
    renditionRoutes({
      ...{ store, assets, transcoder: null },
      framings: framingStore({ database, audit, now: () => 1_800_000_000_000 }),
      preview: framingPreview({ files, transcoder: await openTranscoder(1) }),
      sizes: () => fleetSizes(database.sql),
    }),
  ]).app;
  const [row] = await database.sql<{ id: number }[]>`
    insert into assets (title_zh, category, media_class, sha256, file_name, type, bytes, has_sound, created_by,
      created_at, duration_ms)
    values ('x', 'psa', 'video', ${'c'.repeat(64)}, 'x', 'video/mp4', 1, true, 'li', now(), 1000) returning id`;
  assetId = row?.id ?? 0;
  await store.queue(assetId, { madeFor: 'sound', variant: '' });
});
afterAll(async () => {
  assets.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

const ask = async (method: string, path: string, role: string, language = 'en', json?: unknown) => {
  const headers = {
    authorization: `Bearer li.${role}`,
    'accept-language': language,
    'content-type': 'application/json',
  };
  const response = await app.request(path, {
    ...{ method, headers },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  return { status: response.status, body: await response.json() };
};

describe('what is made of an upload, over HTTP', () => {
  test('is listed for everybody, with the sentence that nothing can be converted here', async () => {
    const { status, body } = await ask('GET', `/api/assets/${assetId}/renditions`, 'viewer');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      transcoder: null,
      jobs: [{ madeFor: 'sound', state: 'queued', progressPercent: 0, trouble: null, endedAt: null }],
    });
  });

  test('tells why it failed in both languages', async () => {
    const job = await store.claim();
    await store.fail(job?.id ?? 0, 'damaged');
    const { body } = await ask('GET', `/api/assets/${assetId}/renditions`, 'viewer');
    expect(body.jobs[0]).toMatchObject({ state: 'failed' });
    expect(body.jobs[0].trouble.zh).toMatch(/转码/);
    expect(body.jobs[0].trouble.en).toMatch(/converted/);
  });

  test('is begun anew and cancelled by editors alone, each time with a line in the log', async () => {
    const [job] = await store.ofAsset(assetId);
    expect((await ask('POST', `/api/renditions/${job?.id}/retry`, 'viewer')).status).toBe(403);
    const retried = await ask('POST', `/api/renditions/${job?.id}/retry`, 'editor');
    expect(retried).toMatchObject({ status: 200, body: { state: 'queued', attempts: 0, trouble: null } });
    const again = await ask('POST', `/api/renditions/${job?.id}/retry`, 'editor', 'zh-CN');
    expect(again).toMatchObject({ status: 409, body: { code: 'rendition.notNow' } });
    expect(again.body.detail).toMatch(/排队中/);
    const cancelled = await ask('POST', `/api/renditions/${job?.id}/cancel`, 'editor');
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(cancelled.body.endedAt).not.toBeNull();
    const entries =
      await database.sql`select action from audit_log where action like 'rendition.%' order by id`;
    expect(entries.map(({ action }) => action)).toEqual(['rendition.retry', 'rendition.cancel']);
  });

  test('is refused clearly where there is no such conversion', async () => {
    const { status, body } = await ask('POST', '/api/renditions/99999/cancel', 'editor');
    expect(status).toBe(404);
    expect(body.code).toBe('rendition.unknown');
  });
});

/** Makes a picture or a film by ffmpeg and hands it in. */
async function handIn(name: string, ...made: readonly string[]) {
  const path = join(dataDir, name);
  ffmpeg(...made, path);
  const draft = { fileName: name, titleEn: '', category: 'psa', isFiller: false } as const;
  const imports = importFlow({ assets, files, onTrouble: () => {} });
  return (await imports.importFile({ source: createReadStream(path), draft, actor: 'li' })).asset;
}

describe('the framing of an asset, over HTTP', () => {
  test('is chosen by editors while the asset is open, and ends what is made for another choice', async () => {
    await store.queue(assetId, { madeFor: 'screen', variant: 'fit-1080x1920' });
    const path = `/api/assets/${assetId}/framing`;
    expect((await ask('PUT', path, 'viewer', 'en', { framing: 'fill' })).status).toBe(403);
    expect((await ask('PUT', path, 'editor', 'en', { framing: 'stretch' })).status).toBe(422);
    const chosen = await ask('PUT', path, 'editor', 'en', { framing: 'fill' });
    expect(chosen).toMatchObject({ status: 200, body: { id: assetId, framing: 'fill' } });
    const states = async () =>
      (await store.ofAsset(assetId)).flatMap(({ variant, state }) => (variant === '' ? [] : [state]));
    expect(await states()).toEqual(['cancelled']);
    await ask('PUT', path, 'editor', 'en', { framing: 'fit' });
    expect(await states()).toEqual(['queued']);
    const [entry] = await database.sql<{ detail: unknown }[]>`
      select detail from audit_log where action = 'asset.framing' order by id desc limit 1`;
    expect(entry?.detail).toEqual({ from: 'fill', to: 'fit' });
  });

  test('stays as it is once the asset was submitted, since reviewers decide on what they saw', async () => {
    await database.sql`update assets set state = 'submitted', submitted_by = 'li' where id = ${assetId}`;
    const refused = await ask('PUT', `/api/assets/${assetId}/framing`, 'editor', 'zh-CN', {
      framing: 'blur',
    });
    expect(refused).toMatchObject({ status: 409, body: { code: 'rendition.notNow' } });
    expect(refused.body.detail).toMatch(/撤回/);
    await database.sql`update assets set state = 'draft', submitted_by = null where id = ${assetId}`;
    expect((await ask('PUT', '/api/assets/99999/framing', 'editor', 'en', { framing: 'fit' })).status).toBe(
      404,
    );
  });

  test('is told with the commonest sizes of the fleet', async () => {
    await database.sql`insert into areas (name) values ('East')`;
    const sizes = [
      [1_920, 1_080],
      [1_080, 1_920],
      [1_920, 1_080],
      [5, 5],
    ] as const;
    for (const [index, [width, height]] of sizes.entries()) {
      await database.sql`
        insert into endpoints (code, name, kind, area_id, owner, width_px, height_px, time_zone, opening_hours,
          quiet_hours, place_class, audience_per_hour, dwell_seconds, created_at)
        select ${`E${index}`}, 'x', 'screen', id, 'x', ${width}, ${height}, 'UTC', '[]', '[]', 'x', 1, 1, now()
        from areas limit 1`;
    }
    expect((await ask('GET', '/api/picture-sizes', 'viewer')).body).toEqual({
      sizes: [
        { widthPx: 1_920, heightPx: 1_080, endpoints: 2 },
        { widthPx: 1_080, heightPx: 1_920, endpoints: 1 },
      ],
    });
  });
});

describe.skipIf(!HAS_FFMPEG)(`the preview of a framing${WITHOUT_FFMPEG}`, () => {
  /** The colour of the middle of the upper edge, where bars would be. */
  async function upperEdge(id: number, framing: string): Promise<number[]> {
    const response = await app.request(
      `/api/assets/${id}/framing-preview?framing=${framing}&width=1080&height=1920`,
      { headers: { authorization: 'Bearer li.viewer' } },
    );
    expect(response.status).toBe(200);
    const picture = sharp(Buffer.from(await response.arrayBuffer()));
    expect(await picture.metadata()).toMatchObject({ width: 270, height: 480, format: 'webp' });
    const { data } = await picture
      .extract({ left: 125, top: 4, width: 20, height: 20 })
      .resize(1, 1)
      .raw()
      .toBuffer({ resolveWithObject: true });
    return [...data.subarray(0, 3)];
  }

  test('shows bars, the picture itself, or its blurred copy, for films and for stills', async () => {
    const red = ['-f', 'lavfi', '-i', 'color=red:size=640x360:rate=5:duration=2'];
    const film = await handIn('red.mp4', ...red, '-c:v', 'libx264', '-pix_fmt', 'yuv420p');
    const still = await handIn('red.png', ...red, '-frames:v', '1');
    for (const { id } of [film, still]) {
      expect(Math.max(...(await upperEdge(id, 'fit')))).toBeLessThan(20);
      const [filled = 0] = await upperEdge(id, 'fill');
      expect(filled).toBeGreaterThan(230);
      const [blurred = 0, green = 0] = await upperEdge(id, 'blur');
      expect(blurred).toBeGreaterThan(120);
      expect(blurred).toBeLessThan(filled);
      expect(green).toBeLessThan(40);
    }
  });

  test('is refused for what has no picture, and for sizes that no screen has', async () => {
    const sound = await handIn('tone.mp3', '-f', 'lavfi', '-i', 'sine=duration=1');
    const path = (id: number, width: number) =>
      `/api/assets/${id}/framing-preview?framing=fit&width=${width}&height=1080`;
    expect(await ask('GET', path(sound.id, 1_920), 'viewer')).toMatchObject({
      ...{ status: 404, body: { code: 'media.unknown' } },
    });
    expect((await ask('GET', path(sound.id, 0), 'viewer')).status).toBe(422);
  });
});
