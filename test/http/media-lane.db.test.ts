import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mediaFiles } from '../../src/catalogue/media-files.ts';
import { guidesNginx, HAS_NGINX, type RunningNginx, startNginx, WITHOUT_NGINX } from '../support/nginx.ts';
import { deskOf, send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

const BYTES = randomBytes(12_000_000);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const PATH = `/api/player/v1/media/${SHA256}`;

let running: TestServer;
let token: string;
let path: string;

beforeAll(async () => {
  running = await testServer();
  const world = worldOf(running.database);
  const { id } = await world.asset();
  await running.database.sql`update assets set sha256 = ${SHA256}, bytes = ${BYTES.length} where id = ${id}`;
  await running.database.sql`
    update renditions set sha256 = ${SHA256}, bytes = ${BYTES.length} where asset_id = ${id}`;
  path = (await mediaFiles(running.dataDir)).pathOf(SHA256);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, BYTES);
  const [offer] = await running.server.players.offerEnrolments([await world.endpoint()], 'test');
  const capabilities = { video: true, image: true, audio: true };
  const joined = await send(`${running.url}/api/player/v1/enrolments`, {
    method: 'POST',
    body: { token: offer?.token, hardwareId: 'box-1', capabilities },
  });
  token = joined.body.token;
});
afterAll(async () => {
  await running.stop();
  expect(running.troubles).toEqual([]);
});

async function get(headers: Record<string, string> = {}, as = token) {
  const answer = await fetch(running.url + PATH, { headers: { authorization: `Bearer ${as}`, ...headers } });
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
}
/** The app names its answers, the lane does not. */
const isOfLane = (answer: Response) => !answer.headers.has('x-request-id');

describe('mediaLane', () => {
  test('sends the same bytes and fields as the app, whole and in parts', async () => {
    const first = await get();
    expect(isOfLane(first.answer)).toBe(false);
    for (const headers of [
      {},
      { range: 'bytes=0-0' },
      { range: 'bytes=5000000-7999999' },
      { range: 'bytes=-7' },
    ]) {
      // A condition leads past the lane.
      const app = await get({ ...headers, 'if-none-match': '"other"' });
      const lane = await get(headers);
      expect([isOfLane(app.answer), isOfLane(lane.answer)]).toEqual([false, true]);
      expect(lane.answer.status).toBe('range' in headers ? 206 : 200);
      expect(lane.bytes.equals(app.bytes)).toBe(true);
      for (const [name, value] of lane.answer.headers)
        if (!/^(date|connection|keep-alive)$/.test(name))
          expect(app.answer.headers.get(name), name).toBe(value);
    }
    expect((await get()).bytes.equals(BYTES)).toBe(true);
  });

  test('leaves strangers, ranges behind the end and unchanged files to the app', async () => {
    expect((await get({}, 'nobody')).answer.status).toBe(401);
    expect((await get({ range: 'bytes=99999999-' })).answer.status).toBe(416);
    expect((await get({ 'if-none-match': `"${SHA256}"` })).answer.status).toBe(304);
  });

  test('a player that stands still, or goes away, does not slow others and holds little memory', async () => {
    await get();
    const { hostname, port } = new URL(running.url);
    const before = process.memoryUsage().rss;
    const stalled = await Promise.all(
      Array.from(
        { length: 60 },
        () =>
          new Promise<Socket>((resolve) => {
            const socket = connect(Number(port), hostname, () => {
              socket.pause();
              socket.write(`GET ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
              resolve(socket);
            });
          }),
      ),
    );
    const since = performance.now();
    for (let n = 0; n < 5; n += 1) expect((await get()).bytes.equals(BYTES)).toBe(true);
    expect(performance.now() - since).toBeLessThan(8_000);
    // Five copies of the file in this same process, and two small pieces for each that stands still.
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    for (const socket of stalled) socket.destroy();
    expect((await get()).bytes.length).toBe(BYTES.length);
  });

  test('breaks the first answer off when the file is lost, and leaves the next to the app', async () => {
    await get();
    await rm(path);
    await expect(get()).rejects.toThrow();
    expect((await get()).answer.status).toBe(404);
    await writeFile(path, BYTES);
    expect((await get()).bytes.equals(BYTES)).toBe(true);
  });
});

describe.skipIf(!HAS_NGINX)(`files that the proxy in front sends${WITHOUT_NGINX}`, () => {
  let behind: TestServer;
  let nginx: RunningNginx;

  beforeAll(async () => {
    behind = await testServer(Date.now, { mediaHandOff: '/media-store', behindProxy: true });
    const world = worldOf(behind.database);
    const { id } = await world.asset();
    for (const table of ['assets', 'renditions'] as const)
      await behind.database.sql`
        update ${behind.database.sql(table)} set sha256 = ${SHA256}, bytes = ${BYTES.length}
        where ${behind.database.sql(table === 'assets' ? 'id' : 'asset_id')} = ${id}`;
    const file = (await mediaFiles(behind.dataDir)).pathOf(SHA256);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, BYTES);
    const { upstream, inServer } = await guidesNginx();
    nginx = await startNginx(
      inServer.replace('/var/lib/beacon-tower', behind.dataDir),
      upstream.replace('127.0.0.1:8080', new URL(behind.url).host),
    );
  });
  afterAll(async () => {
    await nginx?.stop();
    await behind?.stop();
  });

  test('come whole and in parts, to those alone whom the server lets have them', async () => {
    const desk = await deskOf(behind, 'viewer');
    const ask = (headers: Record<string, string> = {}, address = PATH) =>
      fetch(nginx.url + address, { headers: { authorization: `Bearer ${desk.token}`, ...headers } });
    const direct = await fetch(behind.url + PATH, { headers: { authorization: `Bearer ${desk.token}` } });
    expect(direct.headers.get('x-accel-redirect')).toBe(`/media-store/${SHA256.slice(0, 2)}/${SHA256}`);
    expect((await direct.arrayBuffer()).byteLength).toBe(0);
    const whole = await ask();
    expect(Buffer.from(await whole.arrayBuffer()).equals(BYTES)).toBe(true);
    for (const [name, value] of [
      ['etag', `"${SHA256}"`],
      ['content-type', 'video/mp4'],
      ['cache-control', 'private, max-age=31536000, immutable'],
      ['x-content-type-options', 'nosniff'],
    ] as const)
      expect(whole.headers.get(name), name).toBe(value);
    const part = await ask({ range: 'bytes=1000-1999' });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 1000-1999/${BYTES.length}`,
    ]);
    expect(Buffer.from(await part.arrayBuffer()).equals(BYTES.subarray(1_000, 2_000))).toBe(true);
    expect((await ask({ 'if-none-match': `"${SHA256}"` })).status).toBe(304);
    expect((await ask({ authorization: 'Bearer nobody' })).status).toBe(401);
    expect((await ask({}, `/media-store/${SHA256.slice(0, 2)}/${SHA256}`)).status).toBe(404);
  });

  test('stand beside event streams, whose first words come at once and which end with their reader', async () => {
    const [offer] = await behind.server.players.offerEnrolments(
      [await worldOf(behind.database).endpoint()],
      'test',
    );
    await behind.server.board.refresh();
    const joined = await send(`${nginx.url}/api/player/v1/enrolments`, {
      method: 'POST',
      body: {
        token: offer?.token,
        hardwareId: 'box-2',
        capabilities: { video: true, image: true, audio: true },
      },
    });
    const leave = new AbortController();
    const stream = await fetch(`${nginx.url}/api/player/v1/events`, {
      headers: { authorization: `Bearer ${joined.body.token}` },
      signal: leave.signal,
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const first = await stream.body?.getReader().read();
    expect(first?.value?.length).toBeGreaterThan(0);
    expect(behind.server.streams.open).toBe(1);
    leave.abort();
    await expect.poll(() => behind.server.streams.open).toBe(0);
  });

  test('stand beside an address that no stranger can claim', async () => {
    const account = { username: 'through.nginx', password: 'the own password of tests' };
    const system = { id: 'system', name: 'test', role: 'administrator' } as const;
    await behind.server.people.addStaff(system, { ...account, name: 'viewer', role: 'viewer' });
    const signedIn = await send(`${nginx.url}/api/session`, {
      method: 'POST',
      headers: { 'x-forwarded-for': '203.0.113.1' },
      body: account,
    });
    const { body } = await send(`${nginx.url}/api/sessions`, { token: signedIn.body.token });
    expect(JSON.stringify(body)).toContain('"address":"127.0.0.1"');
  });
});
