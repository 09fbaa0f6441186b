import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import { dateAfter } from '../base/local-time.ts';
import { Refusal } from '../base/refusal.ts';
import { type Clock, DAY_MS } from '../base/units.ts';
import { localDateSchema } from '../campaigns/wall-time.ts';
import { compareBySchema, comparisonOf, comparisonSchema } from './comparison.ts';
import { makeReport } from './report-flow.ts';
import type { ReportStore } from './report-store.ts';

const id = z.coerce.number<string>().int().positive().max(2_147_483_647).optional();

const querySchema = z.object({
  by: compareBySchema.default('area'),
  campaignId: id,
  endpointId: id,
  areaId: id,
  from: localDateSchema,
  to: localDateSchema.openapi({ description: 'Included' }),
  earlierFrom: localDateSchema.optional(),
  earlierTo: localDateSchema.optional().openapi({
    description: 'Without `earlierFrom` and `earlierTo`: the days of the same number right before `from`',
  }),
});

/** Two periods beside each other; for signed-in staff. */
export function comparisonRoutes(deps: { reports: ReportStore; clock: Clock }) {
  const { reports, clock } = deps;
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/reports/comparison',
      tags: ['Reports 报表'],
      summary: 'Two periods compared: plays, airtime, impressions, with the coverage of each',
      request: { query: querySchema },
      responses: answers(200, comparisonSchema, 'The comparison, the largest changes first'),
    }),
    async (c) => {
      const { earlierFrom, earlierTo, by, ...query } = c.req.valid('query');
      const asked = { ...query, within: c.var.within };
      if ((earlierFrom === undefined) !== (earlierTo === undefined)) {
        throw new Refusal(
          'request.invalid',
          {
            en: 'Name both dates of the other period, or neither.',
            zh: '对比期间的开始和结束日期须同时填写，或都不填。',
          },
          [
            {
              where: earlierFrom === undefined ? 'earlierFrom' : 'earlierTo',
              message: { en: 'is missing', zh: '缺少此项' },
            },
          ],
        );
      }
      const days = Math.round((Date.parse(asked.to) - Date.parse(asked.from)) / DAY_MS) + 1;
      const later = await makeReport(reports, clock, { ...asked, by });
      const earlier = await makeReport(reports, clock, {
        ...asked,
        by,
        from: earlierFrom ?? dateAfter(asked.from, -days),
        to: earlierTo ?? dateAfter(asked.from, -1),
      });
      return c.json(comparisonOf(later, earlier, by), 200);
    },
  );
}
