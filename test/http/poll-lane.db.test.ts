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

describe('pollLane', () => {
  test('answers an unchanged poll with the status and the caching that the app gives', async () => {
    const lane = await poll({ 'if-none-match': etag });
    // A list of tags leads past the lane.
    const app = await poll({ 'if-none-match': `"older", ${etag}` });
    expect(app.headers.has('x-request-id')).toBe(true);
    expect(lane.headers.has('x-request-id')).toBe(false);
    for (const answer of [lane, app]) {
      const { headers, status } = answer;
      expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([
        304,
        etag,
        'private, no-cache',
      ]);
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
