import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { wallClockOf } from '../base/local-time.ts';
import { localDateSchema } from '../campaigns/wall-time.ts';
import { idSchema } from '../contract/media-type.ts';
import type { Lang } from './formula-words.ts';
import type { IssuedReport, IssuedReports } from './issued-report-flow.ts';
import type { Printer } from './print-files.ts';
import { alsoAsFiles, langQuery, savedAs, XLSX_TYPE } from './report-answers.ts';
import { reportPage } from './report-page.ts';
import { reportNumber, wordsOf } from './report-words.ts';
import { HOME_ZONE } from './report-zone.ts';
import { changeSchema, wholeReportSchema } from './whole-report.ts';
import { workbookOf } from './workbook-files.ts';

const tags = ['Reports 报表'];

const headSchema = z.object({
  number: z.int().openapi({ description: 'From 1, without gaps' }),
  cite: z.string().openapi({ example: 'BT-2027-0012' }),
  title: z.string(),
  campaignId: idSchema.nullable(),
  issuedBy: z.string(),
  issuedByName: z.string(),
  issuedAt: z.iso.datetime(),
  sha256: z.string().openapi({ description: 'Of the frozen JSON (UTF-8), as `format=frozen` gives it' }),
});
const issuedSchema = headSchema
  .extend({
    intact: z.boolean().openapi({ description: 'The frozen bytes still have this SHA-256' }),
    report: wholeReportSchema,
    newer: z
      .object({
        exist: z.boolean(),
        checkedAt: z.iso.datetime(),
        changed: z.int(),
        changes: z.array(changeSchema),
      })
      .nullable()
      .openapi({ description: 'What the same report would say today; null in the answer to issuing' }),
  })
  .openapi('IssuedReport');

const draftSchema = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  campaignId: idSchema.optional(),
  endpointId: idSchema.optional(),
  areaId: idSchema.optional(),
  from: localDateSchema.optional(),
  to: localDateSchema.optional(),
});

/** Reports that were issued: frozen, numbered, never changed; for signed-in staff. */
export function issuedReportRoutes(deps: { issued: IssuedReports; printer: Printer }) {
  const { issued, printer } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/reports/issued',
        tags,
        summary: 'Issue a report: its figures are frozen under the next number',
        request: { body: jsonBody(draftSchema) },
        responses: answers(201, issuedSchema, 'Issued'),
      }),
      async (c) => {
        const made = await issued.issue(c.req.valid('json'), c.var.staff);
        return c.json({ ...made, cite: reportNumber(made.number, made.issuedAt), newer: null }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/issued',
        tags,
        summary: 'Issued reports, the latest first',
        responses: answers(200, z.object({ reports: z.array(headSchema) }), 'Without their content'),
      }),
      async (c) => {
        const reports = await issued.list();
        return c.json(
          { reports: reports.map((one) => ({ ...one, cite: reportNumber(one.number, one.issuedAt) })) },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/reports/issued/{id}',
        tags,
        summary: 'One issued report, by its number',
        description:
          'JSON also says whether newer figures exist and what changed: the report is made anew as of the instant ' +
          'of its issue. XLSX and PDF show what was issued. `frozen` gives the frozen bytes, whose SHA-256 was noted.',
        request: {
          params: idParam,
          query: z.object({
            format: z.enum(['json', 'frozen', 'xlsx', 'pdf']).default('json'),
            lang: langQuery,
          }),
        },
        responses: alsoAsFiles(answers(200, issuedSchema, 'The report as issued')),
      }),
      async (c) => {
        const { format, lang } = c.req.valid('query');
        const { frozen, ...found } = await issued.read(c.req.valid('param').id);
        const cite = reportNumber(found.number, found.issuedAt);
        if (format === 'frozen') return c.body(frozen, 200, savedAs(`${cite}.json`, 'application/json'));
        if (format === 'json') return c.json({ ...found, cite, newer: await issued.newerThan(found) }, 200);
        const head = headOf(found, lang);
        if (format === 'xlsx') {
          const bytes = await workbookOf({ of: 'whole', report: found.report, head, lang });
          return c.body(bytes, 200, savedAs(`${cite}.xlsx`, XLSX_TYPE));
        }
        const page = reportPage(found.report, { ...head, lang, hasCjkFont: await printer.hasCjkFont() });
        return c.body(await printer.print(page), 200, savedAs(`${cite}.pdf`, 'application/pdf'));
      },
    );
}

function headOf(report: IssuedReport, lang: Lang) {
  const at = wallClockOf(Date.parse(report.issuedAt), HOME_ZONE);
  return {
    number: reportNumber(report.number, report.issuedAt),
    issued: wordsOf(lang).issuedBy(report.issuedByName, `${at} (UTC+8)`),
    sha256: report.sha256,
  };
}
