import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { CALL_STATES, COMPARED_BY, OUTCOMES, QUARANTINE_STATES, REPORTS_BY } from './choices.ts';
import { whenThere } from './connection.ts';
import { pageOf } from './pages.ts';
import { type PeriodSearch, periodIn } from './period.ts';
import { root } from './root.tsx';
import { dateIn, idIn, textIn, wordIn } from './search-params.ts';

/* The addresses of the room of reports; what a page is narrowed to stands in its address. */

type Search = Record<string, unknown>;

/** What a report has its rows by. */
interface ReportSearch extends PeriodSearch {
  by?: (typeof REPORTS_BY)[number] | undefined;
}

/** Which shortfalls are listed. */
interface ShortfallSearch extends PeriodSearch {
  q?: string | undefined;
}

/** The hours of which day at which endpoint; without one, all endpoints of that day. */
interface CoverageSearch {
  endpoint?: number | undefined;
  date?: string | undefined;
}

/** The plays behind which number. `weekday`: 1 Monday. `booking` 0: filler and emergencies. */
interface PlaysSearch extends PeriodSearch {
  booking?: number | undefined;
  endpoint?: number | undefined;
  area?: number | undefined;
  owner?: string | undefined;
  asset?: number | undefined;
  weekday?: number | undefined;
  hour?: number | undefined;
  outcome?: (typeof OUTCOMES)[number] | undefined;
}

/** Which periods are set against each other; without the earlier one, the days right before. */
interface ComparisonSearch extends PeriodSearch {
  by?: (typeof COMPARED_BY)[number] | undefined;
  earlierFrom?: string | undefined;
  earlierTo?: string | undefined;
}

/** Which endpoints of the roll call are listed. */
interface CallSearch {
  q?: string | undefined;
  state?: (typeof CALL_STATES)[number] | undefined;
}

/** Which plays in doubt are listed. */
interface DoubtSearch {
  state?: (typeof QUARANTINE_STATES)[number] | undefined;
  endpoint?: number | undefined;
}

/** A whole number from 0 to a limit. */
function countIn(value: unknown, most: number): number | undefined {
  const count = value === '' || value === undefined || value === null ? Number.NaN : Number(value);
  return Number.isInteger(count) && count >= 0 && count <= most ? count : undefined;
}

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  validateSearch: (search: Search): ReportSearch => ({
    ...periodIn(search),
    by: wordIn(search.by, REPORTS_BY),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports')), 'ReportsPage'),
});
const shortfalls = createRoute({
  getParentRoute: () => root,
  path: '/reports/shortfalls',
  validateSearch: (search: Search): ShortfallSearch => ({ ...periodIn(search), q: textIn(search.q) }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/shortfalls')), 'ShortfallsPage'),
});
const coverage = createRoute({
  getParentRoute: () => root,
  path: '/reports/coverage',
  validateSearch: (search: Search): CoverageSearch => ({
    endpoint: idIn(search.endpoint),
    date: dateIn(search.date),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/coverage')), 'CoveragePage'),
});
const plays = createRoute({
  getParentRoute: () => root,
  path: '/reports/plays',
  validateSearch: (search: Search): PlaysSearch => ({
    ...periodIn(search),
    booking: countIn(search.booking, 2_147_483_647),
    endpoint: idIn(search.endpoint),
    area: idIn(search.area),
    owner: textIn(search.owner),
    asset: idIn(search.asset),
    weekday: wordIn(Number(search.weekday), [1, 2, 3, 4, 5, 6, 7]),
    hour: countIn(search.hour, 23),
    outcome: wordIn(search.outcome, OUTCOMES),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/plays')), 'SinglePlaysPage'),
});
const comparison = createRoute({
  getParentRoute: () => root,
  path: '/reports/comparison',
  validateSearch: (search: Search): ComparisonSearch => ({
    ...periodIn(search),
    by: wordIn(search.by, COMPARED_BY),
    earlierFrom: dateIn(search.earlierFrom),
    earlierTo: dateIn(search.earlierTo),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/comparison')), 'ComparisonPage'),
});
const uptime = createRoute({
  getParentRoute: () => root,
  path: '/reports/uptime',
  validateSearch: periodIn,
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/uptime')), 'UptimePage'),
});
const issued = createRoute({
  getParentRoute: () => root,
  path: '/reports/issued',
  validateSearch: periodIn,
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/issued')), 'IssuedPage'),
});
const issuedOne = createRoute({
  getParentRoute: () => root,
  path: '/reports/issued/$number',
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/issued/$number')), 'IssuedReportPage'),
});

const dispatch = createRoute({
  getParentRoute: () => root,
  path: '/reports/dispatch',
  validateSearch: (search: Search): { add?: boolean | undefined } => ({
    add: search.add === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/dispatch')), 'DispatchPage'),
});
const rollCall = createRoute({
  getParentRoute: () => root,
  path: '/reports/roll-call',
  validateSearch: (search: Search): CallSearch => ({
    q: textIn(search.q),
    state: wordIn(search.state, CALL_STATES),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/roll-call')), 'RollCallPage'),
});

const quarantine = createRoute({
  getParentRoute: () => root,
  path: '/reports/quarantine',
  validateSearch: (search: Search): DoubtSearch => ({
    state: wordIn(search.state, QUARANTINE_STATES),
    endpoint: idIn(search.endpoint),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/quarantine')), 'QuarantinePage'),
});

const audience = createRoute({
  getParentRoute: () => root,
  path: '/reports/audience',
  validateSearch: (search: Search): { endpoint?: number | undefined } => ({
    endpoint: idIn(search.endpoint),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/audience')), 'AudiencePage'),
});

const channels = createRoute({
  getParentRoute: () => root,
  path: '/reports/channels',
  validateSearch: (search: Search): PeriodSearch & { history?: boolean | undefined } => ({
    ...periodIn(search),
    history: search.history === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/reports/channels')), 'ChannelsPage'),
});

/** All of them, for the router. */
export const reportPlaces = [
  reports,
  shortfalls,
  coverage,
  plays,
  comparison,
  uptime,
  issued,
  issuedOne,
  dispatch,
  rollCall,
  quarantine,
  audience,
  channels,
] as const;
