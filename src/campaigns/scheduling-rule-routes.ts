import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import { otherwise, partsOf } from '../base/issue-words.ts';
import { Refusal } from '../base/refusal.ts';
import { HOLIDAY_YEARS, holidaySchema, usualHolidays } from './holiday.ts';
import type { SchedulingRuleStore } from './scheduling-rule-store.ts';
import { separationRulesSchema } from './separation-rule.ts';

const tags = ['Scheduling rules 编排规则'];
const yearParam = z.object({
  year: z.coerce.number<string>().int().min(HOLIDAY_YEARS.first).max(HOLIDAY_YEARS.last),
});
const yearSchema = z.object({
  year: z.int(),
  holidays: z.array(holidaySchema),
  usual: z.array(holidaySchema).openapi({
    description: 'What would be put by default: by the yearly notice where known, else the statutory days',
  }),
});
const daysSchema = z.object({
  holidays: z
    .array(holidaySchema)
    .max(366)
    .refine(
      (days) => new Set(days.map((day) => day.date)).size === days.length,
      otherwise({ en: 'a date is given twice', zh: '同一日期出现了两次' }),
    ),
});

/** The holiday calendar and the separation rules over HTTP; for signed-in staff. */
export function schedulingRuleRoutes(deps: { rules: SchedulingRuleStore }) {
  const { rules } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/holidays/{year}',
        tags,
        summary: 'Public holidays and moved workdays of a year',
        request: { params: yearParam },
        responses: answers(200, yearSchema, 'The year; without any entry the usual days count'),
      }),
      async (c) => {
        const { year } = c.req.valid('param');
        return c.json({ year, holidays: await rules.holidays(year), usual: usualHolidays(year) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/holidays/{year}',
        tags,
        summary: "Replace a year's holidays, for example by the State Council's notice",
        request: { params: yearParam, body: jsonBody(daysSchema) },
        responses: answers(200, yearSchema, 'Replaced; programmes follow'),
      }),
      async (c) => {
        const { year } = c.req.valid('param');
        const { holidays } = c.req.valid('json');
        const inYear = z.array(
          holidaySchema.refine(
            (day) => day.date.startsWith(`${year}-`),
            otherwise({ en: `lies outside ${year}`, zh: `不在 ${year} 年内` }, ['date']),
          ),
        );
        const parsed = inYear.safeParse(holidays);
        if (!parsed.success) {
          throw new Refusal(
            'request.invalid',
            { en: `Some days lie outside ${year}.`, zh: `有日期不在 ${year} 年内，请改正后重试。` },
            partsOf(parsed.error, holidays, ['holidays']),
          );
        }
        const stored = await rules.replaceHolidays(year, parsed.data, c.var.staff.id);
        return c.json({ year, holidays: stored, usual: usualHolidays(year) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/separation-rules',
        tags,
        summary: 'Which plays are kept apart',
        responses: answers(200, separationRulesSchema, 'The rules'),
      }),
      async (c) => c.json({ rules: await rules.separation() }, 200),
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/separation-rules',
        tags,
        summary: 'Replace the separation rules',
        request: { body: jsonBody(separationRulesSchema) },
        responses: answers(200, separationRulesSchema, 'Replaced; programmes follow'),
      }),
      async (c) =>
        c.json({ rules: await rules.replaceSeparation(c.req.valid('json').rules, c.var.staff.id) }, 200),
    );
}
