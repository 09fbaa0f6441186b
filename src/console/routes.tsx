import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import {
  ALERT_VERDICTS,
  ASSET_STATES,
  CATEGORIES,
  FLEET_STATES,
  KINDS,
  SETTINGS_PARTS,
  SPANS,
} from './choices.ts';
import { whenThere } from './connection.ts';
import type { Capability } from './may.ts';
import { pageOf } from './pages.ts';
import { TroublePage } from './parts/trouble-page.tsx';
import { PendingPage } from './parts/waiting.tsx';
import { reportPlaces } from './report-places.ts';
import { root } from './root.tsx';
import { dateIn, idIn, placeIn, textIn, wordIn } from './search-params.ts';

/* Every address of the console. State that matters lives in the address, so that links and the back button work. */

/** What the day's page is narrowed to. */
interface TodaySearch {
  q?: string | undefined;
  kind?: (typeof KINDS)[number] | undefined;
  state?: (typeof FLEET_STATES)[number] | undefined;
  area?: number | undefined;
  endpoint?: number | undefined;
}

/** What a list of endpoints is narrowed to. */
type FleetSearch = Omit<TodaySearch, 'endpoint'>;

/** What the material is narrowed to. */
interface MaterialSearch {
  q?: string | undefined;
  category?: (typeof CATEGORIES)[number] | undefined;
  state?: (typeof ASSET_STATES)[number] | undefined;
  tag?: string | undefined;
}

/** The question of the why page. `at`: local to the endpoint, without an offset. */
interface WhySearch {
  endpoint?: number | undefined;
  at?: string | undefined;
  asset?: number | undefined;
  booking?: number | undefined;
  playlist?: number | undefined;
}

/** What the calendar of airtime shows. `hour`: a place in the day from 0; `at`: an instant, ISO 8601. */
interface CalendarSearch {
  endpoint?: number | undefined;
  date?: string | undefined;
  span?: (typeof SPANS)[number] | undefined;
  hour?: number | undefined;
  at?: string | undefined;
}

/** Which alerts of other systems are listed. */
interface AlertSearch {
  q?: string | undefined;
  verdict?: (typeof ALERT_VERDICTS)[number] | undefined;
}

const fleetSearch = (search: Record<string, unknown>): FleetSearch => ({
  q: textIn(search.q),
  kind: wordIn(search.kind, KINDS),
  state: wordIn(search.state, FLEET_STATES),
  area: idIn(search.area),
});

const today = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search: Record<string, unknown>): TodaySearch => ({
    ...fleetSearch(search),
    endpoint: idIn(search.endpoint),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/')), 'TodayPage'),
});

const material = createRoute({
  getParentRoute: () => root,
  path: '/material',
  validateSearch: (search: Record<string, unknown>): MaterialSearch => ({
    q: textIn(search.q),
    category: wordIn(search.category, CATEGORIES),
    state: wordIn(search.state, ASSET_STATES),
    tag: textIn(search.tag),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/material')), 'MaterialPage'),
});
const asset = createRoute({
  getParentRoute: () => root,
  path: '/material/$assetId',
  component: lazyRouteComponent(() => whenThere(pageOf('/material/$assetId')), 'AssetPage'),
});
const notices = createRoute({
  getParentRoute: () => root,
  path: '/notices',
  staticData: { needs: 'upload' },
  validateSearch: (search: Record<string, unknown>): { versionOf?: number | undefined } => ({
    versionOf: idIn(search.versionOf),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/notices')), 'NoticesPage'),
});
const review = createRoute({
  getParentRoute: () => root,
  path: '/review',
  staticData: { needs: 'review' },
  validateSearch: (search: Record<string, unknown>): { asset?: number | undefined } => ({
    asset: idIn(search.asset),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/review')), 'ReviewPage'),
});
const playlists = createRoute({
  getParentRoute: () => root,
  path: '/playlists',
  component: lazyRouteComponent(() => whenThere(pageOf('/playlists')), 'PlaylistsPage'),
});
const playlist = createRoute({
  getParentRoute: () => root,
  path: '/playlists/$playlistId',
  component: lazyRouteComponent(() => whenThere(pageOf('/playlists/$playlistId')), 'PlaylistPage'),
});
const endpoints = createRoute({
  getParentRoute: () => root,
  path: '/endpoints',
  validateSearch: fleetSearch,
  component: lazyRouteComponent(() => whenThere(pageOf('/endpoints')), 'EndpointsPage'),
});
const groups = createRoute({
  getParentRoute: () => root,
  path: '/endpoints/groups',
  validateSearch: (search: Record<string, unknown>): { group?: number | undefined } => ({
    group: idIn(search.group),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/endpoints/groups')), 'GroupsPage'),
});
const endpoint = createRoute({
  getParentRoute: () => root,
  path: '/endpoints/$endpointId',
  validateSearch: (
    search: Record<string, unknown>,
  ): { hour?: number | undefined; at?: string | undefined } => ({
    hour: idIn(search.hour),
    at: textIn(search.at),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/endpoints/$endpointId')), 'EndpointPage'),
});
const pair = createRoute({
  getParentRoute: () => root,
  path: '/pair',
  staticData: { needs: 'pair' },
  validateSearch: (
    search: Record<string, unknown>,
  ): { endpoint?: number | undefined; code?: string | undefined } => ({
    endpoint: idIn(search.endpoint),
    code: textIn(search.code),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/pair')), 'PairPage'),
});
const why = createRoute({
  getParentRoute: () => root,
  path: '/why',
  validateSearch: (search: Record<string, unknown>): WhySearch => ({
    endpoint: idIn(search.endpoint),
    at: textIn(search.at),
    asset: idIn(search.asset),
    booking: idIn(search.booking),
    playlist: idIn(search.playlist),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/why')), 'WhyPage'),
});

const bookings = createRoute({
  getParentRoute: () => root,
  path: '/bookings',
  component: lazyRouteComponent(() => whenThere(pageOf('/bookings')), 'BookingsPage'),
});
const booking = createRoute({
  getParentRoute: () => root,
  path: '/bookings/new',
  staticData: { needs: 'book' },
  component: lazyRouteComponent(() => whenThere(pageOf('/bookings/new')), 'BookingPage'),
});
const storedBooking = createRoute({
  getParentRoute: () => root,
  path: '/bookings/$bookingId',
  staticData: { needs: 'book' },
  component: lazyRouteComponent(() => whenThere(pageOf('/bookings/$bookingId')), 'StoredBookingPage'),
});
const calendar = createRoute({
  getParentRoute: () => root,
  path: '/bookings/calendar',
  validateSearch: (search: Record<string, unknown>): CalendarSearch => ({
    endpoint: idIn(search.endpoint),
    date: dateIn(search.date),
    span: wordIn(search.span, SPANS),
    hour: placeIn(search.hour),
    at: textIn(search.at),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/bookings/calendar')), 'CalendarPage'),
});
const newFilm = createRoute({
  getParentRoute: () => root,
  path: '/new-film',
  staticData: { needs: 'book' },
  component: lazyRouteComponent(() => whenThere(pageOf('/new-film')), 'NewFilmPage'),
});
const emergency = createRoute({
  getParentRoute: () => root,
  path: '/emergency',
  component: lazyRouteComponent(() => whenThere(pageOf('/emergency')), 'EmergencyPage'),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/emergency/alerts',
  validateSearch: (search: Record<string, unknown>): AlertSearch => ({
    q: textIn(search.q),
    verdict: wordIn(search.verdict, ALERT_VERDICTS),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/emergency/alerts')), 'AlertsPage'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: (
    search: Record<string, unknown>,
  ): { part?: (typeof SETTINGS_PARTS)[number] | undefined } => ({
    part: wordIn(search.part, SETTINGS_PARTS),
  }),
  component: lazyRouteComponent(() => whenThere(pageOf('/settings')), 'SettingsPage'),
});
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => whenThere(pageOf('/account')), 'AccountPage'),
});

/** The router of the console. */
export const router = createRouter({
  routeTree: root.addChildren([
    today,
    material,
    asset,
    notices,
    review,
    playlists,
    playlist,
    bookings,
    booking,
    storedBooking,
    calendar,
    newFilm,
    endpoints,
    endpoint,
    groups,
    pair,
    why,
    emergency,
    alerts,
    settings,
    account,
    ...reportPlaces,
  ]),
  basepath: '/console',
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: TroublePage,
  defaultPendingComponent: PendingPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  /** What one must be allowed to find something there; the frame refuses the page to others. */
  interface StaticDataRouteOption {
    needs?: Capability;
  }
}
