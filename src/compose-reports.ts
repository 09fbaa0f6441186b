import { audienceRoutes } from './audience/audience-routes.ts';
import { audienceStore } from './audience/audience-store.ts';
import { weeklyPools } from './audience/pool-store.ts';
import type { Audit } from './base/audit.ts';
import type { Clock } from './base/units.ts';
import type { BookingFit } from './campaigns/booking-fit.ts';
import type { Booking } from './campaigns/campaign.ts';
import type { CampaignStore } from './campaigns/campaign-store.ts';
import { composeDispatch } from './compose-dispatch.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './db/connect.ts';
import { comparisonRoutes } from './impressions/comparison-routes.ts';
import { coverageRoutes } from './impressions/coverage-routes.ts';
import { exportRoutes } from './impressions/export-routes.ts';
import { exportStore } from './impressions/export-store.ts';
import { issuedReports } from './impressions/issued-report-flow.ts';
import { issuedReportRoutes } from './impressions/issued-report-routes.ts';
import { issuedReportStore } from './impressions/issued-report-store.ts';
import { makeGoods } from './impressions/make-good-flow.ts';
import { owedByDay } from './impressions/owed-flow.ts';
import { chromiumPrinter, findChromium } from './impressions/print-files.ts';
import { loopShares } from './impressions/promise-store.ts';
import { recentCoverage } from './impressions/recent-coverage-store.ts';
import { reportRoutes } from './impressions/report-routes.ts';
import { reportStore } from './impressions/report-store.ts';
import { shortfallRoutes } from './impressions/shortfall-routes.ts';
import { shortfallStore } from './impressions/shortfall-store.ts';
import { singlePlayRoutes } from './impressions/single-play-routes.ts';
import { singlePlayStore } from './impressions/single-play-store.ts';
import { weekHours } from './impressions/week-hours-store.ts';
import { evidenceFiles } from './outreach/evidence-files.ts';
import { tallyRoutes } from './outreach/tally-routes.ts';
import { tallyStore } from './outreach/tally-store.ts';
import { receivedStore } from './plays/received-store.ts';

/** What other channels did, and the reports over everything, put together. */
export async function composeReports(deps: {
  database: Database;
  audit: Audit<Db>;
  config: Config;
  /** See `composeDispatch`. */
  secret: string;
  version: string;
  campaigns: CampaignStore;
  fitOf: (booking: Booking) => Promise<BookingFit | null>;
  now: Clock;
  onTrouble: (error: unknown) => void;
}) {
  const { database, audit, config, secret, version, campaigns, fitOf, now, onTrouble } = deps;
  const tallies = tallyStore({ database, audit, now });
  const evidence = await evidenceFiles(config.dataDir);
  const shares = loopShares();
  const reports = reportStore(database.sql, now, shares);
  const sources = {
    storeAt: (at: number) => reportStore(database.sql, () => at, shares),
    shortfallsAt: (at: number) => shortfallStore({ database, audit, now: () => at, shares }),
    pools: () => weeklyPools(database.sql),
    tallies,
    clock: now,
    productVersion: version,
  };
  const shortfalls = shortfallStore({ database, audit, now, shares });
  const sent = composeDispatch({ database, audit, reports, config, secret, now, onTrouble });
  const printer = chromiumPrinter(await findChromium(config.chromium), config.chromiumBare);
  const issued = issuedReports({ store: issuedReportStore({ database, audit, now }), sources });
  return {
    rooms: [
      tallyRoutes({ tallies, evidence }),
      audienceRoutes({ audience: audienceStore({ database, audit, now }) }),
      reportRoutes({
        reports,
        weekHours: weekHours({ sql: database.sql, now, shares }),
        clock: now,
        sources,
        printer,
      }),
      comparisonRoutes({ reports, clock: now }),
      coverageRoutes({ reports, received: receivedStore(database.sql), clock: now }),
      issuedReportRoutes({ issued, printer }),
      exportRoutes({ exports: exportStore(database.sql) }),
      singlePlayRoutes({ singlePlays: singlePlayStore(database.sql) }),
      shortfallRoutes({
        shortfalls,
        makeGoods: makeGoods({ shortfalls, campaigns, now }),
        owed: owedByDay({ shortfalls, now }),
        fitOf,
      }),
      ...sent.rooms,
    ],
    jobs: sent.jobs,
    reports,
    /** What is measured of the fleet. */
    measured: {
      totals: reports.totals,
      recentCoverage: recentCoverage({ sql: database.sql, shares, now }),
      silence: sent.watch.byArea,
    },
  };
}
