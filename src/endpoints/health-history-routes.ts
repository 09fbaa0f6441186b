import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import { type Clock, DAY_MS } from '../base/units.ts';
import { healthReportSchema } from '../contract/health.ts';
import type { EndpointStore } from './endpoint-store.ts';
import type { HealthHistory } from './health-history-store.ts';

const historySchema = z.object({
  latest: healthReportSchema.nullable().openapi({ description: 'What its present player told last' }),
  hours: z.array(
    z.object({
      hour: z.iso.datetime(),
      reports: z.int(),
      clockOffMs: z.number().openapi({
        description: "The box's clock against the server's, furthest off; positive: it is ahead",
      }),
      usedBytes: z.number().nullable(),
      quotaBytes: z.number().nullable(),
      troubles: z.int(),
    }),
  ),
});

/** How the player of an endpoint was over the last days. */
export function healthHistoryRoutes(deps: {
  history: Pick<HealthHistory, 'hours' | 'latest'>;
  endpoints: Pick<EndpointStore, 'get'>;
  now: Clock;
}) {
  const { history, endpoints, now } = deps;
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/endpoints/{id}/health',
      tags: ['Endpoints 终端'],
      summary: 'How its player is, and was hour by hour',
      description: 'An hour without an entry is one in which no player of it told of itself.',
      request: {
        params: idParam,
        query: z.object({ days: z.coerce.number<string>().int().min(1).max(60).default(14) }),
      },
      responses: answers(200, historySchema, 'The latest report and the hours, oldest first'),
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      await endpoints.get(id);
      const since = now() - c.req.valid('query').days * DAY_MS;
      const [latest, hours] = await Promise.all([history.latest(id), history.hours(id, since)]);
      return c.json(
        { latest, hours: hours.map((one) => ({ ...one, hour: new Date(one.hour).toISOString() })) },
        200,
      );
    },
  );
}
