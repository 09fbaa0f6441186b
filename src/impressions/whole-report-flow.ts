import { localDateOf } from '../base/local-time.ts';
import type { Clock, EpochMs } from '../base/units.ts';
import { channelSums } from '../outreach/tally.ts';
import type { TallyStore } from '../outreach/tally-store.ts';
import { reachOf } from './reach.ts';
import type { PlaysReport, ReportBy } from './report-figures.ts';
import { makeReport, type ReportQuery } from './report-flow.ts';
import type { ReportStore } from './report-store.ts';
import { HOME_ZONE } from './report-zone.ts';
import { shortfallTotals, uptimeTotals } from './shortfall.ts';
import type { ShortfallStore } from './shortfall-store.ts';
import {
  hoursOfWeek,
  MOST_ENDPOINT_ROWS,
  MOST_SHORTFALL_ROWS,
  MOST_TALLY_ROWS,
  type OtherChannels,
  type WholeReport,
} from './whole-report.ts';

/** What a whole report is asked for: see `ReportQuery`. */
export type WholeQuery = Omit<ReportQuery, 'by'> & { readonly title?: string | undefined };

/** Where a whole report takes its figures from. */
export interface WholeReportSources {
  /** The store as of an instant: promises after it do not count yet, so that all parts speak of the same. */
  readonly storeAt: (at: EpochMs) => ReportStore;
  readonly shortfallsAt: (at: EpochMs) => Pick<ShortfallStore, 'shortfalls' | 'uptime'>;
  /** Different people a week, by endpoint. */
  readonly pools: () => Promise<ReadonlyMap<number, number>>;
  readonly tallies: Pick<TallyStore, 'list'>;
  readonly clock: Clock;
  readonly productVersion: string;
}

/** How often the parts are read again when plays came in between two of them. */
const MOST_READINGS = 3;

/**
 * Makes all parts of a report as of one instant, now unless `at` says otherwise. When plays arrive between
 * two parts they are read again, up to three times, so that the parts sum to the same total.
 * @throws Refusal as `makeReport`
 */
export async function makeWholeReport(
  sources: WholeReportSources,
  query: WholeQuery,
  at: EpochMs = sources.clock(),
): Promise<WholeReport> {
  const { tallies, productVersion } = sources;
  const { title, ...asked } = query;
  const store = sources.storeAt(at);
  const by = (what: ReportBy): Promise<PlaysReport> => makeReport(store, () => at, { ...asked, by: what });
  let parts = await readParts(by);
  for (let reading = 1; reading < MOST_READINGS && !agree(parts); reading += 1) parts = await readParts(by);
  const [days, areas, endpoints, hours, owners, assets] = parts;
  const { campaign, from, to, generatedAt, totals, formula } = days;
  return {
    form: 'beacon-report/1',
    productVersion,
    title: title ?? campaign?.name ?? '',
    campaign,
    endpointId: query.endpointId ?? null,
    areaId: query.areaId ?? null,
    from,
    to,
    generatedAt,
    periodWasOpen: to >= localDateOf(at, HOME_ZONE),
    totals,
    days: days.rows,
    areas: areas.rows,
    endpoints: endpoints.rows.slice(0, MOST_ENDPOINT_ROWS),
    endpointsOmitted: Math.max(0, endpoints.rows.length - MOST_ENDPOINT_ROWS),
    owners: owners.rows,
    assets: assets.rows,
    reach: await reach(sources, endpoints, formula.audience?.population ?? null),
    ...(await missed(sources.shortfallsAt(at), asked, days, endpoints)),
    hoursOfWeek: hoursOfWeek(hours.rows),
    otherChannels: await otherChannels(tallies, { ...asked, from, to }),
    formula,
  };
}

async function reach(sources: WholeReportSources, endpoints: PlaysReport, population: number | null) {
  const pools = await sources.pools();
  const met = endpoints.rows.map(({ key, impressions }) => ({
    impressions,
    pool: pools.get(Number(key)) ?? 0,
  }));
  return reachOf(met, population);
}

/** Shortfalls and uptime of the endpoints that the report is about. */
async function missed(
  store: Pick<ShortfallStore, 'shortfalls' | 'uptime'>,
  { campaignId }: Omit<ReportQuery, 'by'>,
  { from, to }: PlaysReport,
  endpoints: PlaysReport,
) {
  const meant = new Set(endpoints.rows.map(({ key }) => Number(key)));
  const rows = (await store.shortfalls({ from, to, campaignId })).filter((row) => meant.has(row.endpointId));
  const uptime = (await store.uptime({ from, to })).filter((row) => meant.has(row.endpointId));
  return {
    uptime: uptimeTotals(uptime),
    shortfalls: {
      totals: shortfallTotals(rows),
      rows: rows.slice(0, MOST_SHORTFALL_ROWS),
      omitted: Math.max(0, rows.length - MOST_SHORTFALL_ROWS),
    },
  };
}

/** The tallies of a report's campaign, area and period; null for one endpoint, to which none belongs. */
export async function otherChannels(
  tallies: Pick<TallyStore, 'list'>,
  { campaignId, areaId, endpointId, from, to }: Omit<ReportQuery, 'by'>,
): Promise<OtherChannels | null> {
  if (endpointId !== undefined) return null;
  const found = await tallies.list({ campaignId, areaId, from, to });
  return {
    sums: channelSums(found),
    tallies: found.slice(0, MOST_TALLY_ROWS),
    omitted: Math.max(0, found.length - MOST_TALLY_ROWS),
  };
}

type Parts = readonly [
  days: PlaysReport,
  areas: PlaysReport,
  endpoints: PlaysReport,
  hours: PlaysReport,
  owners: PlaysReport,
  assets: PlaysReport,
];

/** One after the other: a report must not take all connections. */
async function readParts(by: (what: ReportBy) => Promise<PlaysReport>): Promise<Parts> {
  return [
    await by('day'),
    await by('area'),
    await by('endpoint'),
    await by('weekHour'),
    await by('owner'),
    await by('asset'),
  ];
}

function agree([first, ...others]: Parts): boolean {
  return others.every(({ totals }) => totals.playsCounted === first.totals.playsCounted);
}
