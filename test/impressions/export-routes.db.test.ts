import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRoutes } from '../../src/impressions/export-routes.ts';
import { exportStore } from '../../src/impressions/export-store.ts';
import { makeReport } from '../../src/impressions/report-flow.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { roomApp } from '../support/room-app.ts';
import { NOW, type PlayedHour, playedHour } from './a-played-hour.ts';

let world: PlayedHour;
let room: ReturnType<typeof roomApp>;

beforeAll(async () => {
  world = await playedHour();
  await world.database
    .sql`update endpoints set name = '=1+1, "east"' where id = ${world.fleet[1]?.endpointId ?? 0}`;
  room = roomApp([exportRoutes({ exports: exportStore(world.database.sql) })]);
});
afterAll(() => world.database.close());

const ask = (query: string, method = 'GET', from = '2027-02-01') =>
  room.app.request(`/api/reports/export?from=${from}&to=2027-02-28&${query}`, {
    method,
    headers: { authorization: 'Bearer ann.viewer' },
  });

/** The lines as records by the names of the header; no cell here has a comma but the endpoint's. */
async function records(query: string): Promise<Record<string, string>[]> {
  const bytes = await (await ask(query)).arrayBuffer();
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  expect(room.faults).toEqual([]);
  expect(text.startsWith('\ufeff')).toBe(true);
  expect(text.endsWith('\r\n')).toBe(true);
  const [header = '', ...lines] = text.slice(1, -2).split('\r\n');
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.match(/(?<=^|,)("(?:[^"]|"")*"|[^,]*)/g) ?? [];
    expect(cells).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

const report = async (query: object = {}) => {
  const clock = () => NOW;
  const period = { from: '2027-02-01', to: '2027-02-28' };
  return (
    await makeReport(reportStore(world.database.sql, clock), clock, { by: 'endpoint', ...period, ...query })
  ).totals;
};
const sum = (rows: readonly Record<string, string>[], name: string) =>
  rows.reduce((total, row) => total + Number(row[name]), 0);

describe('GET /api/reports/export', () => {
  it('tells every play once, in order, with a quantity that sums to the impressions of the report', async () => {
    const rows = await records('of=plays');
    const totals = await report();
    const [counted] = await world.database.sql<{ n: number }[]>`select count(*)::int as n from plays`;
    expect(rows).toHaveLength(counted?.n ?? 0);
    expect(rows.filter(({ outcome }) => outcome === 'completed')).toHaveLength(totals.playsCounted);
    expect(new Set(rows.map((row) => `${row.player_id} ${row.epoch_no} ${row.seq}`)).size).toBe(rows.length);
    const starts = rows.map((row) => row.started_at ?? '');
    expect(starts).toEqual(starts.toSorted());
    expect(Math.round(sum(rows, 'qty_multiplier'))).toBe(totals.impressions.best);
    expect(rows.find(({ outcome }) => outcome === 'failed')).toMatchObject({
      qty_multiplier: '',
      qty_sourcetype: '',
    });
    expect(rows[0]).toMatchObject({ local_time: '2027-02-05 19:00:00', qty_sourcetype: '2' });
  });

  it('tells each hour of an endpoint and booking with the quantity of one of its plays', async () => {
    const rows = await records('of=hours');
    const totals = await report();
    expect([sum(rows, 'completed'), sum(rows, 'cut'), sum(rows, 'failed'), sum(rows, 'airtime_ms')]).toEqual([
      totals.playsCounted,
      totals.playsCut,
      totals.playsFailed,
      totals.airtimeMs,
    ]);
    for (const bound of ['low', 'best', 'high'] as const) {
      expect(Math.round(sum(rows, `impressions_${bound}`))).toBe(totals.impressions[bound]);
    }
    expect(Math.round(sum(rows, 'opportunities'))).toBe(totals.opportunities);
    const whole = rows.reduce(
      (all, row) => all + Number(row.qty_multiplier) * (Number(row.completed) + Number(row.cut)),
      0,
    );
    expect(Math.round(whole)).toBe(totals.impressions.best);
    expect(rows.every((row) => row.qty_sourcetype === '2')).toBe(true);
    expect(rows[0]?.local_hour).toBe('2027-02-05 19:00');
  });

  it('narrows to a campaign and to an endpoint', async () => {
    const { campaignId, fleet } = world;
    const [first, second] = fleet;
    const ofCampaign = await records(`of=plays&campaignId=${campaignId}`);
    expect(ofCampaign.filter(({ outcome }) => outcome === 'completed')).toHaveLength(
      (await report({ campaignId })).playsCounted,
    );
    expect(new Set(ofCampaign.map((row) => row.campaign_id))).toEqual(new Set([String(campaignId)]));
    const ofSecond = await records(`of=hours&endpointId=${second?.endpointId}`);
    expect(sum(ofSecond, 'completed')).toBe((await report({ endpointId: second?.endpointId })).playsCounted);
    expect(await records(`of=plays&endpointId=${(first?.endpointId ?? 0) + 1_000}`)).toEqual([]);
  });

  it('writes names so that no spreadsheet runs them', async () => {
    const [row] = await records(`of=plays&endpointId=${world.fleet[1]?.endpointId}`);
    expect(row?.endpoint).toMatch(/^".* =1\+1, ""east"""$/);
    await world.database
      .sql`update endpoints set code = '=cmd' where id = ${world.fleet[1]?.endpointId ?? 0}`;
    const [armed] = await records(`of=hours&endpointId=${world.fleet[1]?.endpointId}`);
    expect(armed?.endpoint).toMatch(/^"'=cmd/);
  });

  it('lets two run at once, and another when one of them is broken off', async () => {
    const one = await ask('of=plays');
    const two = await ask('of=plays');
    const third = await ask('of=plays');
    expect(third.status).toBe(429);
    expect(await third.json()).toMatchObject({ code: 'request.tooMany' });
    await one.body?.cancel();
    const fourth = await ask('of=hours');
    expect(fourth.status).toBe(200);
    await Promise.all([two.text(), fourth.text()]);
    for (let head = 0; head < 3; head += 1) {
      expect((await ask('of=plays', 'HEAD')).status).toBe(200);
    }
  });

  it('refuses periods that are backwards or too long', async () => {
    expect((await ask('', 'GET', '2027-03-01')).status).toBe(422);
    expect((await ask('', 'GET', '2020-01-01')).status).toBe(422);
  });
});
