import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import { hoursOfDay, localDateOf } from '../base/local-time.ts';
import { type Clock, HOUR_MS } from '../base/units.ts';
import type { ReceivedStore } from '../plays/received-store.ts';
import { coverageOfDay, hourCoverageSchema } from './coverage.ts';
import { makeReport } from './report-flow.ts';
import type { ReportStore } from './report-store.ts';

const answerSchema = z
  .object({
    endpointId: z.int(),
    date: z.string(),
    timeZone: z.string(),
    generatedAt: z.string(),
    hours: z.array(hourCoverageSchema),
  })
  .openapi('DayCoverage');

/** What is known of the hours of an endpoint, over HTTP; for signed-in staff. */
export function coverageRoutes(deps: { reports: ReportStore; received: ReceivedStore; clock: Clock }) {
  const { reports, received, clock } = deps;
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/endpoints/{id}/coverage',
      tags: ['Reports 报表'],
      summary: 'What is known of every hour of a day',
      description:
        'Promised, counted, cut, failed and unknown plays of each local hour, whether the endpoint was open, and the ' +
        'numbers of plays that its player made and has not sent. Of an hour that the clock shows twice, both lines show ' +
        'what is known of the two together.',
      request: {
        params: idParam,
        query: z.object({
          date: z.iso.date().optional().openapi({ description: 'Local date at the endpoint; today' }),
        }),
      },
      responses: answers(200, answerSchema, 'The hours of the day'),
    }),
    async (c) => {
      const { id: endpointId } = c.req.valid('param');
      const now = clock();
      const { timeZone, openingHours } = await received.hoursOf(endpointId);
      const date = c.req.valid('query').date ?? localDateOf(now, timeZone);
      const hours = hoursOfDay(date, timeZone);
      const { rows } = await makeReport(reports, clock, { by: 'hour', endpointId, from: date, to: date });
      const from = hours[0]?.startsAt ?? now;
      const epochs = await received.epochs(endpointId, from, (hours.at(-1)?.startsAt ?? now) + HOUR_MS);
      const generatedAt = new Date(now).toISOString();
      const known = coverageOfDay({ hours, openingHours, rows, epochs, now });
      return c.json({ endpointId, date, timeZone, generatedAt, hours: known }, 200);
    },
  );
}
