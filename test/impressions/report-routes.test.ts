import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import { chromiumPrinter } from '../../src/impressions/print-files.ts';
import { playsReportSchema } from '../../src/impressions/report-figures.ts';
import { reportRoutes } from '../../src/impressions/report-routes.ts';
import type { ReportScope, ReportStore } from '../../src/impressions/report-store.ts';
import { BARE_AUDIENCE } from './an-exposure.ts';

const NOW = Date.UTC(2027, 1, 5, 17);

/** The routes alone over a store without rows, which remembers what it was asked for. */
function app() {
  const asked: ReportScope[] = [];
  const reports: ReportStore = {
    sums: async (scope) => {
      asked.push(scope);
      return { rows: [], audience: BARE_AUDIENCE };
    },
    campaign: async (id) => ({ id, name: '春节', from: '2027-02-01', to: '2027-02-28' }),
    campaignsNamed: async () => [],
    totals: async () => ({ playsPromised: 7, playsCounted: 5 }),
  };
  const whole = new OpenAPIHono();
  const clock = () => NOW;
  const missed = { shortfalls: async () => [], uptime: async () => [] };
  const sources = {
    storeAt: () => reports,
    shortfallsAt: () => missed,
    pools: async () => new Map(),
    tallies: { list: async () => [] },
    clock,
    productVersion: '1',
  };
  const weekHours = { of: async () => [{ key: '1 08:00', playsPromised: 7, playsCounted: 5 }] };
  whole.route('/', reportRoutes({ reports, weekHours, clock, sources, printer: chromiumPrinter(null) }));
  whole.onError((error, c) => c.json({ code: error instanceof Refusal ? error.code : String(error) }, 400));
  return { whole, asked };
}

describe('GET /api/reports/week-hours', () => {
  it('has all hours of the week, Monday 0:00 first, and refuses what is no period', async () => {
    const { whole } = app();
    const ask = (from: string) => whole.request(`/api/reports/week-hours?from=${from}&to=2027-02-05`);
    const { hours } = (await (await ask('2027-02-01')).json()) as { hours: unknown[] };
    expect(hours).toHaveLength(168);
    expect(hours[8]).toEqual({ weekday: 1, hour: 8, promised: 7, counted: 5 });
    for (const from of ['2027-02-06', '2020-01-01'])
      expect(await (await ask(from)).json()).toEqual({ code: 'request.invalid' });
  });
});

describe('GET /api/reports/plays', () => {
  it('covers the last 31 days up to the day in China when nothing else is said', async () => {
    const { whole, asked } = app();
    const response = await whole.request('/api/reports/plays');
    const report = playsReportSchema.parse(await response.json());
    expect(report).toMatchObject({ by: 'campaign', from: '2027-01-07', to: '2027-02-06', rows: [] });
    expect(report.totals.coverage).toBeNull();
    expect(report.formula).toMatchObject({ version: '2', audience: BARE_AUDIENCE });
    expect(asked).toHaveLength(1);
  });

  it('hands on every choice and takes the period of the campaign', async () => {
    const { whole, asked } = app();
    await whole.request('/api/reports/plays?by=hour&campaignId=3&endpointId=4&areaId=5');
    expect(asked).toEqual([
      { by: 'hour', campaignId: 3, endpointId: 4, areaId: 5, from: '2027-02-01', to: '2027-02-28' },
    ]);
  });

  it('gives CSV to download when asked', async () => {
    const { whole } = app();
    const response = await whole.request('/api/reports/plays?by=day&format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toContain('plays-by-day-2027-01-07-2027-02-06.csv');
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  it('refuses PDF in a sentence where no Chromium is installed', async () => {
    const { whole } = app();
    const response = await whole.request('/api/reports/plays?format=pdf&lang=en');
    expect(await response.json()).toEqual({ code: 'report.noPrinter' });
  });

  it.each(['by=moon', 'from=yesterday', 'to=2027-02-30', 'campaignId=x', 'endpointId=-1', 'format=xls'])(
    'refuses ?%s',
    async (query) => {
      const { whole, asked } = app();
      const response = await whole.request(`/api/reports/plays?${query}`);
      expect(await response.json()).toEqual({ code: 'request.invalid' });
      expect(asked).toEqual([]);
    },
  );
});

describe('GET /api/reports/totals', () => {
  it('answers with the two counts', async () => {
    const { whole } = app();
    expect(await (await whole.request('/api/reports/totals')).json()).toEqual({
      playsPromised: 7,
      playsCounted: 5,
    });
  });
});
