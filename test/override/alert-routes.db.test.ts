import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alertFolder } from '../../src/override/alert-folder-files.ts';
import { type Desk, deskOf, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';
import { aBox } from './a-box.ts';
import { type AlertWords, capXml } from './an-alert.ts';

const NOW = Date.parse('2027-02-05T10:00:30+08:00');
const SENT = '2027-02-05T10:00:00+08:00';
let now = NOW;
let running: TestServer;
let operator: Desk;
let administrator: Desk;
let screen: number;
let area: number;
let last = 0;
let identifier: string;

beforeAll(async () => {
  running = await testServer(() => now);
  const world = worldOf(running.database);
  area = await world.area('东城');
  screen = await world.endpoint({ kind: 'screen', areaId: area, longitude: 111.6, latitude: 40.8 });
  await world.endpoint({ kind: 'tv', longitude: 113, latitude: 40 });
  await running.database.bell.ring('endpoints', 'all');
  await running.server.board.refresh();
  [operator, administrator] = await Promise.all([
    deskOf(running, 'operator'),
    deskOf(running, 'administrator'),
  ]);
});
afterAll(async () => {
  expect(running.troubles).toEqual([]);
  await running.stop();
});
beforeEach(() => {
  last += 1;
  identifier = `A-${last}`;
});

const post = (xml: string, type = 'application/xml', by = operator) =>
  by.ask('POST', '/api/alerts/cap', xml, { 'content-type': type });
const take = async (words: Partial<AlertWords> = {}) => {
  const answer = await post(capXml({ identifier, ...words }));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const override = async (id: number) => (await operator.ask('GET', `/api/overrides/${id}`)).body;
const name = (of = identifier, sent = SENT) => `met@example.cn,${of},${sent}`;
const live = async () => (await operator.ask('GET', '/api/overrides?state=live')).body.overrides.length;

describe('POST /api/alerts/cap', () => {
  test('puts an alert on the screens inside its area at once when a rule says so, and takes it off by a Cancel', async () => {
    const stream = await (await aBox(running, screen)).listen();
    const taken = await take();
    expect(taken).toMatchObject({
      isNew: true,
      verdict: 'fired',
      reasons: [],
      signature: 'none',
      source: 'http',
    });
    const [id] = taken.overrideIds;
    expect(await stream.until(({ overrideId }) => overrideId === id)).toMatchObject({
      action: 'raise',
      severity: 'extreme',
      endpoints: [screen],
      show: { kind: 'text', title: '森林火灾红色预警', lang: 'zh-CN' },
    });
    const cancel = await take({
      identifier: `${identifier}-C`,
      msgType: 'Cancel',
      references: name(),
      infos: [],
    });
    expect(cancel).toMatchObject({ verdict: 'ended' });
    expect(await stream.until(({ serial }) => serial === 2)).toMatchObject({
      overrideId: id,
      action: 'withdraw',
    });
    expect(await override(id)).toMatchObject({ state: 'withdrawn', endReason: `Cancel ${identifier}-C` });
    const { entries } = (await administrator.ask('GET', '/api/audit?limit=5')).body;
    expect(entries.map((entry: { action: string }) => entry.action)).toContain('alert.take');
    stream.close();
  });

  test('knows an alert again, however often and in whatever offset it comes', async () => {
    const first = await take();
    const again = await take();
    const elsewhere = await take({ sent: '2027-02-05T02:00:00+00:00' });
    for (const repeated of [again, elsewhere])
      expect(repeated).toMatchObject({ isNew: false, id: first.id, overrideIds: first.overrideIds });
    await operator.ask('POST', `/api/overrides/${first.overrideIds[0]}/withdraw`, {});
  });

  test('raises once when the same alert comes in twenty times at once', async () => {
    const before = await live();
    const answers = await Promise.all(Array.from({ length: 20 }, () => take()));
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await live()).toBe(before + 1);
    await operator.ask('POST', `/api/overrides/${answers[0].overrideIds[0]}/withdraw`, {});
  });

  test('takes up again what a server that died had only kept', async () => {
    const first = await take();
    await running.database.sql`update alerts set verdict = null, override_ids = '{}' where id = ${first.id}`;
    const again = await take();
    expect(again).toMatchObject({ isNew: false, verdict: 'fired', overrideIds: first.overrideIds });
    await operator.ask('POST', `/api/overrides/${first.overrideIds[0]}/withdraw`, {});
  });

  test('remembers a Cancel that comes before its Alert', async () => {
    const cancel = { identifier: `${identifier}-C`, msgType: 'Cancel', references: name(), infos: [] };
    expect(await take(cancel)).toMatchObject({ verdict: 'logged', reasons: ['nothingToEnd'] });
    expect(await take()).toMatchObject({ verdict: 'logged', reasons: ['superseded'], overrideIds: [] });
  });

  test('does not let another sender, or an exercise, cancel an alert', async () => {
    const { overrideIds } = await take();
    const cancel = { msgType: 'Cancel', references: name(), infos: [] };
    await take({ ...cancel, identifier: `${identifier}-X`, sender: 'stranger@example.cn' });
    await take({ ...cancel, identifier: `${identifier}-Y`, status: 'Exercise' });
    expect((await override(overrideIds[0])).state).toBe('live');
    await take({ ...cancel, identifier: `${identifier}-Z` });
    expect((await override(overrideIds[0])).state).toBe('withdrawn');
  });

  test('replaces by an Update, without a moment in which neither is on', async () => {
    const box = await aBox(running, screen);
    const stream = await box.listen();
    const {
      overrideIds: [old],
    } = await take();
    await stream.until(({ overrideId }) => overrideId === old);
    const update = await take({
      identifier: `${identifier}-U`,
      msgType: 'Update',
      references: name(),
      infos: [{ headline: '火势扩大' }],
    });
    const [id] = update.overrideIds;
    await stream.until(({ overrideId, serial }) => overrideId === old && serial === 2);
    const order = stream.heard
      .filter(({ overrideId }) => overrideId === old || overrideId === id)
      .map(({ overrideId, action }) => `${overrideId} ${action}`);
    expect(order).toEqual([`${old} raise`, `${id} raise`, `${old} withdraw`]);
    expect(await override(old)).toMatchObject({
      state: 'withdrawn',
      endReason: `replaced by override ${id}`,
    });
    const over = await take({
      identifier: `${identifier}-V`,
      msgType: 'Update',
      references: name(`${identifier}-U`),
      infos: [{ severity: 'Minor' }],
    });
    expect(over).toMatchObject({ verdict: 'ended', reasons: ['rule'] });
    expect((await override(id)).state).toBe('withdrawn');
    stream.close();
  });

  test('waits for a person where a rule says so, and then goes on the air by an ordinary confirmation', async () => {
    const taken = await take({ infos: [{ severity: 'Severe' }] });
    expect(taken.verdict).toBe('asked');
    const [id] = taken.overrideIds;
    expect(await override(id)).toMatchObject({ state: 'proposed', severity: 'severe' });
    now += 20 * 60_000;
    expect((await operator.ask('POST', `/api/overrides/${id}/confirm`)).body.state).toBe('live');
    await operator.ask('POST', `/api/overrides/${id}/withdraw`, {});
    now = NOW;
  });

  test('shows an exercise as a marked drill, and a test nowhere', async () => {
    const exercise = await take({ status: 'Exercise' });
    expect(await override(exercise.overrideIds[0])).toMatchObject({ state: 'live', drill: true });
    await operator.ask('POST', `/api/overrides/${exercise.overrideIds[0]}/withdraw`, {});
    const silent = await take({ identifier: `${identifier}-T`, status: 'Test' });
    expect(silent).toMatchObject({ verdict: 'logged', reasons: ['status'], overrideIds: [] });
  });

  test('logs an alert for places where we have no screen', async () => {
    const far = '<circle>10.0,10.0 1</circle>';
    expect(await take({ infos: [{ areas: [far] }] })).toMatchObject({
      verdict: 'logged',
      reasons: ['noEndpoint'],
    });
  });

  test('follows the table of codes that staff keep', async () => {
    const code = '<geocode><valueName>GB/T 2260</valueName><value>150102</value></geocode>';
    const codes = [{ valueName: 'GB/T 2260', value: '150102', areaId: area }];
    expect((await take({ infos: [{ areas: [code] }] })).verdict).toBe('asked');
    expect((await operator.ask('PUT', '/api/alert-areas', { codes })).body).toEqual({ codes });
    const taken = await take({ identifier: `${identifier}-2`, infos: [{ areas: [code] }] });
    expect((await override(taken.overrideIds[0])).endpoints).toMatchObject([{ endpointId: screen }]);
    await operator.ask('POST', `/api/overrides/${taken.overrideIds[0]}/withdraw`, {});
    const strange = [{ valueName: 'x', value: 'y', areaId: 999_999 }];
    expect((await operator.ask('PUT', '/api/alert-areas', { codes: strange })).body.code).toBe(
      'request.invalid',
    );
  });

  test('demands a signature of senders whose key is known, and of all where the setting says so', async () => {
    const settings = (await administrator.ask('GET', '/api/alert-settings')).body;
    const pem = `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(60)}\n-----END PUBLIC KEY-----`;
    const put = (change: object) =>
      administrator.ask('PUT', '/api/alert-settings', { ...settings, ...change });
    expect((await put({ keys: [{ sender: 'met@example.cn', pem }] })).status).toBe(200);
    expect(await post(capXml({ identifier }))).toMatchObject({
      status: 403,
      body: { code: 'alert.badSignature' },
    });
    await put({ requireSignature: true });
    expect((await post(capXml({ identifier }))).body.code).toBe('alert.badSignature');
    expect((await put({})).body).toEqual(settings);
    expect((await operator.ask('PUT', '/api/alert-settings', settings)).status).toBe(403);
  });

  test('refuses what is no alert, and a hundred megabytes before they are sent', async () => {
    expect((await post('<!DOCTYPE a><a/>')).body.code).toBe('alert.unreadable');
    expect((await post('{}', 'application/json')).body.code).toBe('request.unsupportedType');
    expect((await post(capXml({ identifier }), undefined, await deskOf(running, 'editor'))).status).toBe(403);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${running.url}/api/alerts/cap`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${operator.token}`,
          'content-type': 'application/xml',
          'content-length': 104_857_600,
        },
      });
      sent.on('response', (answer) => resolve(answer.resume().statusCode));
      sent.on('error', reject);
      sent.write('<alert>');
    });
    expect(status).toBe(413);
  });

  test('tells what came in, with the XML as received', async () => {
    const { id } = await take({ status: 'Draft' });
    const { alerts } = (await operator.ask('GET', '/api/alerts?limit=1')).body;
    expect(alerts).toMatchObject([{ id, identifier, headline: '森林火灾红色预警' }]);
    expect((await operator.ask('GET', `/api/alerts/${id}`)).body.xml).toBe(
      capXml({ identifier, status: 'Draft' }),
    );
    expect((await operator.ask('GET', '/api/alerts/999999')).body.code).toBe('alert.unknown');
  });
});

describe('GET /api/alerts', () => {
  test('narrows the alerts to a verdict and to a part of headline, sender or identifier, taken as it is written', async () => {
    await take({ identifier: 'narrow_1', status: 'Test' });
    const found = async (query: string) =>
      (await operator.ask('GET', `/api/alerts?${query}`)).body.alerts.map(
        (alert: { identifier: string }) => alert.identifier,
      );
    expect(await found('q=NARROW_')).toEqual(['narrow_1']);
    expect(await found('q=narrow%25')).toEqual([]);
    expect(await found('q=narrow&verdict=logged')).toEqual(['narrow_1']);
    expect(await found('q=narrow&verdict=fired')).toEqual([]);
    expect((await operator.ask('GET', '/api/alerts?verdict=odd')).status).toBe(422);
  });
});

describe('alertFolder', () => {
  test('takes files that rest, oldest first, puts them away, and says why it refused one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beacon-alerts-'));
    const taken: string[] = [];
    const watched = await alertFolder(
      folder,
      async (bytes) => {
        taken.push(Buffer.from(bytes).toString().slice(0, 15));
        await running.server.overrides.intake.take(bytes, { source: 'folder', actor: 'system' });
      },
      () => now,
    );
    const put = async (file: string, text: string, at: number) => {
      await writeFile(join(folder, file), text);
      await utimes(join(folder, file), new Date(at), new Date(at));
    };
    await put('b.xml', capXml({ identifier: `${identifier}-b`, status: 'Test' }), now - 9_000);
    await put('a.xml', '<not-an-alert/>', now - 5_000);
    await put('still-written.xml', capXml({ identifier: `${identifier}-c` }), now - 10);
    await put('note.txt', 'x', now - 60_000);
    await watched.look();
    expect(taken).toEqual(['<?xml version="', '<not-an-alert/>']);
    const [kept] = (await operator.ask('GET', '/api/alerts?limit=1')).body.alerts;
    expect(kept).toMatchObject({ identifier: `${identifier}-b`, source: 'folder', receivedBy: 'system' });
    expect((await readdir(folder)).sort()).toEqual([
      'done',
      'note.txt',
      'refused',
      'still-written.xml',
      'taken',
    ]);
    expect(await readdir(join(folder, 'done'))).toEqual(['b.xml']);
    expect(await readFile(join(folder, 'refused', 'a.xml.txt'), 'utf8')).toContain('alert.unreadable');
    expect(await readdir(join(folder, 'taken'))).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
