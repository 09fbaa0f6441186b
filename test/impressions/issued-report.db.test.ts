import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/base/digest.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/base/units.ts';
import { startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { playMonths } from '../../src/plays/play-months-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { addFleet, fileOf } from '../plays/a-fleet.ts';
import { type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';

/** 20:30 on 5 February in Shanghai; the promised hour began at 19:00. */
let now = Date.UTC(2027, 1, 5, 12, 30);
const HOUR = now - 90 * MINUTE_MS;
let running: TestServer;
let editor: Desk;
let viewer: Desk;
let campaignId = 0;
let bookingId = 0;
let player: { playerId: number; endpointId: number };

beforeAll(async () => {
  running = await testServer(() => now);
  [editor, viewer] = await Promise.all([deskOf(running, 'editor'), deskOf(running, 'viewer')]);
  const { sql } = running.database;
  const [first] = await addFleet(sql, 1, now - 30 * DAY_MS);
  if (!first) throw new Error('no fleet');
  player = first;
  const campaign = { name: '春节', fromDate: '2027-02-01', toDate: '2027-02-28' };
  campaignId = (await editor.ask('POST', '/api/campaigns', campaign)).body.id;
  const [playlist] = await sql<{ id: number }[]>`
    insert into playlists (name, created_by, created_at) values ('list', 'test', now()) returning id`;
  const [booking] = await sql<{ id: number }[]>`
    insert into bookings (campaign_id, playlist_id, name, selection, from_date, to_date, dayparts, rate_kind,
      rate_value, created_by, created_at)
    values (${campaignId}, ${playlist?.id ?? 0}, 'booking', '{}', '2027-02-01', '2027-02-28', '[]', 'perHour', 60,
      'test', now()) returning id`;
  bookingId = booking?.id ?? 0;
  const spots = Array.from({ length: 60 }, (_, n) => [n * MINUTE_MS, 10_000, fileOf(1), 1, bookingId]);
  await sql`insert into loops values ('hour', 3600000, ${JSON.stringify(spots)}::text::jsonb)`;
  const told = JSON.stringify([[fileOf(1), 1, bookingId, 10_000]]);
  await sql`update manifests set told = ${told}::text::jsonb where endpoint_id = ${player.endpointId}`;
  await sql`
    insert into programme values (${player.endpointId}, to_timestamp(${HOUR}::float8 / 1000),
      to_timestamp(${HOUR + HOUR_MS}::float8 / 1000), to_timestamp(${HOUR}::float8 / 1000), 'hour')`;
  await report(0, 40);
});
afterAll(() => running.stop());

/** The player reports the spots [from, to) of its hour. */
async function report(from: number, to: number): Promise<void> {
  const { sql } = running.database;
  const ingest = startIngest({
    plays: playStore(sql),
    months: playMonths(sql),
    told: toldStore(sql),
    places: placeStore(sql),
    clock: () => now,
    inFlight: 1,
  });
  const plays = Array.from({ length: to - from }, (_, n) => ({
    seq: from + n + 1,
    assetId: 1,
    bookingId,
    sha256: fileOf(1),
    startedAt: new Date(HOUR + (from + n) * MINUTE_MS).toISOString(),
    durationMs: 10_000,
    outcome: 'completed',
  }));
  const receipt = await ingest.receive(player, {
    epoch: 'first-epoch',
    clock: { now: new Date(now).toISOString() },
    plays,
  });
  expect(receipt).toMatchObject({ accepted: to - from, rejected: [] });
}

const tally = (over: object = {}) =>
  editor.ask('POST', '/api/tallies', {
    campaignId,
    channel: 'sms',
    count: 1_000,
    fromDate: '2027-02-04',
    toDate: '2027-02-04',
    source: '回执',
    ...over,
  });
const issue = (over: object = {}) =>
  editor.ask('POST', '/api/reports/issued', { campaignId, to: '2027-02-05', ...over });
const read = (number: number, query = '') => viewer.ask('GET', `/api/reports/issued/${number}${query}`);

describe('GET /api/reports/plays with other channels', () => {
  test('tells tallies beside impressions and adds them to nothing', async () => {
    const ask = () => viewer.ask('GET', `/api/reports/plays?by=day&campaignId=${campaignId}`);
    const before = (await ask()).body;
    await tally();
    const { otherChannels, ...after } = (await ask()).body;
    expect(otherChannels.sums.find((sum: { channel: string }) => sum.channel === 'sms')).toMatchObject({
      count: 1_000,
      tallies: 1,
    });
    expect(after).toEqual({ ...after, totals: before.totals, rows: before.rows });
    const one = await viewer.ask('GET', `/api/reports/plays?endpointId=${player.endpointId}`);
    expect(one.body.otherChannels).toBeNull();
  });

  test('gives a workbook to save', async () => {
    const answer = await viewer.ask(
      'GET',
      `/api/reports/plays?by=hour&campaignId=${campaignId}&format=xlsx&lang=en`,
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('spreadsheetml');
    expect(answer.headers.get('content-disposition')).toContain('plays-by-hour-2027-02-01-2027-02-28.xlsx');
    expect(answer.body.slice(0, 2)).toBe('PK');
  });
});

describe('POST /api/reports/issued', () => {
  test('freezes figures, who and when under a number, with the hash of the frozen bytes', async () => {
    const made = await issue({ title: '春节第一周' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      number: 1,
      cite: 'BT-2027-0001',
      title: '春节第一周',
      issuedByName: 'editor',
      issuedAt: '2027-02-05T12:30:00.000Z',
      intact: true,
      report: {
        periodWasOpen: true,
        totals: { playsPromised: 60, playsCounted: 40, playsUnknown: 20 },
        areas: [{ playsCounted: 40 }],
        days: [{ key: '2027-02-05' }],
        formula: { version: '2', audience: { version: 0 } },
      },
    });
    const { report } = made.body;
    const hot = report.hoursOfWeek.filter((cell: { promised: number }) => cell.promised > 0);
    expect(hot).toEqual([{ weekday: 5, hour: 19, promised: 60, counted: 40 }]);
    expect(report).toMatchObject({
      owners: [{ playsCounted: 40 }],
      assets: [{ playsCounted: 40 }],
      reach: { version: '1', best: null, population: null },
      uptime: { hoursPromised: 1, hoursUp: 1, share: 1 },
      shortfalls: { totals: { promised: 60, counted: 40, short: 20 } },
    });
    const whole = await viewer.ask('GET', `/api/reports/whole?campaignId=${campaignId}&to=2027-02-05`);
    expect({ ...whole.body, title: '春节第一周' }).toEqual(report);
    const frozen = await read(1, '?format=frozen');
    expect(sha256Hex(JSON.stringify(frozen.body))).toBe(made.body.sha256);
    expect(frozen.body).toEqual(report);
    expect((await viewer.ask('GET', '/api/reports/issued')).body.reports).toMatchObject([{ number: 1 }]);
  });

  test('numbers without gaps when several issue at once', async () => {
    const made = await Promise.all([issue(), issue(), issue()]);
    expect(made.map(({ body }) => body.number).sort()).toEqual([2, 3, 4]);
  });

  test.each([
    ['role.insufficient', 403, () => viewer.ask('POST', '/api/reports/issued', {})],
    ['session.missing', 401, () => send(`${running.url}/api/reports/issued/1`)],
    ['campaign.unknown', 404, () => issue({ campaignId: 99_999 })],
    ['request.invalid', 422, () => issue({ from: '2027-03-01' })],
    ['report.unknown', 404, () => read(99)],
  ])('refuses with %s', async (code, status, ask) => {
    expect(await ask()).toMatchObject({ status, body: { code } });
  });
});

describe('GET /api/reports/issued/{id}', () => {
  test('keeps its numbers when plays arrive days later, and says what is newer', async () => {
    const quiet = await read(1);
    expect(quiet.body.newer).toMatchObject({ exist: false, changed: 0, changes: [] });
    now += 5 * DAY_MS;
    expect((await read(1)).body.newer.exist).toBe(false);
    await report(40, 60);
    await tally({ count: 5, channel: 'poster' });
    const { body } = await read(1);
    expect(body.report).toEqual(quiet.body.report);
    expect(body).toMatchObject({
      intact: true,
      newer: { exist: true, checkedAt: '2027-02-10T12:30:00.000Z' },
    });
    expect(body.newer.changes).toEqual(
      expect.arrayContaining([
        { where: 'totals.playsCounted', label: '', issued: 40, now: 60 },
        { where: 'totals.playsUnknown', label: '', issued: 20, now: 0 },
        expect.objectContaining({ where: 'days.2027-02-05.playsCounted', issued: 40, now: 60 }),
        { where: 'otherChannels.poster', label: 'Posters', issued: 0, now: 5 },
      ]),
    );
    expect(body.newer.changes.map(({ where }: { where: string }) => where)).not.toContain(
      'totals.playsPromised',
    );
  });

  test('cannot be altered, not even in the database by mistake', async () => {
    const { sql } = running.database;
    await expect(sql`update issued_reports set title = 'x'`).rejects.toThrow('append only');
    await expect(sql`delete from issued_reports where number = 1`).rejects.toThrow('append only');
    await expect(sql`truncate issued_reports`).rejects.toThrow('append only');
  });

  test('says so when the frozen bytes were changed in spite of everything', async () => {
    const { sql } = running.database;
    await sql`alter table issued_reports disable trigger issued_reports_append_only`;
    await sql`update issued_reports set content = replace(content, '"playsCounted":40', '"playsCounted":90') where number = 2`;
    await sql`alter table issued_reports enable trigger issued_reports_append_only`;
    expect((await read(2)).body.intact).toBe(false);
    expect((await read(3)).body.intact).toBe(true);
  });

  test('gives the workbook of what was issued', async () => {
    const answer = await read(1, '?format=xlsx');
    expect(answer.headers.get('content-disposition')).toContain('BT-2027-0001.xlsx');
    expect(answer.body.slice(0, 2)).toBe('PK');
    expect(running.troubles).toEqual([]);
  });
});
