import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';
import { aBox } from './a-box.ts';

let now = Date.parse('2027-02-05T02:00:00Z');
let running: TestServer;
let world: ReturnType<typeof worldOf>;
let operator: Desk;
let administrator: Desk;
let viewer: Desk;
let screen: number;
let tv: number;
let speaker: number;
let east: number;

const TEXT = { title: '火情警报', body: '请勿乘坐电梯，沿安全出口撤离。', lang: 'zh-CN' };
const draft = (over: object = {}) => ({
  content: { text: TEXT },
  severity: 'extreme',
  aim: { all: true },
  minutes: 30,
  ...over,
});

beforeAll(async () => {
  running = await testServer(() => now, { metricsToken: 'for-the-collector' });
  world = worldOf(running.database);
  east = await world.area('东城');
  const west = await world.area('西城');
  screen = await world.endpoint({
    kind: 'screen',
    areaId: east,
    longitude: 111.6,
    latitude: 40.8,
    tags: ['school'],
  });
  tv = await world.endpoint({ kind: 'tv', areaId: east, longitude: 111.7, latitude: 40.8 });
  speaker = await world.endpoint({ kind: 'loudspeaker', areaId: west });
  await running.database.bell.ring('endpoints', 'all');
  await running.server.board.refresh();
  [operator, administrator, viewer] = await Promise.all([
    deskOf(running, 'operator'),
    deskOf(running, 'administrator'),
    deskOf(running, 'viewer'),
  ]);
});
afterAll(async () => {
  expect(running.troubles).toEqual([]);
  await running.stop();
});

async function raised(over: object = {}, by = operator): Promise<number> {
  const answer = await by.ask('POST', '/api/overrides', draft(over));
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
}

async function aired(over: object = {}): Promise<number> {
  const id = await raised(over);
  const answer = await operator.ask('POST', `/api/overrides/${id}/confirm`);
  expect(answer.body).toMatchObject({ state: 'live' });
  return id;
}

const withdraw = (id: number) => operator.ask('POST', `/api/overrides/${id}/withdraw`, {});

describe('POST /api/overrides', () => {
  test('makes a proposal that says what it would reach, and is on no screen before its confirmation', async () => {
    const stream = await (await aBox(running, screen)).listen();
    const answer = await operator.ask('POST', '/api/overrides', draft());
    expect(answer).toMatchObject({
      status: 201,
      body: {
        state: 'proposed',
        drill: false,
        from: null,
        until: null,
        counts: { targets: 2, waiting: 2, shown: 0, unreached: 1 },
      },
    });
    const { id } = answer.body;
    const seen = await viewer.ask('GET', `/api/overrides/${id}`);
    expect(seen.body.unreachedEndpoints).toMatchObject([{ endpointId: speaker, reason: 'noSound' }]);
    expect(stream.heard).toEqual([]);
    const confirmed = await operator.ask('POST', `/api/overrides/${id}/confirm`);
    expect(confirmed).toMatchObject({
      status: 200,
      body: { state: 'live', from: '2027-02-05T02:00:00.000Z', until: '2027-02-05T02:30:00.000Z' },
    });
    expect(await stream.until(({ overrideId }) => overrideId === id)).toMatchObject({
      serial: 1,
      action: 'raise',
      severity: 'extreme',
      endpoints: [screen, tv],
      show: { kind: 'text', ...TEXT },
    });
    expect((await operator.ask('POST', `/api/overrides/${id}/confirm`)).body.code).toBe(
      'override.notProposed',
    );
    expect((await withdraw(id)).body).toMatchObject({ state: 'withdrawn' });
    expect(await stream.until(({ serial }) => serial === 2)).toMatchObject({ action: 'withdraw' });
    expect((await withdraw(id)).body.code).toBe('override.notLive');
    stream.close();
  });

  test('writes every step into the audit log with who took it', async () => {
    const id = await aired();
    await operator.ask('POST', `/api/overrides/${id}/withdraw`, { reason: '误报' });
    const { entries } = (await administrator.ask('GET', '/api/audit?limit=50')).body;
    const mine = entries.filter((entry: { subject: string }) => entry.subject === `override ${id}`);
    expect(mine.map((entry: { action: string }) => entry.action)).toEqual([
      'override.withdraw',
      'override.confirm',
      'override.propose',
    ]);
    expect(mine[0].detail).toMatchObject({ reason: '误报' });
    expect((await administrator.ask('GET', '/api/audit/verdict')).body.intact).toBe(true);
  });

  test('lets a proposal lapse that nobody confirms within a quarter of an hour', async () => {
    const id = await raised();
    now += 15 * 60_000;
    expect((await operator.ask('POST', `/api/overrides/${id}/confirm`)).body).toMatchObject({
      code: 'override.notProposed',
    });
    expect((await viewer.ask('GET', `/api/overrides/${id}`)).body.state).toBe('lapsed');
  });

  test('asks for a second person where the setting says so', async () => {
    const settings = (confirmation: string) =>
      administrator.ask('PUT', '/api/override-settings', { confirmation });
    expect((await operator.ask('PUT', '/api/override-settings', { confirmation: 'step' })).status).toBe(403);
    expect((await settings('person')).body).toEqual({ confirmation: 'person' });
    const id = await raised();
    expect(await operator.ask('POST', `/api/overrides/${id}/confirm`)).toMatchObject({
      status: 403,
      body: { code: 'override.ownProposal' },
    });
    expect((await administrator.ask('POST', `/api/overrides/${id}/confirm`)).body.state).toBe('live');
    await withdraw(id);
    expect((await settings('step')).status).toBe(200);
  });

  test('goes on the air at once when a second person approved its template, and not longer than that allows', async () => {
    const template = { name: '火警', content: { text: TEXT }, severity: 'severe', mostMinutes: 20 };
    const made = await operator.ask('POST', '/api/override-templates', template);
    expect(made).toMatchObject({ status: 201, body: { state: 'submitted' } });
    const { id: templateId } = made.body;
    const use = (minutes: number) =>
      operator.ask('POST', '/api/overrides', {
        templateId,
        aim: { endpointIds: [tv] },
        minutes,
        drill: true,
      });
    expect((await use(10)).body.code).toBe('template.notApproved');
    const step = (name: string, by: Desk) => by.ask('POST', `/api/override-templates/${templateId}/${name}`);
    expect((await step('approve', operator)).body.code).toBe('review.ownWork');
    expect((await step('approve', administrator)).body).toMatchObject({ state: 'approved' });
    expect((await use(21)).body.code).toBe('override.badEnd');
    const live = await use(20);
    expect(live.body).toMatchObject({ state: 'live', severity: 'severe', drill: true, templateId });
    await withdraw(live.body.id);
    expect((await step('retire', administrator)).body.state).toBe('retired');
    expect((await use(10)).body.code).toBe('template.notApproved');
  });

  test.each([
    ['an area', () => ({ areaIds: [east] }), () => [screen, tv]],
    ['a kind alone', () => ({ kinds: ['tv'] }), () => [tv]],
    ['an area narrowed to a kind', () => ({ areaIds: [east], kinds: ['screen'] }), () => [screen]],
    ['endpoint ids', () => ({ endpointIds: [tv] }), () => [tv]],
    ['a circle', () => ({ circles: [{ centre: [111.6, 40.8], radiusM: 1_000 }] }), () => [screen]],
    [
      'a polygon',
      () => ({
        polygons: [
          [
            [111.65, 40.7],
            [111.75, 40.7],
            [111.75, 40.9],
            [111.65, 40.9],
            [111.65, 40.7],
          ],
        ],
      }),
      () => [tv],
    ],
  ])('previews %s without storing anything', async (_, aim, expected) => {
    const before = (await viewer.ask('GET', '/api/overrides')).body.overrides.length;
    const preview = await viewer.ask('POST', '/api/overrides/preview', draft({ aim: aim() }));
    expect(preview.status).toBe(200);
    expect(preview.body.targets.map(({ endpointId }: { endpointId: number }) => endpointId)).toEqual(
      expected(),
    );
    expect(preview.body.needsConfirmation).toBe(true);
    expect((await viewer.ask('GET', '/api/overrides')).body.overrides).toHaveLength(before);
  });

  test('follows a group to its members of the moment', async () => {
    const group = await operator.ask('POST', '/api/groups', { name: '学校', rule: { tags: ['school'] } });
    expect(group).toMatchObject({ status: 201, body: { endpoints: 1 } });
    const { id } = group.body;
    const preview = () => viewer.ask('POST', '/api/overrides/preview', draft({ aim: { groupIds: [id] } }));
    expect((await preview()).body.targets).toMatchObject([{ endpointId: screen }]);
    const wider = { name: '学校', rule: { areaIds: [east] } };
    expect((await operator.ask('PUT', `/api/groups/${id}`, wider)).body.endpoints).toBe(2);
    expect((await preview()).body.targets).toHaveLength(2);
    expect((await operator.ask('POST', '/api/groups', wider)).body.code).toBe('group.nameTaken');
    expect((await operator.ask('DELETE', `/api/groups/${id}`)).status).toBe(200);
    expect((await preview()).body.code).toBe('group.unknown');
  });

  test('plays standing material where it can and sets the text elsewhere', async () => {
    const siren = await world.asset({ mediaClass: 'audio', type: 'audio/mp4', hasSound: true });
    const content = { text: TEXT, assetId: siren.id };
    expect((await operator.ask('POST', '/api/overrides', draft({ content }))).body.code).toBe(
      'override.materialNotReady',
    );
    const standing = await operator.ask('PUT', '/api/standing-material', { assetIds: [siren.id] });
    expect(standing.body).toEqual({ chosen: [siren.id], held: [siren.id] });
    const preview = await viewer.ask('POST', '/api/overrides/preview', draft({ content }));
    const shows = Object.fromEntries(
      preview.body.targets.map((target: { endpointId: number; shows: string }) => [
        target.endpointId,
        target.shows,
      ]),
    );
    expect(shows).toEqual({ [screen]: 'text', [tv]: 'text', [speaker]: 'media' });
    expect(preview.body.unreached).toEqual([]);
  });

  test.each([
    ['a misspelt place', draft({ aim: { area: [1] } }), 'request.invalid'],
    ['an aim at nothing', draft({ aim: {} }), 'request.invalid'],
    ['an emergency without an end', draft({ minutes: undefined }), 'request.invalid'],
    ['two ends', draft({ until: '2027-02-05T03:00:00Z' }), 'request.invalid'],
    ['an end in the past', draft({ minutes: undefined, until: '2027-02-01T00:00:00Z' }), 'override.badEnd'],
    [
      'an end after two days',
      draft({ minutes: undefined, until: '2027-02-08T00:00:00Z' }),
      'override.badEnd',
    ],
    ['nothing to show', draft({ content: {} }), 'request.invalid'],
    ['a title of 61 letters', draft({ content: { text: { title: 'x'.repeat(61) } } }), 'request.invalid'],
    ['a control character', draft({ content: { text: { title: 'a\u0000b' } } }), 'request.invalid'],
    [
      'an open polygon',
      draft({
        aim: {
          polygons: [
            [
              [1, 1],
              [2, 2],
              [3, 1],
              [1, 2],
            ],
          ],
        },
      }),
      'request.invalid',
    ],
    [
      'an unknown template',
      draft({ templateId: 999_999, content: undefined, severity: undefined }),
      'template.unknown',
    ],
    ['an unknown group', draft({ aim: { groupIds: [999_999] } }), 'group.unknown'],
    ['places that are none', draft({ aim: { endpointIds: [999_999] } }), 'override.noEndpoints'],
  ])('refuses %s', async (_, body, code) => {
    const answer = await operator.ask('POST', '/api/overrides', body);
    expect(answer.body.code, JSON.stringify(answer.body)).toBe(code);
    expect(answer.status).toBeLessThan(500);
  });

  test('refuses whoever is neither operator nor administrator', async () => {
    for (const role of ['viewer', 'editor', 'reviewer']) {
      const desk = await deskOf(running, role);
      expect((await desk.ask('POST', '/api/overrides', draft())).status).toBe(403);
    }
  });
});

describe('receipts', () => {
  const measured = async () => {
    const { body } = await send(`${running.url}/metrics`, { token: 'for-the-collector' });
    return Number(/^beacon_override_latency_seconds_count (\d+)$/m.exec(body)?.[1]);
  };

  test('show endpoint by endpoint what became of an emergency, its delay measured once', async () => {
    const before = await measured();
    const [first, second] = [await aBox(running, screen), await aBox(running, tv)];
    const id = await aired();
    const receipt = (state: string, over: object = {}) => ({
      receipts: [{ overrideId: id, serial: 1, state, at: new Date(now + 40).toISOString(), ...over }],
    });
    expect((await first.ask('/receipts', receipt('shown'))).body).toEqual({ taken: 1 });
    now += 250;
    expect(
      (await second.ask('/receipts', receipt('refused', { reason: 'override.mediaMissing' }))).body,
    ).toEqual({
      taken: 1,
    });
    const view = await viewer.ask('GET', `/api/overrides/${id}`);
    expect(view.body.counts).toMatchObject({ targets: 2, waiting: 0, shown: 1, refused: 1, ended: 0 });
    expect(view.body.endpoints).toMatchObject([
      { endpointId: screen, state: 'shown', acknowledgedAfterMs: 0, endedAt: null },
      { endpointId: tv, state: 'refused', reason: 'override.mediaMissing', acknowledgedAfterMs: 250 },
    ]);
    const ended = {
      receipts: [...receipt('shown').receipts, ...receipt('ended', { reason: 'withdrawn' }).receipts],
    };
    await first.ask('/receipts', ended);
    await first.ask('/receipts', ended);
    // A box that could not show it first, and does now.
    await second.ask('/receipts', receipt('shown'));
    expect((await measured()) - before).toBe(2);
    expect((await viewer.ask('GET', `/api/overrides/${id}`)).body.counts).toMatchObject({
      shown: 1,
      ended: 1,
    });
    await withdraw(id);
  });

  test('of an endpoint that was not told, or of no emergency at all, are not taken', async () => {
    const id = await aired({ aim: { endpointIds: [tv] } });
    const box = await aBox(running, screen);
    const at = new Date(now).toISOString();
    const told = (overrideId: number) =>
      box.ask('/receipts', { receipts: [{ overrideId, serial: 1, state: 'shown', at }] });
    expect((await told(id)).body).toEqual({ taken: 0 });
    expect((await told(2_147_483_647)).body).toEqual({ taken: 0 });
    expect((await told(Number.MAX_SAFE_INTEGER)).body).toEqual({ taken: 0 });
    expect((await box.ask('/receipts', { receipts: [] })).body.code).toBe('request.invalid');
    await withdraw(id);
  });
});

describe('what stands', () => {
  test('is told again on every connection and by the poll, until its end, also when it was withdrawn', async () => {
    const box = await aBox(running, screen);
    const id = await aired();
    const name = async () => (await box.ask('/manifest')).headers.get('beacon-overrides') ?? '';
    expect((await name()).split(',')).toContain(`${id}.1`);
    const stream = await box.listen();
    expect(await stream.until(({ overrideId }) => overrideId === id)).toMatchObject({ action: 'raise' });
    stream.close();
    await withdraw(id);
    expect((await name()).split(',')).toContain(`${id}.2`);
    const { etag } = Object.fromEntries((await box.ask('/manifest')).headers);
    const unchanged = await box.ask('/manifest', undefined, { 'if-none-match': etag ?? '' });
    expect(unchanged.status).toBe(304);
    expect(unchanged.headers.get('beacon-overrides')).toContain(`${id}.2`);
    expect((await box.ask('/overrides')).body.statements.length).toBeGreaterThan(0);
    now += 31 * 60_000;
    expect(await name()).toBe('');
    expect((await box.ask('/overrides')).body).toEqual({ statements: [] });
  });
});
