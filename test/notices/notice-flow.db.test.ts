import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AssetStore, assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { probeFile } from '../../src/catalogue/probe-files.ts';
import { type NoticeFlow, noticeFlow } from '../../src/notices/notice-flow.ts';
import { noticeRoutes } from '../../src/notices/notice-routes.ts';
import { noticeStore } from '../../src/notices/notice-store.ts';
import { openSetter, type Setter } from '../../src/notices/setter-files.ts';
import { espeakSpeaker } from '../../src/notices/speaker-files.ts';
import { fleetSizes } from '../../src/renditions/fleet-needs-store.ts';
import { renditionFlow } from '../../src/renditions/rendition-flow.ts';
import { renditionStore } from '../../src/renditions/rendition-store.ts';
import { openTranscoder } from '../../src/renditions/transcoder-files.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { ffmpeg, HAS_FFMPEG, loudnessOf, WITHOUT_FFMPEG } from '../renditions/ffmpeg-films.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';

const HAS_ESPEAK = spawnSync('espeak-ng', ['--version']).status === 0;
const WITHOUT_ESPEAK = HAS_ESPEAK ? '' : ' (left out: there is no espeak-ng)';
const HAS_POPPLER = spawnSync('pdffonts', ['-v']).status === 0;
const WITHOUT_POPPLER = HAS_POPPLER ? '' : ' (left out: there is no pdffonts)';

const now = () => 1_800_000_000_000;
const notice = {
  template: 'warning',
  titleZh: '电动自行车不进楼',
  bodyZh: '不在楼道停放，不飞线充电。\n发现火情，请拨打 119。',
  titleEn: 'No e-bikes indoors',
  bodyEn: 'Never charge an e-bike in a stairwell.',
};
let database: TestDatabase;
let dataDir: string;
let files: MediaFiles;
let assets: AssetStore;
let setter: Setter;
let flow: NoticeFlow;
let app: ReturnType<typeof roomApp>['app'];

beforeAll(async () => {
  database = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'beacon-notices-'));
  files = await mediaFiles(dataDir);
  assets = assetStore({ database, audit, now });
  setter = openSetter();
  const store = noticeStore({ database, audit, now });
  flow = noticeFlow({
    ...{ store, setter, files, probe: probeFile, transcoder: await openTranscoder(1) },
    ...{ speaker: espeakSpeaker(), imports: importFlow({ assets, files, onTrouble: () => {} }) },
    sizes: () => fleetSizes(database.sql),
  });
  app = roomApp([noticeRoutes({ flow, store, assets })]).app;
  await database.sql`insert into areas (name) values ('East')`;
  await place('LED', 576, 192);
});
afterAll(async () => {
  await setter.close();
  assets.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function place(code: string, width: number, height: number) {
  await database.sql`
    insert into endpoints (code, name, kind, area_id, owner, width_px, height_px, time_zone, opening_hours,
      quiet_hours, place_class, audience_per_hour, dwell_seconds, created_at)
    select ${code}, 'x', 'screen', id, 'x', ${width}, ${height}, 'UTC', '[]', '[]', 'x', 1, 1, now()
    from areas limit 1`;
}
const ask = async (method: string, path: string, json?: unknown, role = 'editor', language = 'en') =>
  app.request(path, {
    method,
    headers: {
      authorization: `Bearer li.${role}`,
      'accept-language': language,
      'content-type': 'application/json',
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
async function made(change: Partial<typeof notice> = {}) {
  const response = await ask('POST', '/api/notices', { ...notice, ...change });
  const body = await response.json();
  expect([response.status, body.code]).toEqual([201, undefined]);
  return body as { id: number; sha256: string };
}

describe('a notice', { timeout: 180_000 }, () => {
  test('becomes a draft of exact pixels that waits for review, and the same words again are the same asset', async () => {
    const asset = await made();
    expect(await assets.get(asset.id)).toMatchObject({
      ...{ state: 'draft', category: 'notice', titleZh: notice.titleZh, titleEn: notice.titleEn },
      ...{ mediaClass: 'image', type: 'image/png', widthPx: 1_920, heightPx: 1_080 },
    });
    expect((await made()).id).toBe(asset.id);
    const { draft } = await (await ask('GET', `/api/notices/${asset.id}`)).json();
    expect(draft).toEqual(notice);
    const { data, info } = await sharp(files.pathOf(asset.sha256))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixel = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3),
    ];
    expect(pixel(2, 2)).toEqual([0xb3, 0x15, 0x1b]);
    const white = Array.from({ length: 1_920 }, (_, x) => pixel(x, 216)).filter(
      ([r, g]) => r === 255 && g === 255,
    );
    expect(white.length).toBeGreaterThan(50);
  });

  test('is set anew for each size of the fleet, not cut out of the wide slide', async () => {
    const asset = await made({ titleZh: '为每种屏幕排版' });
    await renditionFlow({
      ...{ store: renditionStore({ database, audit, now, holder: 'one' }), files, probe: probeFile },
      ...{ transcoder: null, slideOf: flow.slideOf, onTrouble: (error: unknown) => Promise.reject(error) },
    }).work();
    const led = (await assets.get(asset.id)).renditions.find(({ variant }) => variant === 'fit-576x192');
    expect(led).toMatchObject({ widthPx: 576, heightPx: 192, type: 'image/png' });
    const corner = await sharp(files.pathOf(led?.sha256 ?? ''))
      .extract({ left: 0, top: 0, width: 1, height: 1 })
      .raw()
      .toBuffer();
    // With bars this pixel would be black.
    expect([...corner.subarray(0, 3)]).toEqual([0xb3, 0x15, 0x1b]);
  });

  test('gives the same bytes for the same words, whatever fonts the system has', async () => {
    const size = { widthPx: 800, heightPx: 450 };
    const other = openSetter();
    try {
      const draft = { ...notice, template: 'night' as const };
      expect(
        Buffer.from(await setter.slide(draft, size)).equals(Buffer.from(await other.slide(draft, size))),
      ).toBe(true);
    } finally {
      await other.close();
    }
  });

  test('is refused in words where a shape of the fleet has no room for it, or its font no letter', async () => {
    const long = await ask(
      'POST',
      '/api/notices',
      { ...notice, bodyZh: '火'.repeat(300), titleEn: '', bodyEn: '' },
      'editor',
      'zh-CN',
    );
    expect(long.status).toBe(422);
    const body = await long.json();
    expect(body).toMatchObject({ code: 'notice.tooLong' });
    expect(body.detail).toMatch(/^576 × 192：正文.*超出 \d+ 个字/);
    const strange = await ask('POST', '/api/notices', { ...notice, titleZh: '火🔥' });
    expect([strange.status, await strange.json()]).toMatchObject([422, { code: 'notice.missingLetters' }]);
    expect((await ask('POST', '/api/notices', notice, 'viewer')).status).toBe(403);
    expect((await ask('GET', '/api/notices/99999')).status).toBe(404);
  });

  test('is previewed without being stored, at most 640 pixels wide', async () => {
    const [before] = await database.sql`select count(*) from assets`;
    const answer = await ask(
      'POST',
      '/api/notices/preview',
      { ...notice, widthPx: 3_840, heightPx: 2_160 },
      'viewer',
    );
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).toMatchObject({
      ...{ width: 640, height: 360 },
    });
    expect(await database.sql`select count(*) from assets`).toEqual([before]);
  });
});

describe.skipIf(!HAS_POPPLER)(`a poster of a notice${WITHOUT_POPPLER}`, { timeout: 180_000 }, () => {
  test('is A3 with its words as text and its fonts inside, once the notice is approved', async () => {
    const asset = await made({ template: 'advice', titleZh: '海报也能打印' });
    const path = `/api/notices/${asset.id}/poster`;
    expect((await (await ask('GET', path)).json()).code).toBe('asset.notApproved');
    await database.sql`
      update assets set state = 'approved', submitted_by = 'li', decided_by = 'wang' where id = ${asset.id}`;
    const answer = await ask('GET', path, undefined, 'viewer');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const pdf = join(dataDir, 'poster.pdf');
    await writeFile(pdf, Buffer.from(await answer.arrayBuffer()));
    const run = (program: string, ...rest: string[]) => spawnSync(program, rest, { encoding: 'utf8' }).stdout;
    const text = run('pdftotext', pdf, '-').replaceAll(/\s/g, '');
    expect(text).toContain('海报也能打印');
    expect(text).toContain('不在楼道停放，不飞线充电。');
    expect(text).toContain('Nevercharge');
    const fonts = run('pdffonts', pdf).trim().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThanOrEqual(2);
    // The columns embedded, subset and unicode.
    for (const font of fonts) expect(font).toMatch(/yes yes yes/);
    expect(run('pdfinfo', pdf)).toMatch(/Pages:\s+1\n[\s\S]*A3/);
    expect((await readFile(pdf)).length).toBeLessThan(200_000);
  });
});

describe.skipIf(!HAS_FFMPEG)(`the sound of a notice${WITHOUT_FFMPEG}`, { timeout: 180_000 }, () => {
  const soundOf = async (id: number) =>
    (await assets.get(id)).renditions.filter(({ madeFor }) => madeFor === 'sound');

  test.skipIf(!HAS_ESPEAK)(
    `is said by a program, told as synthetic, level for loudspeakers, and replaced by a recording${WITHOUT_ESPEAK}`,
    async () => {
      const asset = await made({ titleZh: '请注意消防安全' });
      const said = await ask('POST', `/api/notices/${asset.id}/speech`);
      expect([said.status, await said.json()]).toMatchObject([200, { sound: 'synthetic' }]);
      const [spoken] = await soundOf(asset.id);
      expect(spoken).toMatchObject({ mediaClass: 'audio', type: 'audio/mp4', hasSound: true });
      expect(Math.abs(loudnessOf(files.pathOf(spoken?.sha256 ?? '')) + 16)).toBeLessThanOrEqual(1);
      const recording = join(dataDir, 'recording.wav');
      ffmpeg('-f', 'lavfi', '-i', 'sine=frequency=300:duration=3', recording);
      const answer = await app.request(`/api/notices/${asset.id}/recording`, {
        method: 'POST',
        headers: { authorization: 'Bearer li.editor', 'content-type': 'audio/wav' },
        body: await readFile(recording),
      });
      expect([answer.status, await answer.json()]).toMatchObject([200, { sound: 'recording' }]);
      const after = await soundOf(asset.id);
      expect(after.map(({ variant, type }) => [variant, type])).toEqual([
        ['', 'audio/mp4'],
        ['mp3', 'audio/mpeg'],
      ]);
      for (const { sha256 } of after) {
        expect(sha256).not.toBe(spoken?.sha256);
        expect(Math.abs(loudnessOf(files.pathOf(sha256)) + 16)).toBeLessThanOrEqual(1);
      }
    },
  );

  test('stays as it was reviewed, and nothing but sound is taken for it', async () => {
    const asset = await made({ titleZh: '只收声音文件' });
    const picture = join(dataDir, 'no-sound.png');
    await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toFile(picture);
    const send = async (path: string) =>
      app.request(`/api/notices/${asset.id}/recording`, {
        method: 'POST',
        headers: { authorization: 'Bearer li.editor', 'content-type': 'audio/wav' },
        body: await readFile(path),
      });
    expect((await (await send(picture)).json()).code).toBe('asset.notMedia');
    await database.sql`update assets set state = 'submitted', submitted_by = 'li' where id = ${asset.id}`;
    expect((await (await ask('POST', `/api/notices/${asset.id}/speech`)).json()).code).toBe(
      'rendition.notNow',
    );
    expect((await (await send(picture)).json()).code).toBe('rendition.notNow');
  });

  test('is refused in words where no program can speak', async () => {
    const speaker = espeakSpeaker('/nonexistent/espeak-ng');
    await expect(speaker.say('火', join(dataDir, 'x.wav'))).rejects.toMatchObject({
      code: 'notice.noSpeech',
    });
  });
});
