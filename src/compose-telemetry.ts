import type { Config } from './config.ts';
import type { AnsweredRequest, AppParts } from './http/app.ts';
import type { Ingest } from './plays/ingest-flow.ts';
import { healthRoutes } from './telemetry/health-routes.ts';
import { type MetricSources, openMetrics } from './telemetry/metrics.ts';

/** Health and measurements of a server: the routes that tell them, and the wires that feed them. */
export function composeTelemetry(parts: {
  readonly config: Config;
  readonly sources: MetricSources;
  readonly databaseAnswers: () => Promise<unknown>;
  readonly logRequest?: (request: AnsweredRequest) => void;
}) {
  const metrics = openMetrics(parts.sources);
  const { metricsToken } = parts.config;
  let isServing = false;
  const answered: NonNullable<AppParts['answered']> = {
    elapsed: () => performance.now(),
    tell(request) {
      metrics.request(request);
      parts.logRequest?.(request);
    },
  };
  return {
    metrics,
    answered,
    rooms: [
      healthRoutes({
        metrics,
        ...(metricsToken !== undefined && { metricsToken }),
        async readiness() {
          const missing = isServing ? [] : ['the programme'];
          const databaseIsThere = await within(2_000, parts.databaseAnswers()).then(
            () => true,
            () => false,
          );
          return databaseIsThere ? missing : [...missing, 'the database'];
        },
      }),
    ],
    /** The same ingest, its receipts counted. */
    counting: (ingest: Ingest): Ingest => ({
      ...ingest,
      async receive(player, report) {
        const receipt = await ingest.receive(player, report);
        metrics.playsReceived(receipt);
        return receipt;
      },
    }),
    serving(yes: boolean): void {
      isServing = yes;
    },
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), ms);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
