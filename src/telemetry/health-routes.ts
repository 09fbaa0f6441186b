import { createHash, timingSafeEqual } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { bearerTokenOf } from '../http/guards.ts';
import type { Metrics } from './metrics.ts';

const tags = ['Server 服务器'];
const healthSchema = z.object({
  status: z.enum(['up', 'ready', 'notReady']),
  /** What is missing. */
  waitingFor: z.array(z.string()),
});

/**
 * Whether this process lives, whether players can be sent to it, whether all is there, and its measurements. `readiness`
 * names what is missing; it is asked once for all who ask at the same time.
 */
export function healthRoutes(parts: {
  readonly readiness: () => Promise<readonly string[]>;
  /** What is missing for players alone: polls and files are answered without the database too. */
  readonly forPlayers: () => Promise<readonly string[]>;
  readonly metrics: Metrics;
  /** What a collector of measurements must show; absent: nobody gets them. */
  readonly metricsToken?: string;
}) {
  let asking: Promise<readonly string[]> | null = null;
  const readiness = (): Promise<readonly string[]> => {
    asking ??= parts.readiness().finally(() => {
      asking = null;
    });
    return asking;
  };
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/healthz',
        tags,
        summary: 'Whether the process lives',
        responses: answers(200, healthSchema, 'It does'),
      }),
      (c) => c.json({ status: 'up' as const, waitingFor: [] }, 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/readyz',
        tags,
        summary: 'Whether all that the process needs is there',
        description:
          '503 until the database answers and the programme is compiled, again while it stops, and while the other servers ' +
          'have a new signing key that this one has not.',
        responses: {
          ...answers(200, healthSchema, 'It can'),
          503: { description: 'Not now', content: { 'application/json': { schema: healthSchema } } },
        },
      }),
      async (c) => tellMissing(c, await readiness()),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/servez',
        tags,
        summary: 'Whether a load balancer may send players here',
        description:
          '503 until the programme is compiled, again while the process stops, and while the other servers have a new ' +
          'signing key that this one has not. 200 also while the database is away: polls, files and emergencies go on ' +
          'from memory then.',
        responses: {
          ...answers(200, healthSchema, 'It may'),
          503: { description: 'Not now', content: { 'application/json': { schema: healthSchema } } },
        },
      }),
      async (c) => tellMissing(c, await parts.forPlayers()),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/metrics',
        tags,
        summary: 'Measurements for Prometheus',
        description: 'Text exposition format. Bearer token: the METRICS_TOKEN of the server.',
        responses: {
          200: { description: 'The measurements', content: { 'text/plain': { schema: z.string() } } },
          '4XX': answers(200, healthSchema, '')['4XX'],
        },
      }),
      async (c) => {
        const shown = bearerTokenOf(c.req.header('authorization'));
        if (parts.metricsToken === undefined) {
          throw new Refusal('route.unknown', {
            en: 'This server gives no measurements: METRICS_TOKEN is not set.',
            zh: '本服务器未开放监控指标：没有设置 METRICS_TOKEN。',
          });
        }
        if (shown === null || !isSame(shown, parts.metricsToken)) {
          throw new Refusal('token.unknown', {
            en: 'The measurements are for the holder of METRICS_TOKEN.',
            zh: '监控指标只对持有 METRICS_TOKEN 者开放。',
          });
        }
        const { text, type } = await parts.metrics.read();
        return c.text(text, 200, { 'Content-Type': type });
      },
    );
}

/** Compares without telling by the time it takes how much was right. */
function isSame(shown: string, kept: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(kept));
}

function tellMissing(c: Context<ApiEnv>, missing: readonly string[]) {
  const waitingFor = [...missing];
  return waitingFor.length === 0
    ? c.json({ status: 'ready' as const, waitingFor }, 200)
    : c.json({ status: 'notReady' as const, waitingFor }, 503);
}
