import { get, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

const MANIFEST = '/api/player/v1/manifest';

let running: TestServer;
let token: string;
let etag: string;

beforeAll(async () => {
  running = await testServer();
  const endpointId = await worldOf(running.database).endpoint();
  await running.server.board.refresh();
  const [offer] = await running.server.players.offerEnrolments([endpointId], 'test');
  const joined = await send(`${running.url}/api/player/v1/enrolments`, {
    method: 'POST',
    body: {
      token: offer?.token,
      hardwareId: 'box-1',
      capabilities: { video: true, image: true, audio: true },
    },
  });
  token = joined.body.token;
  etag = (await poll({})).headers.get('etag') ?? '';
});
afterAll(async () => running?.stop());

function poll(headers: Record<string, string>, as = token) {
  return send(`${running.url}${MANIFEST}`, { token: as, headers });
}

/** As sent, without the unpacking that fetch does. */
function rawGet(url: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; bytes: Buffer }>(
    (resolve, reject) => {
      get(url, { headers }, async (answer) => {
        const bytes = Buffer.concat(await answer.toArray());
        resolve({ status: answer.statusCode, headers: answer.headers, bytes });
      }).on('error', reject);
    },
  );
}

describe('pollLane', () => {
  test('answers an unchanged poll with the status and the caching that the app gives', async () => {
    const lane = await poll({ 'if-none-match': etag });
    // A list of tags leads past the lane.
    const app = await poll({ 'if-none-match': `"older", ${etag}` });
    expect(app.headers.has('x-request-id')).toBe(true);
    expect(lane.headers.has('x-request-id')).toBe(false);
    for (const answer of [lane, app]) {
      const { headers, status } = answer;
      expect([status, headers.get('etag'), headers.get('cache-control'), headers.get('vary')]).toEqual([
        304,
        etag,
        'private, no-cache',
        'Accept-Encoding',
      ]);
    }
  });

  test('serves the programme packed or plain as asked, and knows both again', async () => {
    const ask = (encoding: string, more: Record<string, string> = {}) =>
      rawGet(`${running.url}${MANIFEST}`, {
        authorization: `Bearer ${token}`,
        'accept-encoding': encoding,
        ...more,
      });
    const [packed, plain, refused] = [
      await ask('br, gzip;q=0.8'),
      await ask('identity'),
      await ask('gzip;q=0'),
    ];
    expect([packed.headers['content-encoding'], plain.headers['content-encoding']]).toEqual([
      'gzip',
      undefined,
    ]);
    expect(refused.headers['content-encoding']).toBeUndefined();
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length);
    expect(packed.headers.etag).toBe(`W/${plain.headers.etag}`);
    for (const { headers } of [packed, plain]) {
      expect((await ask('gzip', { 'if-none-match': String(headers.etag) })).status).toBe(304);
    }
  });

  test('leaves an older programme and a token that it does not know to the app', async () => {
    expect((await poll({ 'if-none-match': '"older"' })).status).toBe(200);
    const stranger = await poll({ 'if-none-match': etag }, 'stranger');
    expect([stranger.status, stranger.body.code]).toEqual([401, 'token.unknown']);
  });

  test('answers unchanged polls without one statement: every table may be locked', async () => {
    const { sql } = running.database;
    const names = await sql<{ name: string }[]>`
      select format('%I', tablename) as name from pg_tables where schemaname = 'public'`;
    const statuses = await sql.begin(async (held) => {
      await held.unsafe(`lock table ${names.map(({ name }) => name).join(', ')} in access exclusive mode`);
      const answers = await Promise.all(Array.from({ length: 200 }, () => poll({ 'if-none-match': etag })));
      return answers.map(({ status }) => status);
    });
    expect(new Set(statuses)).toEqual(new Set([304]));
    expect(running.troubles).toEqual([]);
  });
});
