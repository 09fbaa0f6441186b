import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/base/digest.ts';
import { type Desk, deskOf, type TestServer, testServer } from '../support/server.ts';

let running: TestServer;
let editor: Desk;
let viewer: Desk;
let campaignId: number;
const NOW = Date.parse('2027-02-10T02:00:00Z');

beforeAll(async () => {
  running = await testServer(() => NOW);
  [editor, viewer] = await Promise.all([deskOf(running, 'editor'), deskOf(running, 'viewer')]);
  const period = { fromDate: '2027-02-01', toDate: '2027-02-28' };
  campaignId = (await editor.ask('POST', '/api/campaigns', { name: '春节', ...period })).body.id;
  const fleet =
    'id,name,kind,area,time_zone,opening_hours,audience_per_hour,dwell_seconds,place_class,owner\n' +
    'A-1,电视,tv,交通街道,Asia/Shanghai,Mo-Su 00:00-24:00,60,30,lobby,x\n';
  const made = await editor.ask('POST', '/api/endpoints/import', fleet, { 'content-type': 'text/csv' });
  expect(made.body).toMatchObject({ created: 1, failed: [] });
});
afterAll(() => running.stop());

const draft = (over: object = {}) => ({
  campaignId,
  channel: 'sms',
  count: 1200,
  fromDate: '2027-02-05',
  toDate: '2027-02-05',
  source: '移动公司回执',
  ...over,
});
const enter = (over: object = {}) => editor.ask('POST', '/api/tallies', draft(over));
const sumOf = async (channel: string, query = '') => {
  const { body } = await viewer.ask('GET', `/api/tallies?campaignId=${campaignId}${query}`);
  return body.sums.find((sum: { channel: string }) => sum.channel === channel);
};
const put = (bytes: Uint8Array | string, fileName = 'x') =>
  editor.ask('POST', `/api/evidence?fileName=${encodeURIComponent(fileName)}`, bytes, {
    'content-type': 'application/octet-stream',
  });

describe('POST /api/tallies', () => {
  test('enters a tally that viewers read, summed within its channel alone', async () => {
    const made = await enter({ count: 7, channel: 'poster' });
    expect(made).toMatchObject({ status: 201, body: { count: 7, replacesId: null, replacedById: null } });
    await enter({ count: 5, channel: 'poster', source: '社区' });
    await enter({ count: 3, channel: 'inspection' });
    expect(await sumOf('poster')).toMatchObject({ count: 12, tallies: 2, sources: ['社区', '移动公司回执'] });
    expect(await sumOf('inspection')).toMatchObject({ count: 3, zh: '检查' });
  });

  test('counts a tally in the period of its last date and in no other', async () => {
    await enter({ channel: 'householdVisit', count: 9, fromDate: '2027-02-01', toDate: '2027-02-08' });
    expect((await sumOf('householdVisit', '&from=2027-02-01&to=2027-02-07')).count).toBe(0);
    expect((await sumOf('householdVisit', '&from=2027-02-08&to=2027-02-14')).count).toBe(9);
  });

  test.each([
    ['a viewer', 'role.insufficient', {}],
    ['an unknown channel', 'request.invalid', { channel: 'pigeon' }],
    ['a negative count', 'request.invalid', { count: -1 }],
    ['half a message', 'request.invalid', { count: 1.5 }],
    ['dates in reverse', 'request.invalid', { toDate: '2027-02-04' }],
    ['a day that is not', 'request.invalid', { fromDate: '2027-02-30' }],
    ['nobody who says so', 'request.invalid', { source: ' ' }],
    ['an unknown campaign', 'campaign.unknown', { campaignId: 99_999 }],
    ['an unknown area', 'request.invalid', { areaId: 99_999 }],
    ['evidence that nobody handed in', 'evidence.unknown', { evidenceSha256: 'a'.repeat(64) }],
  ])('refuses %s with %s', async (who, code, over) => {
    const desk = who === 'a viewer' ? viewer : editor;
    expect((await desk.ask('POST', '/api/tallies', draft(over))).body).toMatchObject({ code });
  });
});

describe('PUT /api/tallies/{id}', () => {
  test('puts a new entry in the place of the old one, which stays readable and counts no more', async () => {
    const old = (await enter({ channel: 'wechatGroup', count: 100 })).body;
    const { campaignId: _, ...fields } = draft({ channel: 'wechatGroup', count: 80, reason: '重复计数' });
    const fixed = await editor.ask('PUT', `/api/tallies/${old.id}`, fields);
    expect(fixed).toMatchObject({ status: 200, body: { replacesId: old.id, count: 80, reason: '重复计数' } });
    expect((await sumOf('wechatGroup')).count).toBe(80);
    const { body } = await viewer.ask('GET', `/api/tallies?campaignId=${campaignId}&history=true`);
    expect(body.tallies.find((one: { id: number }) => one.id === old.id)).toMatchObject({
      count: 100,
      replacedById: fixed.body.id,
    });
    expect(body.sums.find((sum: { channel: string }) => sum.channel === 'wechatGroup').count).toBe(80);
    const administrator = await deskOf(running, 'administrator');
    const log = (await administrator.ask('GET', '/api/audit')).body;
    expect(JSON.stringify(log)).toContain('tally.correct');
  });

  test('lets one of two corrections at the same time win', async () => {
    const old = (await enter({ count: 1 })).body;
    const { campaignId: _, ...fields } = draft({ count: 2, reason: 'x' });
    const both = await Promise.all([1, 2].map(() => editor.ask('PUT', `/api/tallies/${old.id}`, fields)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'tally.replaced' });
    expect((await editor.ask('PUT', '/api/tallies/99999', fields)).body).toMatchObject({
      code: 'tally.unknown',
    });
  });

  test('is the only way: the database itself refuses to change or delete an entry', async () => {
    const { database } = running;
    for (const act of [sql`update tallies set count = 0`, sql`delete from tallies`, sql`truncate tallies`]) {
      await expect(database.db.execute(act)).rejects.toMatchObject({
        cause: { message: 'the table tallies is append only' },
      });
    }
  });
});

describe('POST /api/tallies/import', () => {
  const importCsv = (bytes: Uint8Array | string, id = campaignId) =>
    editor.ask('POST', `/api/tallies/import?campaignId=${id}`, bytes, { 'content-type': 'text/csv' });

  test('takes the good rows, names the lines of the bad, and a second time changes nothing', async () => {
    const before = (await sumOf('sms')).count;
    const table = [
      '渠道,数量,开始日期,结束日期,街道,来源,备注',
      '短信,"12,000",2027/2/6,,交通街道,联通,第一批',
      '短信,500,2027年2月7日,2027年2月8日,,联通,',
      '短信,500,2027年2月7日,2027年2月8日,,联通,',
      '飞鸽,5,2027-02-07,,,联通,',
      '短信,五百,2027-02-07,,,联通,',
      '短信,5,2027-02-07,,无此街道,联通,',
      '短信,5,2027-02-07,2027-02-06,,联通,',
    ].join('\r\n');
    const first = await importCsv(table);
    expect(first.body).toMatchObject({ created: 3, unchanged: 0 });
    expect(first.body.failed.map(({ line }: { line: number }) => line)).toEqual([5, 6, 7, 8]);
    expect((await sumOf('sms')).count).toBe(before + 13_000);
    expect((await importCsv(table)).body).toMatchObject({ created: 0, unchanged: 3 });
    expect((await sumOf('sms')).count).toBe(before + 13_000);
  });

  test('leaves a row corrected that a person has corrected since', async () => {
    const table = 'channel,count,from,source\nposter,40,2027-02-09,印刷厂\n';
    await importCsv(table);
    const { body } = await viewer.ask(
      'GET',
      `/api/tallies?campaignId=${campaignId}&from=2027-02-09&to=2027-02-09`,
    );
    const { campaignId: _, ...fields } = draft({ channel: 'poster', count: 38, reason: '损坏 2 张' });
    await editor.ask('PUT', `/api/tallies/${body.tallies[0].id}`, fields);
    const before = (await sumOf('poster')).count;
    expect((await importCsv(table)).body).toMatchObject({ created: 0, unchanged: 1 });
    expect((await sumOf('poster')).count).toBe(before);
  });

  test('reads GBK as Excel writes it', async () => {
    const gbk = Buffer.concat([
      Buffer.from('channel,count,from,source\nposter,1,2027-02-03,'),
      Buffer.from([0xbd, 0xd6, 0xb5, 0xc0]),
    ]);
    expect((await importCsv(gbk)).body).toMatchObject({ created: 1, failed: [] });
    expect((await sumOf('poster', '&from=2027-02-03&to=2027-02-03')).sources).toEqual(['街道']);
  });

  test('refuses what is no table, and a campaign that is not', async () => {
    const code = async (bytes: Uint8Array | string, id?: number) => (await importCsv(bytes, id)).body.code;
    expect(await code('count\n1')).toBe('tally.unreadable');
    expect(await code('channel,count,from,source\n')).toBe('tally.unreadable');
    expect(await code(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))).toBe('tally.unreadable');
    expect(await code('channel,count,from,source\nsms,1,2027-02-03,x', 99_999)).toBe('campaign.unknown');
  });
});

describe('POST /api/evidence', () => {
  const pdf = Buffer.from('%PDF-1.7\nreceipt <script>alert(1)</script>');

  test('keeps a file under its hash and gives it back to save, never to show', async () => {
    const kept = await put(pdf, '../回执 "1".pdf');
    expect(kept).toMatchObject({
      status: 201,
      body: { sha256: sha256Hex(pdf), type: 'application/pdf', fileName: '回执 "1".pdf', bytes: pdf.length },
    });
    expect((await put(pdf, 'again.pdf')).body).toEqual(kept.body);
    const tally = await enter({ evidenceSha256: kept.body.sha256, channel: 'inspection', count: 1 });
    expect(tally.body.evidenceSha256).toBe(kept.body.sha256);
    expect((await sumOf('inspection')).withEvidence).toBe(1);
    const got = await viewer.ask('GET', `/api/evidence/${kept.body.sha256}`);
    expect(got.body).toBe(pdf.toString());
    expect(got.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''%E5%9B%9E/);
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    expect(got.headers.get('content-security-policy')).toContain('sandbox');
  });

  test.each([
    ['a web page', '<html><script>alert(1)</script></html>'],
    ['a drawing that can run scripts', '  <svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['a program', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])],
    ['an archive that is no workbook', new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0])],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s whatever its name says', async (_, bytes) => {
    expect((await put(bytes, 'evidence.pdf')).body).toMatchObject({ code: 'evidence.notAccepted' });
  });

  test('refuses more than 20 MiB', async () => {
    const answer = await put(Buffer.concat([pdf, Buffer.alloc(20 * 1_048_576)]));
    expect(answer.body).toMatchObject({ code: 'request.tooLarge', status: 413 });
  });

  test('leaves no trouble in the log', () => {
    expect(running.troubles).toEqual([]);
  });
});
