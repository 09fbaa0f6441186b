import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { DAY_MS } from '../base/units.ts';
import { LONGEST_REPORT_DAYS } from './report-flow.ts';
import { cursorOf, cursorText, singlePlayOf, singlePlaySchema } from './single-play.ts';
import type { SinglePlayStore } from './single-play-store.ts';

const id = z.coerce.number<string>().int().positive().max(2_147_483_647).optional();

/** The plays behind a number; for signed-in staff. */
export function singlePlayRoutes(deps: { singlePlays: SinglePlayStore }) {
  const { singlePlays } = deps;
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/reports/single-plays',
      tags: ['Reports 报表'],
      summary: 'The single plays behind a number of a report',
      description:
        'Give the same campaign, endpoint, area, owner, asset, dates, weekday and hour as the row; the plays that ' +
        'come back are those that it counts, with the estimate of each by the formula of reports. ' +
        '`bookingId=0` is filler and overrides. Pages in the order of the start: hand `next` in as `after`. ' +
        '`qty.multiplier` is the quantity of OpenRTB 2.6 for digital out-of-home, source type 2 (publisher). ' +
        'Plays of archived months are in files; their sums stay in reports.',
      request: {
        query: z.object({
          from: z.iso.date(),
          to: z.iso.date(),
          campaignId: id,
          bookingId: z.coerce.number<string>().int().min(0).max(2_147_483_647).optional(),
          endpointId: id,
          areaId: id,
          owner: z.string().max(200).optional(),
          assetId: id,
          weekday: z.coerce.number<string>().int().min(1).max(7).optional(),
          hour: z.coerce.number<string>().int().min(0).max(23).optional(),
          outcome: z.enum(['completed', 'cut', 'failed']).optional(),
          limit: z.coerce.number<string>().int().min(1).max(1_000).default(100),
          after: z.string().max(100).optional(),
        }),
      },
      responses: answers(
        200,
        z.object({
          plays: z.array(singlePlaySchema),
          next: z.string().nullable(),
          archivedMonths: z.array(z.string()),
        }),
        'A page of plays',
      ),
    }),
    async (c) => {
      const { after, ...query } = c.req.valid('query');
      const days = (Date.parse(query.to) - Date.parse(query.from)) / DAY_MS + 1;
      if (!(days >= 1 && days <= LONGEST_REPORT_DAYS)) {
        throw new Refusal('request.invalid', {
          en: `The period must have 1 to ${LONGEST_REPORT_DAYS} days.`,
          zh: `期间须为 1 到 ${LONGEST_REPORT_DAYS} 天。`,
        });
      }
      const cursor = after === undefined ? null : cursorOf(after);
      if (after !== undefined && cursor === null)
        throw new Refusal('request.invalid', {
          en: 'The cursor is none that this server gave.',
          zh: '翻页标记无效，请从第一页重新查询。',
        });
      const page = await singlePlays.page({ ...query, within: c.var.within, after: cursor });
      return c.json(
        {
          plays: page.plays.map(singlePlayOf),
          next: page.next && cursorText(page.next),
          archivedMonths: [...page.archivedMonths],
        },
        200,
      );
    },
  );
}
