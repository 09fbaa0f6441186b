import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healthAnswerSchema } from '../../src/contract/health.ts';
import { pairingOfferSchema, pairingStateSchema } from '../../src/contract/pairing.ts';
import { endpointRoutes, FLEET_BYTES } from '../../src/endpoints/endpoint-routes.ts';
import { endpointStore } from '../../src/endpoints/endpoint-store.ts';
import { pairingRoutes } from '../../src/endpoints/pairing-routes.ts';
import { type PlayerFlow, playerFlow } from '../../src/endpoints/player-flow.ts';
import { playerStore } from '../../src/endpoints/player-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';

const KEY = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'k1' } as const;
const BOX = { hardwareId: 'box', kind: 'screen', capabilities: { video: true, image: true, audio: true } };
const sample = readFileSync('media/samples/fleet.csv');
let database: TestDatabase;
let players: PlayerFlow;
let app: ReturnType<typeof roomApp>['app'];
let faults: unknown[];

beforeAll(async () => {
  database = await testDatabase();
  const now = Date.now;
  players = playerFlow({
    store: playerStore({ database, audit, now }),
    bell: database.bell,
    now,
    onTrouble: (error) => faults.push(error),
  });
  await players.start();
  ({ app, faults } = roomApp(
    [
      endpointRoutes({
        endpoints: endpointStore({ database, audit, now }),
        players,
        publicUrl: 'http://localhost',
      }),
      pairingRoutes({
        players,
        now,
        publicUrl: 'http://signs.test',
        serverKeys: () => [KEY],
        resend: () => [[3, 4]],
      }),
    ],
    players.recognise,
  ));
});
afterAll(async () => {
  await players.stop();
  await database.close();
  expect(faults).toEqual([]);
});

async function ask(method: string, path: string, as: string | null, body?: unknown, type?: string) {
  const isBytes = body instanceof Uint8Array;
  const answer = await app.request(path, {
    method,
    headers: {
      ...(as !== null && { authorization: `Bearer ${as}` }),
      ...(body !== undefined && { 'content-type': type ?? (isBytes ? 'text/csv' : 'application/json') }),
    },
    ...(body !== undefined && { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, json: await answer.json() };
}

describe('POST /api/endpoints/import', () => {
  test('imports the sample fleet and lists it with its areas', async () => {
    const report = await ask('POST', '/api/endpoints/import', 'li.operator', new Uint8Array(sample));
    expect(report).toMatchObject({ status: 200, json: { created: 138, failed: [] } });
    const list = await ask('GET', '/api/endpoints', 'li.viewer');
    expect(list.json.endpoints).toHaveLength(138);
    const one = await ask('GET', `/api/endpoints/${list.json.endpoints[0].id}`, 'li.viewer');
    expect(one.json).toEqual(list.json.endpoints[0]);
    expect((await ask('GET', '/api/areas', 'li.viewer')).json.areas).toHaveLength(15);
  });

  test('finds endpoints by words, ids, areas and kinds, a page at a time', async () => {
    const codesAt = async (query: string) =>
      (await ask('GET', `/api/endpoints?${query}`, 'li.viewer')).json.endpoints.map(
        ({ code }: { code: string }) => code,
      );
    const all: string[] = await codesAt('');
    expect(await codesAt('limit=50')).toEqual(all.slice(0, 50));
    expect(await codesAt(`limit=100&after=${all[49]}`)).toEqual(all.slice(50));
    expect(await codesAt(`q=${all[7]?.toLowerCase()}`)).toEqual([all[7]]);
    const { json } = await ask('GET', '/api/endpoints', 'li.viewer');
    const wanted = json.endpoints.filter(({ kind }: { kind: string }) => kind === 'loudspeaker');
    expect(await codesAt('kinds=loudspeaker')).toEqual(wanted.map(({ code }: { code: string }) => code));
    const { areaId } = json.endpoints[0];
    const near = json.endpoints.filter((one: { areaId: number }) => one.areaId === areaId);
    expect(await codesAt(`areaIds=${areaId}&limit=500`)).toHaveLength(near.length);
    expect(await codesAt(`ids=${json.endpoints[3].id},${json.endpoints[1].id}`)).toEqual([all[1], all[3]]);
    expect((await ask('GET', '/api/endpoints?ids=x', 'li.viewer')).status).toBe(422);
  });

  test('tells the whole fleet in brief, in the same order', async () => {
    const { json } = await ask('GET', '/api/places', 'li.viewer');
    const { endpoints } = (await ask('GET', '/api/endpoints', 'li.viewer')).json;
    const nameOf = new Map(json.areas.map(({ id, name }: { id: number; name: string }) => [id, name]));
    const told = json.places.map((one: { areaId: number; timeZone: string | null }) => ({
      ...one,
      area: nameOf.get(one.areaId),
      timeZone: one.timeZone ?? json.zone,
    }));
    expect(endpoints).toMatchObject(told);
    expect(json.zone).toBe('Asia/Shanghai');
  });

  test.each([
    [
      'a film in place of a table',
      new Uint8Array([0, 0, 0, 24, 0x66, 0x74]),
      'text/csv',
      422,
      'fleet.unreadable',
    ],
    ['nothing at all', new Uint8Array(), 'text/csv', 422, 'fleet.unreadable'],
    ['more than 10 MiB', new Uint8Array(FLEET_BYTES + 1), 'text/csv', 413, 'request.tooLarge'],
    ['a form', new Uint8Array([1]), 'multipart/form-data; boundary=x', 415, 'request.unsupportedType'],
  ])('answers %s with a problem document', async (_, content, type, status, code) => {
    const answer = await ask('POST', '/api/endpoints/import', 'li.operator', content, type);
    expect(answer).toMatchObject({ status, json: { code, status } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  test('is refused to a role that does not install', async () => {
    const answer = await ask('POST', '/api/endpoints/import', 'li.viewer', new Uint8Array(sample));
    expect(answer).toMatchObject({ status: 403, json: { code: 'role.insufficient' } });
  });
});

describe('POST /api/endpoints', () => {
  const draft = {
    code: 'NEW-1',
    name: '新大屏',
    kind: 'screen',
    area: '交通街道',
    timeZone: 'Asia/Shanghai',
    openingHours: 'Mo-Su 07:00-22:00',
  };

  test('adds an endpoint and refuses its code the second time', async () => {
    expect(await ask('POST', '/api/endpoints', 'li.operator', draft)).toMatchObject({
      status: 201,
      json: { code: 'NEW-1', openingHours: 'Mo-Su 07:00-22:00' },
    });
    expect(await ask('POST', '/api/endpoints', 'li.operator', draft)).toMatchObject({
      status: 409,
      json: { code: 'endpoint.nameTaken' },
    });
  });

  test('names the field of each fault', async () => {
    const faulty = { ...draft, timeZone: 'Nowhere', openingHours: 'late', latitude: 3 };
    const answer = await ask('POST', '/api/endpoints', 'li.operator', faulty);
    expect(answer).toMatchObject({ status: 422, json: { code: 'request.invalid' } });
    const fields = answer.json.parts.map((part: { where: string }) => part.where);
    expect(fields).toEqual(expect.arrayContaining(['timeZone', 'openingHours']));
  });
});

describe('GET /api/endpoints/{id}', () => {
  test.each([
    ['987654', 404, 'endpoint.unknown'],
    ['abc', 422, 'request.invalid'],
    ['99999999999', 422, 'request.invalid'],
  ])('answers the id %s with %i', async (id, status, code) => {
    expect(await ask('GET', `/api/endpoints/${id}`, 'li.viewer')).toMatchObject({ status, json: { code } });
  });
});

describe('/api/player/v1 pairing', () => {
  async function endpointId(): Promise<number> {
    const draft = { name: 'x', kind: 'tv', area: 'a', timeZone: 'Asia/Shanghai', openingHours: '24/7' };
    const code = `P-${Math.random()}`;
    return (await ask('POST', '/api/endpoints', 'li.operator', { ...draft, code })).json.id;
  }

  test('pairs a box by the code that staff type, as the contract says', async () => {
    const id = await endpointId();
    const asked = await ask('POST', '/api/player/v1/pairings', null, BOX);
    expect(asked.status).toBe(201);
    const { code, secret } = pairingOfferSchema.parse(asked.json);
    const waiting = await ask('GET', '/api/player/v1/pairings/current', secret);
    expect(waiting.json).toEqual({ state: 'waiting' });
    const claim = { code: code.toLowerCase(), endpointId: id };
    expect((await ask('POST', '/api/pairings/claim', 'li.operator', claim)).status).toBe(200);
    const answer = await ask('GET', '/api/player/v1/pairings/current', secret);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const state = pairingStateSchema.parse(answer.json);
    if (state.state !== 'paired') throw new Error(state.state);
    expect(state).toMatchObject({ endpointId: id, serverKeys: [KEY] });
    const health = await ask('POST', '/api/player/v1/health', state.token, {
      now: '2027-02-05T02:00:00Z',
      player: { name: 'kiosk', version: '1' },
      uptimeMs: 5,
      playing: null,
      errors: [],
    });
    expect(healthAnswerSchema.parse(health.json)).toMatchObject({ pollAfterMs: 30_000, resend: [[3, 4]] });
    await players.writeSightings();
    const one = await ask('GET', `/api/endpoints/${id}`, 'li.viewer');
    expect(one.json.player).toMatchObject({ hardwareId: 'box', lastSeenAt: expect.any(String) });
    const revoked = await ask('DELETE', `/api/players/${one.json.player.playerId}`, 'li.operator');
    expect(revoked.status).toBe(200);
    expect(await ask('POST', '/api/player/v1/health', state.token, {})).toMatchObject({
      status: 401,
      json: { code: 'token.unknown' },
    });
  });

  test('joins a box by an enrolment token, one at a time or many at once', async () => {
    const ids = [await endpointId(), await endpointId()];
    const many = await ask('POST', '/api/enrolments', 'li.operator', { endpointIds: ids });
    expect(many.status).toBe(201);
    const single = await ask('POST', `/api/endpoints/${ids[0]}/enrolments`, 'li.operator');
    const tokens = [...many.json.enrolments, single.json].map(({ token }) => token);
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) {
      const { hardwareId, capabilities } = BOX;
      const joined = await ask('POST', '/api/player/v1/enrolments', null, {
        token,
        hardwareId,
        capabilities,
      });
      expect(pairingStateSchema.parse(joined.json).state).toBe('paired');
      const other = await ask('POST', '/api/player/v1/enrolments', null, {
        token,
        hardwareId: 'another',
        capabilities,
      });
      expect(other).toMatchObject({ status: 410, json: { code: 'pairing.expired' } });
    }
  });

  test.each([
    [
      'a stranger’s secret',
      'GET',
      '/api/player/v1/pairings/current',
      'stranger',
      undefined,
      404,
      'pairing.unknown',
    ],
    ['no secret', 'GET', '/api/player/v1/pairings/current', null, undefined, 401, 'token.unknown'],
    [
      'a stranger’s enrolment token',
      'POST',
      '/api/player/v1/enrolments',
      null,
      { token: 'x'.repeat(40), hardwareId: 'b', capabilities: BOX.capabilities },
      401,
      'token.unknown',
    ],
    ['a stranger’s player token', 'POST', '/api/player/v1/health', 'stranger', {}, 401, 'token.unknown'],
    [
      'an unfit request',
      'POST',
      '/api/player/v1/pairings',
      null,
      { kind: 'toaster' },
      422,
      'request.invalid',
    ],
    [
      'a code that no box shows',
      'POST',
      '/api/pairings/claim',
      'li.operator',
      { code: 'AAAAAA', endpointId: 1 },
      404,
      'pairing.unknown',
    ],
    [
      'enrolment for no endpoint',
      'POST',
      '/api/enrolments',
      'li.operator',
      { endpointIds: [987_654] },
      404,
      'endpoint.unknown',
    ],
  ])('refuses %s with its code', async (_, method, path, as, body, status, code) => {
    expect(await ask(method, path, as, body)).toMatchObject({ status, json: { code } });
  });
});
