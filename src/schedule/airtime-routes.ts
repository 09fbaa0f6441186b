import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import { dateAfter } from '../base/local-time.ts';
import { Refusal } from '../base/refusal.ts';
import { localDateSchema } from '../campaigns/wall-time.ts';
import { idSchema } from '../contract/media-type.ts';
import { airtimeByHour, airtimeOf } from './airtime.ts';
import type { BookingFits } from './booking-fit-flow.ts';

/** Most local dates of one answer: six weeks, as a month on a calendar has. */
const MOST_DAYS = 42;

const airtime = {
  openMs: z.int().openapi({ description: 'How long the endpoint is open' }),
  takers: z.array(
    z.object({
      bookingId: idSchema.nullable().openapi({ description: 'Null: filler' }),
      plays: z.int(),
      airtimeMs: z.int(),
      missing: z.int().openapi({ description: 'Plays that its rate asks for and does not get' }),
    }),
  ),
} as const;
const airtimeSchema = z
  .object({
    endpointId: idSchema,
    timeZone: z.string(),
    days: z.array(
      z.object({
        date: localDateSchema,
        ...airtime,
        hours: z
          .array(z.object({ hour: z.int().min(0).max(23), ...airtime }))
          .openapi({ description: 'Of a single day alone; empty for several' }),
      }),
    ),
  })
  .openapi('Airtime');

/** How the airtime of an endpoint is given out, as staff look at it on a calendar. */
export function airtimeRoutes(deps: { daysOf: BookingFits['daysOf'] }) {
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/endpoints/{id}/airtime',
      tags: ['Programme 节目单'],
      summary: 'Who has how much airtime of an endpoint, by day or by hour',
      description: `Compiled from what bookings say now, for at most ${MOST_DAYS} local dates; a single date comes with its hours.`,
      request: { params: idParam, query: z.object({ from: localDateSchema, to: localDateSchema }) },
      responses: answers(200, airtimeSchema, 'The airtime'),
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const dates = datesBetween(c.req.valid('query'));
      const { endpoint, days } = await deps.daysOf(id, dates);
      return c.json(
        {
          endpointId: id,
          timeZone: endpoint.timeZone,
          days: days.map(({ date, hours, day }) => {
            const byHour = airtimeByHour(hours, day);
            const spoken = byHour.map((one) => ({ ...one, takers: [...one.takers] }));
            const sum = airtimeOf(byHour);
            return { date, ...sum, takers: [...sum.takers], hours: dates.length === 1 ? spoken : [] };
          }),
        },
        200,
      );
    },
  );
}

function datesBetween({ from, to }: { readonly from: string; readonly to: string }): string[] {
  const dates: string[] = [];
  for (let date = from; date <= to && dates.length <= MOST_DAYS; date = dateAfter(date, 1)) dates.push(date);
  if (dates.length === 0 || dates.length > MOST_DAYS) {
    const message = { en: `must give 1 to ${MOST_DAYS} dates`, zh: `日期须为 1 至 ${MOST_DAYS} 天` };
    throw new Refusal('request.invalid', message, [{ where: 'to', message }]);
  }
  return dates;
}
