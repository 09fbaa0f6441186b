import { OpenAPIHono } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { noSuch, Refusal } from '../../src/base/refusal.ts';
import { comparisonSchema } from '../../src/impressions/comparison.ts';
import { comparisonRoutes } from '../../src/impressions/comparison-routes.ts';
import type { Sums } from '../../src/impressions/report-figures.ts';
import type { ReportScope } from '../../src/impressions/report-store.ts';
import { BARE_AUDIENCE, seenBy } from './an-exposure.ts';

const sums = (key: string, completed: number): Sums => ({
  key,
  label: `area ${key}`,
  promised: 100,
  promisedMs: 1_000_000,
  completed,
  cut: 0,
  failed: 0,
  airtimeMs: completed * 10_000,
  accounted: completed,
  accountedMs: completed * 10_000,
  exposures: seenBy(completed),
});

/** The routes over two periods: 80 and 5 plays in the later, 50 and 60 in the earlier. */
function app() {
  const asked: ReportScope[] = [];
  const reports = {
    async sums(scope: ReportScope) {
      asked.push(scope);
      const isLater = scope.from >= '2027-02-08';
      const rows = isLater ? [sums('1', 80), sums('3', 5)] : [sums('1', 50), sums('2', 60)];
      return { rows, audience: BARE_AUDIENCE };
    },
    campaign: () => Promise.reject(noSuch('campaign.unknown', 1)),
    campaignsNamed: async () => [],
    totals: async () => ({ playsPromised: 0, playsCounted: 0 }),
  };
  const whole = new OpenAPIHono();
  whole.route('/', comparisonRoutes({ reports, clock: () => Date.UTC(2027, 2, 1) }));
  whole.onError((error, c) => c.json({ code: error instanceof Refusal ? error.code : String(error) }, 400));
  const ask = async (query: string) => (await whole.request(`/api/reports/comparison?${query}`)).json();
  return { ask, asked };
}

describe('GET /api/reports/comparison', () => {
  test('sets a week beside the week before it, with the coverage of both', async () => {
    const { ask, asked } = app();
    const answer = comparisonSchema.parse(await ask('from=2027-02-08&to=2027-02-14'));
    expect(asked.map(({ from, to }) => [from, to])).toEqual([
      ['2027-02-08', '2027-02-14'],
      ['2027-02-01', '2027-02-07'],
    ]);
    expect(answer).toMatchObject({
      sameLength: true,
      earlier: { from: '2027-02-01', to: '2027-02-07', days: 7 },
      totals: {
        later: { playsCounted: 85, coverage: 0.425 },
        earlier: { playsCounted: 110, coverage: 0.55 },
        change: { playsCounted: { by: -25, share: -0.2273 }, impressionsBest: { by: -7 } },
      },
    });
  });

  test('shows what is only in one of the periods, and has no share of nothing', async () => {
    const { rows } = comparisonSchema.parse(await app().ask('from=2027-02-08&to=2027-02-14'));
    expect(rows.map(({ key, change }) => [key, change.playsCounted.by, change.playsCounted.share])).toEqual([
      ['2', -60, -1],
      ['1', 30, 0.6],
      ['3', 5, null],
    ]);
    expect(rows[0]).toMatchObject({ later: null, earlier: { playsCounted: 60 } });
    expect(rows[2]).toMatchObject({ earlier: null, label: 'area 3' });
  });

  test('says when the periods differ in length', async () => {
    const answer = await app().ask(
      'from=2027-02-08&to=2027-02-14&earlierFrom=2027-01-01&earlierTo=2027-01-31',
    );
    expect(answer).toMatchObject({ sameLength: false, earlier: { days: 31 } });
  });

  test.each([
    'from=2027-02-08',
    'from=2027-02-08&to=2027-02-01',
    'from=2027-02-08&to=2027-02-14&earlierTo=2027-01-01',
    'from=2027-02-08&to=2027-02-14&by=hour',
  ])('refuses to compare ?%s', async (query) => {
    expect(await app().ask(query)).toEqual({ code: 'request.invalid' });
  });
});
