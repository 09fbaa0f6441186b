import type { Audit } from './base/audit.ts';
import { type Clock, DAY_MS, SECOND_MS } from './base/units.ts';
import { daily } from './compose-jobs.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './db/connect.ts';
import type { EndpointStore } from './endpoints/endpoint-store.ts';
import { healthHistoryRoutes } from './endpoints/health-history-routes.ts';
import { healthHistory } from './endpoints/health-history-store.ts';
import type { AnsweredRequest, AppParts } from './http/app.ts';
import type { Ingest } from './plays/ingest-flow.ts';
import { auditSample } from './plays/sums-audit-store.ts';
import { sumsVerdicts } from './plays/sums-verdict-store.ts';
import type { MetricSources } from './telemetry/gauges.ts';
import { healthRoutes } from './telemetry/health-routes.ts';
import { openMetrics } from './telemetry/metrics.ts';
import { queueDepths } from './telemetry/queue-store.ts';
import { diskOf } from './telemetry/storage-files.ts';
import { storageRoutes } from './telemetry/storage-routes.ts';
import { storageSums } from './telemetry/storage-store.ts';

/** How long the hours of players' health are kept. */
const HEALTH_KEPT_MS = 60 * DAY_MS;

/** Who collects measurements waits ten seconds unless told otherwise: what takes longer than this is left out. */
const MEASURED_WITHIN_MS = 5 * SECOND_MS;

/** Health and measurements of a server: the routes that tell them, and the wires that feed them. */
export function composeTelemetry(parts: {
  readonly config: Config;
  readonly database: Database;
  readonly audit: Audit<Db>;
  readonly sources: Omit<MetricSources, 'askDatabase' | 'queues' | 'sumDifferences' | 'inTime'>;
  readonly endpoints: Pick<EndpointStore, 'get'>;
  readonly now: Clock;
  readonly logTrouble: (what: string, error: unknown) => void;
  /** Whether programmes can be signed by the key that players follow. */
  readonly hasSharedKey: () => Promise<boolean>;
  readonly logRequest?: (request: AnsweredRequest) => void;
}) {
  const { config, endpoints, now } = parts;
  const { sql } = parts.database;
  const verdicts = sumsVerdicts({ ...parts, db: parts.database.db });
  const metrics = openMetrics({
    ...parts.sources,
    askDatabase: () => sql`select 1`,
    queues: async () => ({ ...(await queueDepths(sql)) }),
    sumDifferences: verdicts.last,
    inTime: (work) => within(MEASURED_WITHIN_MS, work),
  });
  const { metricsToken } = config;
  const history = healthHistory(sql);
  let isServing = false;
  async function forPlayers(): Promise<readonly string[]> {
    if (!isServing) return ['the programme'];
    // Where the key is a former one this looks for the new one, for which it needs the database.
    const hasKey = await within(2_000, parts.hasSharedKey()).catch(() => false);
    return hasKey ? [] : ['the new signing key'];
  }
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
        forPlayers,
        async readiness() {
          const databaseIsThere = await within(2_000, sql`select 1`).then(
            () => true,
            () => false,
          );
          return [...(await forPlayers()), ...(databaseIsThere ? [] : ['the database'])];
        },
      }),
      healthHistoryRoutes({ history, endpoints, now }),
      storageRoutes({
        disk: () => diskOf(config.dataDir),
        sums: () => storageSums(sql),
        media: {
          where: config.bucket === undefined ? 'folder' : 'bucket',
          copiesAtMost: config.bucket === undefined ? null : (config.mediaCacheBytes ?? null),
        },
      }),
    ],
    sharedJobs: [
      {
        name: 'forget old health',
        ...daily(3, 50),
        run: () => history.forget(now() - HEALTH_KEPT_MS),
      },
      {
        name: 'audit a sample of the sums',
        ...daily(4, 10),
        async run() {
          const found = await auditSample(sql, now(), Math.random);
          await verdicts.note(found.length);
          for (const difference of found) parts.logTrouble('sums of plays', difference);
        },
      },
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
