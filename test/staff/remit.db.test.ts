import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/base/units.ts';
import { isInRemit } from '../../src/base/within.ts';
import { REMIT_RULES } from '../../src/http/remit-rules.ts';
import { endpointsOf } from '../../src/staff/remit-store.ts';
import { type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

let now = Date.parse('2027-02-05T10:00:30+08:00');
const PERIOD = 'from=2027-02-04&to=2027-02-05';
/** The first endpoint is in the remit of those who are limited, the other one is not. */
const [MINE, OTHER] = [777_001, 888_001];

let running: TestServer;
let boss: Desk;
let editor: Desk;
let operator: Desk;
let mine: { areaId: number; owner: string };
let draft: Record<string, unknown>;
let filmId: number;

beforeAll(async () => {
  running = await testServer(() => now);
  boss = await deskOf(running, 'administrator');
  const { sql } = running.database;
  for (const [id, area] of [
    [MINE, '我的街道'],
    [OTHER, '别的街道'],
  ] as const) {
    await sql.unsafe(`alter table endpoints alter column id restart with ${id}`);
    const made = await boss.ask('POST', '/api/endpoints', {
      ...{ code: `DS-${id}`, name: `终端${id}`, kind: 'screen', area, owner: `owner ${id}` },
      ...{ timeZone: 'Asia/Shanghai', openingHours: '00:00-24:00', placeClass: 'plaza' },
      ...{ audiencePerHour: 60, dwellSeconds: 30 },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(made.body.id).toBe(id);
    await boss.ask('POST', `/api/endpoints/${id}/enrolments`);
    const [player] = await sql`
      insert into players (endpoint_id, hardware_id, token_hash, paired_at, capabilities)
      values (${id}, ${`box ${id}`}, ${`hash ${id}`}, now(), '{}') returning id`;
    await sql`
      insert into quarantined_plays (player_id, epoch_no, seq, code, report, received_at)
      values (${player?.id}, 1, 1, 'play.notTold', '{}', ${new Date(now).toISOString()})`;
    const at = '2027-02-05T00:00:00Z';
    await sql`
      insert into unsettled_sums values (${id}, 0, 1, ${at}, '2027-02-05', 5, 0, 0, 75000)`;
    await sql`
      insert into plays values (${player?.id}, 1, 1, ${id}, 1, null, null, ${at}, 15000, 'completed', ${at})`;
  }
  const { body } = await boss.ask('GET', `/api/endpoints/${MINE}`);
  mine = { areaId: body.areaId, owner: body.owner };
  const world = worldOf(running.database);
  const film = await world.asset();
  filmId = film.id;
  draft = {
    ...{ campaignId: await world.campaign(), playlistId: await world.playlist(film.id), name: '全县' },
    ...{ endpoints: {}, fromDate: '2027-02-01', toDate: '2027-02-28', rate: { kind: 'perHour', plays: 6 } },
  };
  [editor, operator] = [await limited('editor'), await limited('operator')];
});
afterAll(async () => {
  expect(running.troubles).toEqual([]);
  await running.stop();
});

/** A person for the area of the first endpoint. */
async function limited(role: string): Promise<Desk> {
  const desk = await deskOf(running, role);
  const { body: me } = await desk.ask('GET', '/api/session');
  const { body } = await boss.ask('GET', '/api/staff');
  const { username } = body.staff.find(({ id }: { id: string }) => id === me.id);
  const remit = { areaIds: [mine.areaId], owners: null };
  expect((await boss.ask('PATCH', `/api/staff/${username}`, { remit })).status).toBe(204);
  expect((await desk.ask('GET', '/api/session')).body.remit).toEqual(remit);
  return desk;
}

const book = (desk: Desk, endpoints: object) => desk.ask('POST', '/api/bookings', { ...draft, endpoints });

describe('an account of a part of the fleet', () => {
  test('is shown its own endpoints by every route that opens to it, and no other', async () => {
    expect((await book(boss, {})).status).toBe(201);
    await running.server.board.refresh();
    now += 3 * HOUR_MS;
    const asked = REMIT_RULES.narrowed.filter((key) => key.startsWith('GET ') && !key.includes(':id'));
    const told: string[] = [];
    for (const key of asked) {
      const path = `${key.slice(4)}?${key.endsWith('/owed') ? 'day=2027-02-05' : `${PERIOD}&by=endpoint`}`;
      const [all, part] = [await boss.ask('GET', path), await editor.ask('GET', path)];
      const [everything, shown] = [all, part].map(({ body }) => JSON.stringify(body));
      const isNamed = everything?.includes(String(OTHER)) || everything?.includes('别的街道');
      if (isNamed) told.push(key);
      expect(part.status, `${key} ${shown}`).toBe(200);
      expect(shown?.match(/888001|别的街道/g), key).toBeNull();
    }
    // What tells the other endpoint to whoever is for all: the check above is worth something there.
    expect(told).toEqual(
      expect.arrayContaining([
        'GET /api/endpoints',
        'GET /api/areas',
        'GET /api/programme/now',
        'GET /api/quarantine',
        'GET /api/reports/plays',
        'GET /api/reports/comparison',
        'GET /api/reports/whole',
        'GET /api/reports/single-plays',
        'GET /api/reports/export',
        'GET /api/reports/shortfalls',
        'GET /api/reports/uptime',
        'GET /api/roll-call',
      ]),
    );
  });

  test('books its own endpoints, and is told by name which of a booking lie outside', async () => {
    const own = await book(editor, { areaIds: [mine.areaId] });
    expect(own.status, JSON.stringify(own.body)).toBe(201);
    const refused = await book(editor, { kinds: ['screen'] });
    expect(refused).toMatchObject({ status: 403, body: { code: 'remit.outside' } });
    expect(refused.body.parts).toEqual([
      { where: 'endpoints', message: expect.stringContaining('DS-888001') },
    ]);
    const preview = await editor.ask('POST', '/api/bookings/preview', draft);
    expect(preview.body.code).toBe('remit.outside');
    const { body: whole } = await boss.ask('GET', '/api/bookings');
    const { id, version } = whole.bookings.find(
      ({ endpoints }: { endpoints: object }) => !('areaIds' in endpoints),
    );
    const change = { ...draft, endpoints: { areaIds: [mine.areaId] }, version };
    for (const [method, path, body] of [
      ['GET', `/api/bookings/${id}`],
      ['GET', `/api/bookings/${id}/fit`],
      ['PUT', `/api/bookings/${id}`, change],
      ['DELETE', `/api/bookings/${id}`],
      ['POST', '/api/reports/make-goods', { bookingId: id, from: '2027-02-04', to: '2027-02-05' }],
      ['PUT', `/api/playlists/${draft.playlistId}`, { name: 'x', items: [{ assetId: filmId }], version: 1 }],
    ] as const) {
      const { body: answer } = await editor.ask(method, path, body);
      expect(answer.code, `${method} ${path}`).toBe('remit.outside');
    }
    expect((await editor.ask('DELETE', `/api/bookings/${own.body.id}`)).status).toBe(200);
  });

  test('raises, confirms and withdraws emergencies on its own endpoints alone', async () => {
    const emergency = (aim: object) => ({
      content: { text: { title: '演练' } },
      ...{ severity: 'severe', drill: true, minutes: 5, aim },
    });
    const refused = await operator.ask('POST', '/api/overrides', emergency({ all: true }));
    expect(refused.body).toMatchObject({ code: 'remit.outside' });
    const own = await operator.ask('POST', '/api/overrides', emergency({ areaIds: [mine.areaId] }));
    expect(own.status, JSON.stringify(own.body)).toBe(201);
    const all = await boss.ask('POST', '/api/overrides', emergency({ all: true }));
    for (const act of ['confirm', 'withdraw']) {
      const path = `/api/overrides/${all.body.id}/${act}`;
      expect((await operator.ask('POST', path, {})).body.code, act).toBe('remit.outside');
    }
    expect((await operator.ask('GET', `/api/overrides/${all.body.id}`)).status).toBe(200);
    expect((await operator.ask('POST', `/api/overrides/${own.body.id}/withdraw`, {})).status).toBe(200);
  });

  test('pairs and revokes boxes of its own endpoints alone', async () => {
    const endpointIds = [MINE, OTHER];
    for (const [path, body] of [
      ['/api/pairings/claim', { code: 'ABC', endpointId: OTHER }],
      ['/api/enrolments', { endpointIds }],
      ['/api/enrolments/sheet', { endpointIds, format: 'csv' }],
      [`/api/endpoints/${OTHER}/enrolments`, undefined],
    ] as const)
      expect((await editor.ask('POST', path, body)).body.code, path).toBe('remit.outside');
    const { body } = await boss.ask('GET', `/api/endpoints/${OTHER}`);
    expect((await editor.ask('DELETE', `/api/players/${body.player.playerId}`)).body.code).toBe(
      'remit.outside',
    );
    expect((await editor.ask('POST', '/api/enrolments', { endpointIds: [MINE] })).status).toBe(201);
  });

  test('is never an administrator', async () => {
    const { body } = await boss.ask('GET', '/api/staff');
    const { username } = body.staff.find(({ role }: { role: string }) => role === 'administrator');
    const refused = await boss.ask('PATCH', `/api/staff/${username}`, {
      remit: { areaIds: null, owners: ['x'] },
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  });
});

describe('a key of a part of the fleet', () => {
  test('is told of its own endpoints alone', async () => {
    const remit = { areaIds: null, owners: [mine.owner] };
    const wish = { name: 'of an owner', scopes: ['fleet.read'], expiresAt: null, remit };
    const { body } = await boss.ask('POST', '/api/keys', wish);
    const { body: told } = await send(`${running.url}/api/endpoints`, { token: body.key });
    expect(told.endpoints.map(({ id }: { id: number }) => id)).toEqual([MINE]);
    const unknown = await boss.ask('POST', '/api/keys', { ...wish, remit: { areaIds: [999], owners: null } });
    expect(unknown.body.code).toBe('request.invalid');
  });
});

describe('endpointsOf', () => {
  test('says in SQL what the rule says', async () => {
    const all = [
      { id: MINE, ...mine },
      { id: OTHER, areaId: mine.areaId + 1, owner: `owner ${OTHER}` },
    ];
    for (const areaIds of [null, [mine.areaId], [mine.areaId, mine.areaId + 1]])
      for (const owners of [null, [mine.owner], [`owner ${OTHER}`]]) {
        const remit = { areaIds, owners };
        const expected = all.filter((one) => isInRemit(remit, one)).map(({ id }) => id);
        expect([...(await endpointsOf(running.database.db, remit))]).toEqual(expected);
      }
  });
});
