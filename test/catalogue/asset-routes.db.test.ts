import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assetRoutes } from '../../src/catalogue/asset-routes.ts';
import { type AssetStore, assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { type MediaFiles, mediaFiles } from '../../src/catalogue/media-files.ts';
import { mediaRoutes } from '../../src/catalogue/media-routes.ts';
import { assets as assetRows, renditions } from '../../src/db/catalogue-tables.ts';
import { type RunningServer, startServer } from '../../src/http/server-flow.ts';
import { reviewFlow } from '../../src/review/review-flow.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { badFiles, film, portraitFilm, speech, still, wav } from './sample-bytes.ts';

const BAD_FILES = await badFiles();
/** Less than the product's, so that a test can exceed it. */
const MOST_BYTES = 8_000_000;
let database: TestDatabase;
let dataDir: string;
let files: MediaFiles;
let assets: AssetStore;
let server: RunningServer;
let faults: unknown[];

beforeAll(async () => {
  database = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'beacon-assets-'));
  files = await mediaFiles(dataDir);
  assets = assetStore({ database, audit, now: Date.now });
  const onTrouble = (error: unknown) => faults.push(error);
  const imports = importFlow({ assets, files, onTrouble, mostBytes: MOST_BYTES });
  const made = roomApp([assetRoutes({ assets, files, imports }), mediaRoutes({ assets, files })], (token) =>
    token === 'box' ? { playerId: 1, endpointId: 1 } : null,
  );
  faults = made.faults;
  server = await startServer({ app: made.app, port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server.stop(0);
  assets.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
  expect(faults).toEqual([]);
});
beforeEach(async () => {
  await database.db.delete(renditions);
  await database.db.delete(assetRows);
  await rm(join(dataDir, 'media'), { recursive: true, force: true });
  files = await mediaFiles(dataDir);
  await database.bell.ring('assets', '0');
});

async function everyFile(): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function upload(bytes: Uint8Array, query: Record<string, string> = {}, as = 'wang.editor') {
  const address = `${server.url}/api/assets?${new URLSearchParams({ category: 'psa', ...query })}`;
  const answer = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  return { status: answer.status, json: await answer.json() };
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(server.url + path, { method, headers: { authorization: 'Bearer wang.editor', ...headers } });
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('POST /api/assets', () => {
  test('takes a film in as a draft with its facts and its rendition', async () => {
    const bytes = film();
    const made = await upload(bytes, { fileName: '电动自行车不进楼.mp4', titleEn: 'E-bikes' });
    expect(made).toMatchObject({
      status: 201,
      json: {
        titleZh: '电动自行车不进楼',
        titleEn: 'E-bikes',
        state: 'draft',
        createdBy: 'wang',
        type: 'video/mp4',
        durationMs: 15_000,
        widthPx: 1_920,
        sha256: sha256Of(bytes),
        bytes: bytes.length,
        isFiller: false,
        isSample: false,
        unplayable: null,
      },
    });
    expect(made.json.renditions).toMatchObject([{ sha256: sha256Of(bytes), hasSound: true }]);
    expect(await readFile(files.pathOf(made.json.sha256))).toEqual(bytes);
    const listed = await (await get('/api/assets?state=draft&category=psa')).json();
    expect(listed).toEqual({ assets: [made.json] });
    expect(await (await get('/api/assets?state=approved')).json()).toEqual({ assets: [] });
  });

  test('answers the same content the second time with the asset that is there', async () => {
    const bytes = wav(1);
    const first = await upload(bytes, { fileName: 'a.wav' });
    const second = await upload(bytes, { fileName: 'b.wav', category: 'notice' });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json).toEqual(first.json);
    expect((await everyFile()).filter((name) => !name.endsWith('.webp'))).toEqual([sha256Of(bytes)]);
  });

  test('makes one asset of one file that five people hand in at once', async () => {
    const bytes = wav(2, 300);
    const made = await Promise.all(Array.from({ length: 5 }, () => upload(bytes)));
    expect(made.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(made.map(({ json }) => json.id)).size).toBe(1);
    expect((await everyFile()).filter((name) => !name.endsWith('.webp'))).toEqual([sha256Of(bytes)]);
  });

  test('brings a file back that got lost from the disk', async () => {
    const bytes = wav(1, 200);
    const { json } = await upload(bytes);
    await files.remove(json.sha256);
    expect((await upload(bytes)).status).toBe(200);
    expect(await files.has(json.sha256)).toBe(true);
  });

  test.each(BAD_FILES)('refuses %s and keeps nothing of it', async (_, bytes, code) => {
    const answer = await upload(bytes, { fileName: 'film.mp4' });
    expect(answer.json).toMatchObject({ code, detail: expect.stringMatching(/^[A-Z].{20,}[.]$/) });
    expect([413, 415, 422]).toContain(answer.status);
    expect(await everyFile()).toEqual([]);
    expect(await database.db.select().from(assetRows)).toEqual([]);
  });

  test('uses a name such as ../../x for display only, without its folders', async () => {
    const { status, json } = await upload(wav(1), { fileName: '../../x' });
    expect([status, json.fileName, json.titleZh]).toEqual([201, 'x', 'x']);
    const names = await everyFile();
    expect(names.every((name) => name.startsWith(json.sha256))).toBe(true);
  });

  test('refuses a claim of 5 GB in the header at once, before any byte is sent', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'POST /api/assets?category=psa HTTP/1.1\r\nHost: signs.test\r\nAuthorization: Bearer wang.editor\r\n' +
        'Content-Type: video/mp4\r\nContent-Length: 5000000000\r\n\r\n',
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    expect(await everyFile()).toEqual([]);
  });

  test.each([
    ['video/mp4', 'video/mp4'],
    ['image/png', 'image/png'],
    ['application/json', 'application/json'],
    ['no content type', null],
  ])('takes a film as what it is when it comes with %s', async (_, type) => {
    const bytes = await still('png');
    const answer = await fetch(`${server.url}/api/assets?category=psa`, {
      method: 'POST',
      headers: { authorization: 'Bearer wang.editor', ...(type !== null && { 'content-type': type }) },
      body: new Uint8Array(bytes),
    });
    expect([answer.status, await answer.json()]).toMatchObject([201, { type: 'image/png' }]);
  });

  test('answers a sender that goes on past the limit without having announced a length', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        if (sent > 4 * MOST_BYTES) controller.close();
        else controller.enqueue(new Uint8Array(65_536));
      },
    });
    const answer = await fetch(`${server.url}/api/assets?category=psa`, {
      method: 'POST',
      headers: { authorization: 'Bearer wang.editor', 'content-type': 'video/mp4' },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'asset.tooLarge' }]);
    expect(await everyFile()).toEqual([]);
  });

  test('keeps nothing of an upload whose sender hangs up in the middle', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'POST /api/assets?category=psa HTTP/1.1\r\nHost: signs.test\r\nAuthorization: Bearer wang.editor\r\n' +
        `Content-Type: video/mp4\r\nContent-Length: ${film().length}\r\n\r\n`,
    );
    socket.write(film().subarray(0, 100_000));
    await expect.poll(everyFile).toHaveLength(1);
    socket.destroy();
    await expect.poll(everyFile).toEqual([]);
  });

  test.each([
    ['a sender with an unknown category', { category: 'advert' }, {}, 422, 'request.invalid'],
    ['a form', {}, { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'request.unsupportedType'],
    ['a viewer', {}, { authorization: 'Bearer wang.viewer' }, 403, 'role.insufficient'],
    ['a stranger', {}, { authorization: 'Bearer nobody' }, 401, 'session.missing'],
  ])('refuses to take a file from %s', async (_, query, headers, status, code) => {
    const answer = await fetch(
      `${server.url}/api/assets?${new URLSearchParams({ category: 'psa', ...query })}`,
      {
        method: 'POST',
        headers: { authorization: 'Bearer wang.editor', ...headers },
        body: new Uint8Array(wav(1)),
      },
    );
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
  });
});

describe('GET /api/assets/{id}/thumbnail', () => {
  test('shows a still in at most 480 pixels and a neutral card for sound', async () => {
    const picture = await upload(await still('jpeg', 1_200, 600));
    const sound = await upload(speech());
    const sizes = [];
    for (const { json } of [picture, sound]) {
      const answer = await get(`/api/assets/${json.id}/thumbnail`);
      expect(answer.headers.get('content-type')).toBe('image/webp');
      const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
      sizes.push([width, height]);
    }
    expect(sizes).toEqual([
      [480, 240],
      [480, 270],
    ]);
  });

  test('is made anew when it was lost', async () => {
    const { json } = await upload(await still('png'));
    await rm(files.thumbnailPathOf(json.sha256));
    expect((await get(`/api/assets/${json.id}/thumbnail`)).status).toBe(200);
  });
});

describe('GET /api/assets/{id}/file', () => {
  test('gives the file back with its name, and parts of it', async () => {
    const bytes = portraitFilm();
    const { json } = await upload(bytes, { fileName: '逃生.mp4' });
    const whole = await get(`/api/assets/${json.id}/file`);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    expect(whole.headers.get('content-disposition')).toBe("inline; filename*=UTF-8''%E9%80%83%E7%94%9F.mp4");
    const part = await get(`/api/assets/${json.id}/file`, { range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
  });

  test('refuses an asset that does not exist', async () => {
    const answer = await get('/api/assets/987654/file');
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'asset.unknown' }]);
  });
});

describe('GET /api/player/v1/media/{sha256}', () => {
  const box = { authorization: 'Bearer box' };

  async function approved(bytes: Uint8Array): Promise<string> {
    const { json } = await upload(bytes);
    const review = reviewFlow({
      followVersion: async () => {},
      assets,
      now: Date.now,
      onDecided: () => {},
      onTrouble: (error) => faults.push(error),
    });
    await review.take('submit', json.id, { id: 'wang', role: 'editor' });
    await review.take('approve', json.id, { id: 'zhao', role: 'reviewer' });
    return `/api/player/v1/media/${json.sha256}`;
  }

  test('gives the whole file with the headers that let it be kept for ever', async () => {
    const bytes = film();
    const answer = await get(await approved(bytes), box);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=31536000, immutable',
      'content-length': String(bytes.length),
      'content-type': 'video/mp4',
      etag: `"${sha256Of(bytes)}"`,
      'x-content-type-options': 'nosniff',
    });
    expect(sha256Of(Buffer.from(await answer.arrayBuffer()))).toBe(sha256Of(bytes));
  });

  test('answers HEAD with the same headers and no body', async () => {
    const bytes = wav(1, 500);
    const answer = await get(await approved(bytes), box, 'HEAD');
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
  });

  test('answers ranges, suffixes, conditions and what lies behind the end', async () => {
    const bytes = wav(3, 700);
    const path = await approved(bytes);
    const etag = `"${sha256Of(bytes)}"`;
    const ask = async (headers: Record<string, string>) => {
      const answer = await get(path, { ...box, ...headers });
      const body = Buffer.from(await answer.arrayBuffer());
      return { status: answer.status, body, contentRange: answer.headers.get('content-range') };
    };
    const n = bytes.length;
    expect(await ask({ range: 'bytes=5-9' })).toEqual({
      status: 206,
      body: bytes.subarray(5, 10),
      contentRange: `bytes 5-9/${n}`,
    });
    expect(await ask({ range: 'bytes=-4' })).toMatchObject({ status: 206, body: bytes.subarray(n - 4) });
    expect(await ask({ range: 'bytes=0-1,4-5' })).toMatchObject({ status: 200, body: bytes });
    expect(await ask({ range: 'bytes=5-9', 'if-range': '"other"' })).toMatchObject({ status: 200 });
    expect(await ask({ range: 'bytes=5-9', 'if-range': etag })).toMatchObject({ status: 206 });
    expect(await ask({ 'if-none-match': etag })).toMatchObject({ status: 304 });
    const beyond = await ask({ range: `bytes=${n}-` });
    expect(beyond).toMatchObject({ status: 416, contentRange: `bytes */${n}` });
    expect(JSON.parse(beyond.body.toString())).toMatchObject({ code: 'media.badRange' });
  });

  test('gives no file that is not approved, and none any more once it is retired', async () => {
    const bytes = wav(1, 900);
    const { json } = await upload(bytes);
    const path = `/api/player/v1/media/${json.sha256}`;
    expect((await get(path, box)).status).toBe(404);
    const review = reviewFlow({
      ...{ assets, now: Date.now, followVersion: async () => {} },
      onDecided: () => {},
      onTrouble: () => {},
    });
    await review.take('submit', json.id, { id: 'wang', role: 'editor' });
    expect((await get(path, box)).status).toBe(404);
    await review.take('approve', json.id, { id: 'zhao', role: 'reviewer' });
    expect((await get(path, box)).status).toBe(200);
    await review.take('retire', json.id, { id: 'zhao', role: 'reviewer' });
    const answer = await get(path, box);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'media.unknown' }]);
  });

  test.each([
    ['a hash that nobody has', `/api/player/v1/media/${'0'.repeat(64)}`, 'box', 404, 'media.unknown'],
    ['what is no hash', '/api/player/v1/media/..%2f..%2fx', 'box', 422, 'request.invalid'],
    ['a stranger', `/api/player/v1/media/${'0'.repeat(64)}`, 'stranger', 401, 'session.missing'],
  ])('refuses %s there', async (_, path, token, status, code) => {
    const answer = await get(path, { authorization: `Bearer ${token}` });
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
  });
});
