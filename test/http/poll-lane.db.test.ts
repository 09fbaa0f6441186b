import { get, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

const MANIFEST = '/api/player/v1/manifest';

/** Requests a minute: above what the other tests here need. */
const RATES = { player: 400, media: 400, account: 400, address: 60 };

let running: TestServer;
let token: string;
let etag: string;

/** Pairs a box with an endpoint of its own. */
async function pairBox(hardwareId: string): Promise<string> {
  const endpointId = await worldOf(running.database).endpoint({ code: hardwareId });
  await running.server.board.refresh();
  const [offer] = await running.server.players.offerEnrolments([endpointId], 'test');
  const joined = await send(`${running.url}/api/player/v1/enrolments`, {
    method: 'POST',
    body: {
      token: offer?.token,
      hardwareId,
      capabilities: { video: true, image: true, audio: true },
    },
  });
  return joined.body.token;
}

beforeAll(async () => {
  running = await testServer(Date.now, { rates: RATES });
  token = await pairBox('box-1');
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

  test('answers them without a statement that needs no table either', async () => {
    const { db, sql } = running.database;
    const statements: string[] = [];
    // What works by the clock asks a few of its own meanwhile; one for each poll would be 150.
    const clients = [sql, (db as unknown as { $client: Sql }).$client];
    const note = (_connection: number, statement: string) => void statements.push(statement);
    for (const client of clients) Object.assign(client.options, { debug: note });
    await sql`select 'heard'`;
    expect(statements).toContain("select 'heard'");
    await Promise.all(Array.from({ length: 150 }, () => poll({ 'if-none-match': etag })));
    for (const client of clients) Object.assign(client.options, { debug: false });
    expect(statements.length).toBeLessThan(20);
  });

  /** The statuses of polls one after the other, and the wait that the last one was told. */
  async function pollsOf(as: string, count: number, headers: Record<string, string>) {
    const statuses: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const answer = await poll(headers, as);
      statuses.push(answer.status);
      if (answer.status === 429) return { statuses, wait: answer.headers.get('retry-after') };
    }
    return { statuses, wait: null };
  }

  test('holds each player to its rate, unchanged polls included, and no other player with it', async () => {
    const [busy, calm] = [await pairBox('box-2'), await pairBox('box-3')];
    const tagOf = async (as: string) => ({ 'if-none-match': (await poll({}, as)).headers.get('etag') ?? '' });
    const { statuses, wait } = await pollsOf(busy, 10 * RATES.player, await tagOf(busy));
    // One was asked for the tag; some come back while the others are asked.
    expect(statuses.length).toBeGreaterThanOrEqual(RATES.player);
    expect(statuses.slice(0, -1).every((status) => status === 304)).toBe(true);
    expect(Number(wait)).toBeGreaterThan(0);
    expect((await pollsOf(calm, 1, await tagOf(calm))).statuses).toEqual([304]);
  });

  test('holds an address that tries tokens to its rate, and no known player behind it', async () => {
    const { statuses, wait } = await pollsOf('a-guess', 10 * RATES.address, { 'if-none-match': etag });
    expect(statuses.slice(0, -1).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect(Number(wait)).toBeGreaterThan(0);
    expect((await poll({ 'if-none-match': etag })).status).toBe(304);
  });
});
