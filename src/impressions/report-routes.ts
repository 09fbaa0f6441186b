import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import type { Clock } from '../base/units.ts';
import { narrowed } from '../base/within.ts';
import { idListSchema } from '../contract/id-list.ts';
import type { Printer } from './print-files.ts';
import { alsoAsFiles, langQuery, savedAs, XLSX_TYPE } from './report-answers.ts';
import { playsReportSchema, reportBySchema } from './report-figures.ts';
import { makeReport, requirePeriod } from './report-flow.ts';
import { reportPage } from './report-page.ts';
import type { ReportStore } from './report-store.ts';
import { reportCsv } from './report-text.ts';
import type { WeekHours } from './week-hours-store.ts';
import { heatSchema, hoursOfWeek, otherChannelsSchema, wholeReportSchema } from './whole-report.ts';
import { makeWholeReport, otherChannels, type WholeReportSources } from './whole-report-flow.ts';
import { workbookOf } from './workbook-files.ts';

const tags = ['Reports 报表'];
const id = z.coerce.number<string>().int().positive().max(2_147_483_647).optional();
const date = z.iso.date().optional();

const querySchema = z.object({
  by: reportBySchema.default('campaign'),
  campaignId: id,
  endpointId: id,
  endpointIds: idListSchema.optional(),
  areaId: id,
  owner: z.string().max(200).optional(),
  from: date.openapi({ description: 'Local date at each endpoint, included' }),
  to: date.openapi({ description: 'Local date at each endpoint, included' }),
  format: z
    .enum(['json', 'csv', 'xlsx', 'pdf'])
    .default('json')
    .openapi({ description: '`pdf` shows all parts at once, whatever `by` says, marked as not issued' }),
  lang: langQuery,
});

const answerSchema = playsReportSchema.extend({
  /** Beside the impressions, never in them. Null for one endpoint. */
  otherChannels: otherChannelsSchema.nullable(),
});

/** Reports of plays and what they reached; for signed-in staff. */
export function reportRoutes(deps: {
  reports: ReportStore;
  weekHours: WeekHours;
  clock: Clock;
  sources: WholeReportSources;
  printer: Printer;
}) {
  const { reports, weekHours, clock, sources, printer } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/plays',
        tags,
        summary: 'Plays promised and counted, coverage, impressions; other channels beside them',
        description:
          'Without dates: the period of the campaign, else the last 31 days. Plays are measured; impressions are ' +
          'estimated by the formula in the report. Campaign 0 is filler and overrides. `otherChannels` holds the ' +
          'tallies of the period; they are never added to impressions.',
        request: { query: querySchema },
        responses: alsoAsFiles(answers(200, answerSchema, 'The report')),
      }),
      async (c) => {
        const { format, lang, endpointIds, ...asked } = c.req.valid('query');
        const query = { ...asked, within: narrowed(c.var.within, endpointIds) };
        if (format === 'pdf') {
          const { by: _, ...whole } = query;
          const report = await makeWholeReport(sources, whole);
          const hasCjkFont = await printer.hasCjkFont();
          const frame = { lang, hasCjkFont, number: null, issued: null, sha256: null };
          const name = `plays-${report.from}-${report.to}.pdf`;
          return c.body(
            await printer.print(reportPage(report, frame)),
            200,
            savedAs(name, 'application/pdf'),
          );
        }
        const made = await makeReport(reports, clock, query);
        const name = `plays-by-${made.by}-${made.from}-${made.to}`;
        if (format === 'csv') {
          return c.body(reportCsv(made), 200, savedAs(`${name}.csv`, 'text/csv; charset=utf-8'));
        }
        const { from, to } = made;
        const other = await otherChannels(sources.tallies, { ...query, from, to });
        if (format === 'json') return c.json({ ...made, otherChannels: other }, 200);
        const bytes = await workbookOf({ of: 'plays', report: made, other, lang });
        return c.body(bytes, 200, savedAs(`${name}.xlsx`, XLSX_TYPE));
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/whole',
        tags,
        summary: 'All parts of a report at once, not issued',
        description:
          'Days, areas, owners, assets, endpoints, hours of the week, reach, uptime, shortfalls with their causes and the ' +
          'other channels, as of one instant: what `POST /api/reports/issued` would freeze now.',
        request: {
          query: querySchema
            .omit({ by: true, format: true })
            .extend({ format: z.enum(['json', 'xlsx', 'pdf']).default('json') }),
        },
        responses: alsoAsFiles(answers(200, wholeReportSchema, 'The report')),
      }),
      async (c) => {
        const { format, lang, endpointIds, ...query } = c.req.valid('query');
        const within = narrowed(c.var.within, endpointIds);
        const report = await makeWholeReport(sources, { ...query, within });
        if (format === 'json') return c.json(report, 200);
        const head = { number: null, issued: null, sha256: null };
        const name = `report-${report.from}-${report.to}`;
        if (format === 'xlsx') {
          const bytes = await workbookOf({ of: 'whole', report, head, lang });
          return c.body(bytes, 200, savedAs(`${name}.xlsx`, XLSX_TYPE));
        }
        const page = reportPage(report, { ...head, lang, hasCjkFont: await printer.hasCjkFont() });
        return c.body(await printer.print(page), 200, savedAs(`${name}.pdf`, 'application/pdf'));
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/week-hours',
        tags,
        summary: 'Plays promised and counted by hour of the week',
        request: { query: z.object({ campaignId: id, from: z.iso.date(), to: z.iso.date() }) },
        responses: answers(
          200,
          z.object({ from: z.string(), to: z.string(), hours: z.array(heatSchema) }),
          'All 168 hours, Monday 0:00 first, by the clock of each endpoint',
        ),
      }),
      async (c) => {
        const { campaignId, from, to } = c.req.valid('query');
        requirePeriod({ from, to });
        const found = await weekHours.of({ campaignId, from, to, within: c.var.within });
        return c.json({ from, to, hours: hoursOfWeek(found) }, 200);
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
