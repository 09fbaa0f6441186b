import { audienceRoutes } from './audience/audience-routes.ts';
import { audienceStore } from './audience/audience-store.ts';
import type { Audit } from './base/audit.ts';
import type { Clock } from './base/units.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './db/connect.ts';
import { comparisonRoutes } from './impressions/comparison-routes.ts';
import { coverageRoutes } from './impressions/coverage-routes.ts';
import { issuedReports } from './impressions/issued-report-flow.ts';
import { issuedReportRoutes } from './impressions/issued-report-routes.ts';
import { issuedReportStore } from './impressions/issued-report-store.ts';
import { chromiumPrinter, findChromium } from './impressions/print-files.ts';
import { reportRoutes } from './impressions/report-routes.ts';
import { reportStore } from './impressions/report-store.ts';
import { evidenceFiles } from './outreach/evidence-files.ts';
import { tallyRoutes } from './outreach/tally-routes.ts';
import { tallyStore } from './outreach/tally-store.ts';
import { receivedStore } from './plays/received-store.ts';

/** What other channels did, and the reports over everything, put together. */
export async function composeReports(deps: {
  database: Database;
  audit: Audit<Db>;
  config: Config;
  version: string;
  now: Clock;
}) {
  const { database, audit, config, version, now } = deps;
  const tallies = tallyStore({ database, audit, now });
  const evidence = await evidenceFiles(config.dataDir);
  const reports = reportStore(database.sql, now);
  const sources = {
    storeAt: (at: number) => reportStore(database.sql, () => at),
    tallies,
    clock: now,
    productVersion: version,
  };
  const printer = chromiumPrinter(await findChromium(config.chromium));
  const issued = issuedReports({ store: issuedReportStore({ database, audit, now }), sources });
  return {
    rooms: [
      tallyRoutes({ tallies, evidence }),
      audienceRoutes({ audience: audienceStore({ database, audit, now }) }),
      reportRoutes({ reports, clock: now, sources, printer }),
      comparisonRoutes({ reports, clock: now }),
      coverageRoutes({ reports, received: receivedStore(database.sql), clock: now }),
      issuedReportRoutes({ issued, printer }),
    ],
    reports,
  };
}
