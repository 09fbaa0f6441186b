import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import type { Clock } from '../base/units.ts';
import { playsReportSchema, reportBySchema } from './report-figures.ts';
import { makeReport } from './report-flow.ts';
import type { ReportStore } from './report-store.ts';
import { reportCsv } from './report-text.ts';

const tags = ['Reports 报表'];
const id = z.coerce.number<string>().int().positive().max(2_147_483_647).optional();
const date = z.iso.date().optional();

const querySchema = z.object({
  by: reportBySchema.default('campaign'),
  campaignId: id,
  endpointId: id,
  areaId: id,
  from: date.openapi({ description: 'Local date at each endpoint, included' }),
  to: date.openapi({ description: 'Local date at each endpoint, included' }),
  format: z.enum(['json', 'csv']).default('json'),
});

/** Reports of plays and what they reached; for signed-in staff. */
export function reportRoutes(deps: { reports: ReportStore; clock: Clock }) {
  const { reports, clock } = deps;
  const report = answers(200, playsReportSchema, 'The report');
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/plays',
        tags,
        summary: 'Plays promised and counted, coverage, impressions',
        description:
          'Without dates: the period of the campaign, else the last 31 days. Plays are measured; impressions are ' +
          'estimated by the formula in the report. Campaign 0 is filler and overrides.',
        request: { query: querySchema },
        responses: {
          ...report,
          200: {
            ...report[200],
            content: { ...report[200].content, 'text/csv': { schema: z.string() } },
          },
        },
      }),
      async (c) => {
        const { format, ...query } = c.req.valid('query');
        const made = await makeReport(reports, clock, query);
        if (format === 'json') return c.json(made, 200);
        return c.body(reportCsv(made), 200, {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="plays-by-${made.by}-${made.from}-${made.to}.csv"`,
        });
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/totals',
        tags,
        summary: 'All plays promised and counted so far',
        responses: answers(200, z.object({ playsPromised: z.int(), playsCounted: z.int() }), 'The totals'),
      }),
      async (c) => c.json(await reports.totals(), 200),
    );
}
