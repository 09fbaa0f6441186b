import { once } from 'node:events';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/base/units.ts';
import { assetStore } from '../../src/catalogue/asset-store.ts';
import { importFlow } from '../../src/catalogue/import-flow.ts';
import { mediaFiles } from '../../src/catalogue/media-files.ts';
import { UPLOAD_LIFE_MS } from '../../src/catalogue/upload.ts';
import { uploadFiles } from '../../src/catalogue/upload-files.ts';
import { uploadFlow } from '../../src/catalogue/upload-flow.ts';
import { uploadStore } from '../../src/catalogue/upload-store.ts';
import { uploads as uploadRows } from '../../src/db/upload-tables.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type Desk, deskOf, type TestServer, testServer } from '../support/server.ts';
import { film, portraitFilm, speech, wav } from './sample-bytes.ts';
import { outcomeOf, sendByTus } from './tus-client.ts';

let now = Date.now();
let running: TestServer;
let editor: Desk;
let other: Desk;

beforeAll(async () => {
  running = await testServer(() => now);
  [editor, other] = await Promise.all([deskOf(running, 'editor'), deskOf(running, 'editor')]);
});
afterAll(async () => {
  await running.stop();
  expect(running.troubles).toEqual([]);
});

const TUS = { 'tus-resumable': '1.0.0' };
const text = (words: string) => Buffer.from(words).toString('base64');
const uploadsDir = () => join(running.dataDir, 'media', 'uploads');

/** Begins an upload by hand. */
function begin(bytes: number | string, metadata = `category ${text('psa')}`, desk = editor) {
  const headers = { ...TUS, 'upload-length': String(bytes), 'upload-metadata': metadata };
  return desk.ask('POST', '/api/uploads', undefined, headers);
}

/** Sends a piece by hand. */
function piece(address: string, at: number, bytes: Uint8Array, desk = editor) {
  const headers = {
    ...TUS,
    'content-type': 'application/offset+octet-stream',
    'upload-offset': String(at),
  };
  return desk.ask('PATCH', address, bytes, headers);
}

async function offsetOf(address: string): Promise<number> {
  const answer = await editor.ask('HEAD', address, undefined, TUS);
  return Number(answer.headers.get('upload-offset'));
}

describe('an upload in pieces', () => {
  test('becomes the asset that the same file handed in whole becomes', async () => {
    const bytes = film();
    const accepted: number[] = [];
    const address = await sendByTus(running.url, editor.token, bytes, {
      metadata: { fileName: '电动自行车.mp4', titleEn: 'E-bikes', isFiller: 'true' },
      chunkSize: 300_000,
      onAccepted: (sent) => accepted.push(sent),
    });
    const told = await outcomeOf(address, editor.token);
    expect(accepted.length).toBeGreaterThan(3);
    expect(told).toMatchObject({ state: 'done', isNew: true, receivedBytes: bytes.length, refusal: null });
    expect(told.asset).toMatchObject({
      fileName: '电动自行车.mp4',
      titleZh: '电动自行车',
      titleEn: 'E-bikes',
      isFiller: true,
      state: 'draft',
      durationMs: 15_000,
      unplayable: null,
    });
    const { sha256 } = told.asset;
    expect(await readFile(join(running.dataDir, 'media', sha256.slice(0, 2), sha256))).toEqual(bytes);
    expect(await readdir(uploadsDir())).toEqual([]);
    const again = await editor.ask('POST', '/api/assets?category=psa', bytes, {
      'content-type': 'application/octet-stream',
    });
    expect([again.status, again.body.id]).toEqual([200, told.asset.id]);
  });

  test('of content that is there already tells which asset has it', async () => {
    const whole = await editor.ask('POST', '/api/assets?category=psa&fileName=a.m4a', speech());
    expect(whole.status).toBe(201);
    const address = await sendByTus(running.url, other.token, speech(), { metadata: { fileName: 'b.m4a' } });
    expect(await outcomeOf(address, other.token)).toMatchObject({
      state: 'done',
      isNew: false,
      asset: { id: whole.body.id, fileName: 'a.m4a' },
    });
  });

  test('goes on behind what came before the connection broke', async () => {
    const bytes = wav(30);
    const begun = await begin(bytes.length);
    expect(begun.status).toBe(201);
    const address = begun.headers.get('location') ?? '';
    expect(address).toMatch(/^\/api\/uploads\/[0-9a-f]{32}$/);
    const { hostname, port } = new URL(running.url);
    const line = connect(Number(port), hostname);
    await once(line, 'connect');
    line.write(
      `PATCH ${address} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${editor.token}\r\ntus-resumable: 1.0.0\r\n` +
        `content-type: application/offset+octet-stream\r\nupload-offset: 0\r\ncontent-length: ${bytes.length}\r\n\r\n`,
    );
    line.write(bytes.subarray(0, 200_000));
    await expect.poll(() => editor.ask('GET', address)).toMatchObject({ body: { receivedBytes: 200_000 } });
    line.destroy();
    const at = await offsetOf(address);
    expect(at).toBe(200_000);
    expect((await piece(address, at, bytes.subarray(at))).status).toBe(204);
    expect(await outcomeOf(running.url + address, editor.token)).toMatchObject({
      state: 'done',
      asset: { durationMs: 30_000 },
    });
  });

  test('that is no media ends in a refusal in both languages, and its file is gone', async () => {
    const address = await sendByTus(running.url, editor.token, Buffer.from('not a film\n'.repeat(90_000)), {
      metadata: { fileName: 'film.mp4' },
    });
    const told = await outcomeOf(address, editor.token);
    expect(told).toMatchObject({ state: 'refused', asset: null, refusal: { code: 'asset.notMedia' } });
    expect(told.refusal.zh).toContain('文本文件');
    expect(told.refusal.en).toContain('text file');
    expect(await readdir(uploadsDir())).toEqual([]);
  });

  test('may be one of many at once', async () => {
    const sounds = [1, 2, 3, 4, 5, 6].map((seconds) => wav(seconds * 3, 300 + seconds));
    const addresses = await Promise.all(
      sounds.map((bytes) => sendByTus(running.url, editor.token, bytes, { chunkSize: 50_000 })),
    );
    const told = await Promise.all(addresses.map((address) => outcomeOf(address, editor.token)));
    expect(told.map(({ state, asset }) => [state, asset.durationMs])).toEqual(
      [3, 6, 9, 12, 15, 18].map((seconds) => ['done', seconds * 1_000]),
    );
  });

  test('is told to its owner while unfinished, and to nobody else', async () => {
    const address = (await begin(1_000, `category ${text('psa')},fileName ${text('未完.mp4')}`)).headers.get(
      'location',
    );
    await piece(address ?? '', 0, Buffer.alloc(400));
    const mine = (await editor.ask('GET', '/api/uploads')).body.uploads;
    expect(mine).toMatchObject([
      { fileName: '未完.mp4', bytes: 1_000, receivedBytes: 400, state: 'receiving' },
    ]);
    expect((await other.ask('GET', '/api/uploads')).body).toEqual({ uploads: [] });
    for (const method of ['GET', 'DELETE'] as const)
      expect((await other.ask(method, address ?? '', undefined, TUS)).body.code).toBe('upload.unknown');
    expect((await piece(address ?? '', 400, Buffer.alloc(10), other)).body.code).toBe('upload.unknown');
    const listed = (await editor.ask('GET', '/api/assets')).body.assets;
    expect(listed.some(({ fileName }: { fileName: string }) => fileName === '未完.mp4')).toBe(false);
    expect((await editor.ask('DELETE', address ?? '', undefined, TUS)).status).toBe(204);
    expect((await editor.ask('GET', address ?? '')).body.code).toBe('upload.unknown');
    expect(await readdir(uploadsDir())).toEqual([]);
  });
});

describe('what the protocol cannot take', () => {
  test.each([
    ['a file of no bytes', () => begin(0), 422, 'asset.empty'],
    ['a file above 4 GiB', () => begin(4_294_967_297), 413, 'asset.tooLarge'],
    ['no category', () => begin(10, `fileName ${text('x.mp4')}`), 422, 'request.invalid'],
    ['a category that there is not', () => begin(10, `category ${text('x')}`), 422, 'request.invalid'],
    ['metadata that is no base64', () => begin(10, 'category ???'), 400, 'request.malformed'],
    ['a length that is no number', () => begin('1e9'), 400, 'request.malformed'],
    [
      'a request without the protocol',
      () => editor.ask('POST', '/api/uploads', {}),
      400,
      'request.malformed',
    ],
    [
      'a length told later',
      () => editor.ask('POST', '/api/uploads', undefined, { ...TUS, 'upload-defer-length': '1' }),
      400,
      'request.malformed',
    ],
    ['an upload that is not there', () => piece('/api/uploads/x', 0, Buffer.alloc(1)), 404, 'upload.unknown'],
  ])('is refused with a code and a sentence: %s', async (_, ask, status, code) => {
    const { body } = await ask();
    expect([body.status, body.code]).toEqual([status, code]);
    expect(body.detail.length).toBeGreaterThan(10);
  });

  test('is a piece at another place, or more bytes than announced, and the upload stays as it is', async () => {
    const address = (await begin(100)).headers.get('location') ?? '';
    expect((await piece(address, 50, Buffer.alloc(10))).body.code).toBe('upload.conflict');
    expect((await piece(address, 0, Buffer.alloc(101))).body.code).toBe('request.tooLarge');
    expect(await offsetOf(address)).toBe(0);
    await editor.ask('DELETE', address, undefined, TUS);
  });

  test('is more than fifty unfinished uploads of one person', async () => {
    const begun = await Promise.all(Array.from({ length: 52 }, () => begin(10)));
    expect(begun.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(begun.find(({ status }) => status !== 201)?.body).toMatchObject({
      status: 429,
      code: 'upload.tooMany',
    });
    expect((await begin(10, undefined, other)).status).toBe(201);
    for (const { id } of (await editor.ask('GET', '/api/uploads')).body.uploads)
      await editor.ask('DELETE', `/api/uploads/${id}`, undefined, TUS);
  });
});

describe('a server that died', () => {
  /** The flow of the server that comes after, on the same rows and files. */
  async function nextFlow() {
    const { database, dataDir, troubles } = running;
    const files = await mediaFiles(dataDir);
    const assets = assetStore({ database, audit, now: () => now });
    const onTrouble = (error: unknown) => troubles.push(String(error));
    const imports = importFlow({ assets, files, onTrouble });
    const parts = await uploadFiles(dataDir);
    const store = uploadStore(database, () => now);
    const flow = uploadFlow({ store, parts, files, imports, assets, now: () => now, onTrouble });
    return { flow, store, parts, files, imports, assets, stop: () => assets.close() };
  }
  const id = (address: string | null) => address?.split('/').at(-1) ?? '';

  test('before it noted the last byte takes the file in as soon as its sender asks', async () => {
    const { parts, stop } = await nextFlow();
    const bytes = wav(2, 700);
    const address = (await begin(bytes.length)).headers.get('location');
    async function* whole() {
      yield bytes;
    }
    await parts.append(id(address), 0, whole(), bytes.length);
    expect(await outcomeOf(running.url + address, editor.token)).toMatchObject({
      state: 'done',
      isNew: true,
    });
    stop();
  });

  test('between the asset and the note of it tells the sender that the asset is new', async () => {
    const { flow, store, files, imports, parts, stop } = await nextFlow();
    const bytes = wav(2, 800);
    const address = (await begin(bytes.length)).headers.get('location');
    async function* whole() {
      yield bytes;
    }
    await parts.append(id(address), 0, whole(), bytes.length);
    const incoming = await files.adopt(parts.pathOf(id(address)));
    if (!incoming) throw new Error('no file');
    await store.noteHash(id(address), incoming.sha256);
    const upload = await store.get(id(address));
    if (!upload) throw new Error('no upload');
    const made = await imports.takeIn(incoming, { draft: upload.draft, actor: upload.ownerId });
    await store.complete(id(address));
    await flow.examine();
    expect(await outcomeOf(running.url + address, editor.token)).toMatchObject({
      state: 'done',
      isNew: true,
      asset: { id: made.asset.id },
    });
    stop();
  });

  test('between the moved file and its asset makes the asset at the next try', async () => {
    const { flow, store, files, parts, stop } = await nextFlow();
    const bytes = wav(2, 900);
    const address = (await begin(bytes.length)).headers.get('location');
    async function* whole() {
      yield bytes;
    }
    await parts.append(id(address), 0, whole(), bytes.length);
    const incoming = await files.adopt(parts.pathOf(id(address)));
    if (!incoming) throw new Error('no file');
    await store.noteHash(id(address), incoming.sha256);
    await incoming.keep();
    await store.complete(id(address));
    await flow.examine();
    expect(await outcomeOf(running.url + address, editor.token)).toMatchObject({
      state: 'done',
      isNew: true,
    });
    stop();
  });

  test('while it held the file leaves it to another once its claim has run out', async () => {
    const { flow, store, parts, stop } = await nextFlow();
    const bytes = wav(2, 1_000);
    const address = (await begin(bytes.length)).headers.get('location');
    async function* whole() {
      yield bytes;
    }
    await parts.append(id(address), 0, whole(), bytes.length);
    await store.complete(id(address));
    expect((await store.claim())?.id).toBe(id(address));
    await flow.examine();
    expect((await editor.ask('GET', address ?? '')).body.state).toBe('examining');
    await running.database.db
      .update(uploadRows)
      .set({ claimedUntil: new Date(0) })
      .where(eq(uploadRows.id, id(address)));
    await flow.examine();
    expect((await editor.ask('GET', address ?? '')).body.state).toBe('done');
    stop();
  });
});

describe('time', () => {
  test('takes away uploads of which no byte came for seven days, and files that no upload has', async () => {
    const [stale, fresh] = [await begin(100), await begin(100)].map(
      (begun) => begun.headers.get('location')?.split('/').at(-1) ?? '',
    );
    const parts = await uploadFiles(running.dataDir);
    const store = uploadStore(running.database, () => now);
    await parts.create('0'.repeat(32), 10);
    await parts.create('1'.repeat(32), 10);
    const before = now;
    now = before + UPLOAD_LIFE_MS + DAY_MS;
    const at = (ms: number) => new Date(ms);
    await utimes(parts.pathOf(stale ?? ''), at(before), at(before));
    await utimes(parts.pathOf('0'.repeat(32)), at(before), at(before));
    for (const id of [fresh ?? '', '1'.repeat(32)])
      await utimes(parts.pathOf(id), at(now - 1_000), at(now - 1_000));
    await running.server.expireUploads();
    expect(await store.get(stale ?? '')).toBeNull();
    expect(await store.get(fresh ?? '')).not.toBeNull();
    expect((await readdir(uploadsDir())).sort()).toEqual([fresh, '1'.repeat(32)].sort());
    expect(await store.olderThan(now - UPLOAD_LIFE_MS)).toMatchObject([{ id: fresh }]);
    now = before;
  });

  test('does not touch the film itself: a portrait film taken in before is still there', async () => {
    const address = await sendByTus(running.url, editor.token, portraitFilm());
    const { asset } = await outcomeOf(address, editor.token);
    now += 2 * UPLOAD_LIFE_MS;
    await running.server.expireUploads();
    expect((await fetch(address, { headers: { authorization: `Bearer ${editor.token}` } })).status).toBe(404);
    expect((await editor.ask('HEAD', `/api/assets/${asset.id}/file`)).status).toBe(200);
    now -= 2 * UPLOAD_LIFE_MS;
  });
});
