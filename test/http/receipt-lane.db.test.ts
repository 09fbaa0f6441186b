import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

const RECEIPTS = '/api/player/v1/receipts';

let running: TestServer;
let operator: Desk;
let endpointIds: number[];
let tokens: string[];

beforeAll(async () => {
  running = await testServer();
  const world = worldOf(running.database);
  endpointIds = [await world.endpoint(), await world.endpoint(), await world.endpoint()];
  await running.server.board.refresh();
  operator = await deskOf(running, 'operator');
  const offers = await running.server.players.offerEnrolments(endpointIds, 'test');
  tokens = await Promise.all(
    offers.map(async ({ token }, at) => {
      const capabilities = { video: true, image: true, audio: true };
      const body = { token, hardwareId: `box-${at}`, capabilities };
      return (await send(`${running.url}/api/player/v1/enrolments`, { method: 'POST', body })).body.token;
    }),
  );
});
afterAll(async () => running?.stop());

async function raised(): Promise<number> {
  const content = { text: { title: '火情', body: '撤离', lang: 'zh-CN' } };
  const draft = { content, severity: 'extreme', aim: { endpointIds }, minutes: 5 };
  const { body } = await operator.ask('POST', '/api/overrides', draft);
  expect((await operator.ask('POST', `/api/overrides/${body.id}/confirm`)).status).toBe(200);
  return body.id;
}

const tell = (body: unknown, token: string | undefined, headers: Record<string, string> = {}) =>
  send(`${running.url}${RECEIPTS}`, {
    method: 'POST',
    body,
    headers,
    ...(token !== undefined && { token }),
  });
const shown = (overrideId: number) => ({
  receipts: [{ overrideId, serial: 1, state: 'shown', at: new Date().toISOString() }],
});

describe('receiptLane', () => {
  test('writes receipts down before it answers, and says what the app says', async () => {
    const id = await raised();
    const lane = await tell(shown(id), tokens[0]);
    expect([lane.status, lane.body, lane.headers.has('x-request-id')]).toEqual([200, { taken: 1 }, false]);
    const [kept] = await running.database.sql`
      select state from override_receipts where override_id = ${id} and endpoint_id = ${endpointIds[0] ?? 0}`;
    expect(kept?.state).toBe('shown');
    // Another spelling of the type leads past the lane.
    const app = await tell(JSON.stringify(shown(id)), tokens[1], { 'content-type': ' application/json' });
    expect([app.status, app.body]).toEqual([200, { taken: 1 }]);
  });

  test('takes the receipts of a fleet at once in a few statements', async () => {
    const id = await raised();
    const { sql } = running.database;
    await sql`create table told_together (at timestamptz)`;
    await sql`create function count_statements() returns trigger language plpgsql as
      'begin insert into told_together values (now()); return null; end'`;
    await sql`create trigger counting after insert on override_receipts
      for each statement execute function count_statements()`;
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, at) => tell(shown(id), tokens[at % tokens.length])),
    );
    expect(answers.every(({ status, body }) => status === 200 && body.taken === 1)).toBe(true);
    const rows = await sql`select endpoint_id from override_receipts where override_id = ${id}`;
    expect(rows).toHaveLength(endpointIds.length);
    const [statements] = await sql<{ count: number }[]>`select count(*)::int from told_together`;
    expect(statements?.count).toBeLessThan(150);
  });

  test('leaves to the app what it does not take, with the body as it came', async () => {
    const id = await raised();
    const malformed = await tell('{"receipts":', tokens[0], { 'content-type': 'application/json' });
    expect([malformed.status, malformed.body.code]).toEqual([400, 'request.malformed']);
    const wrong = await tell({ receipts: [] }, tokens[0], { 'accept-language': 'zh' });
    expect([wrong.status, wrong.body.code, wrong.body.title]).toEqual([
      422,
      'request.invalid',
      '请求内容不符合要求',
    ]);
    const stranger = await tell(shown(id), 'a-token-that-nobody-has');
    expect([stranger.status, stranger.body.code]).toEqual([401, 'token.unknown']);
    expect((await tell(shown(id), undefined)).status).toBe(401);
    const unheard = await tell(shown(1_000_000), tokens[0]);
    expect([unheard.status, unheard.body]).toEqual([200, { taken: 0 }]);
    const huge = await tell({ ...shown(id), more: 'x'.repeat(1_100_000) }, tokens[0]);
    expect([huge.status, huge.body.code]).toEqual([413, 'request.tooLarge']);
    expect(running.troubles).toEqual([]);
  });
});
