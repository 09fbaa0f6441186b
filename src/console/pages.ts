import type { ComponentType } from 'react';
import { patternFor } from './pattern.ts';

/** Loads a page's module; a wider type than it has, since pages speak of the router, which speaks of them. */
type Load = () => Promise<Readonly<Record<string, ComponentType>>>;

/** The page of every address, loaded when it is asked for. `$` begins what stands for anything. */
const PAGES: Readonly<Record<string, Load>> = {
  '/': () => import('./pages/today-page.tsx'),
  '/material': () => import('./pages/material-page.tsx'),
  '/material/$assetId': () => import('./pages/asset-page.tsx'),
  '/notices': () => import('./pages/notices-page.tsx'),
  '/review': () => import('./pages/review-page.tsx'),
  '/playlists': () => import('./pages/playlists-page.tsx'),
  '/playlists/$playlistId': () => import('./pages/playlist-page.tsx'),
  '/endpoints': () => import('./pages/endpoints-page.tsx'),
  '/endpoints/groups': () => import('./pages/groups-page.tsx'),
  '/endpoints/$endpointId': () => import('./pages/endpoint-page.tsx'),
  '/pair': () => import('./pages/pair-page.tsx'),
  '/why': () => import('./pages/why-page.tsx'),
  '/bookings': () => import('./pages/bookings-page.tsx'),
  '/bookings/new': () => import('./pages/booking-page.tsx'),
  '/bookings/$bookingId': () => import('./pages/booking-page.tsx'),
  '/bookings/calendar': () => import('./pages/calendar-page.tsx'),
  '/new-film': () => import('./pages/new-film-page.tsx'),
  '/emergency': () => import('./pages/emergency-page.tsx'),
  '/emergency/alerts': () => import('./pages/alerts-page.tsx'),
  '/settings': () => import('./pages/settings-page.tsx'),
  '/account': () => import('./pages/account-page.tsx'),
  '/reports': () => import('./pages/reports-page.tsx'),
  '/reports/shortfalls': () => import('./pages/shortfalls-page.tsx'),
  '/reports/coverage': () => import('./pages/coverage-page.tsx'),
  '/reports/plays': () => import('./pages/single-plays-page.tsx'),
  '/reports/comparison': () => import('./pages/comparison-page.tsx'),
  '/reports/uptime': () => import('./pages/uptime-page.tsx'),
  '/reports/issued': () => import('./pages/issued-page.tsx'),
  '/reports/issued/$number': () => import('./pages/issued-report-page.tsx'),
  '/reports/dispatch': () => import('./pages/dispatch-page.tsx'),
  '/reports/roll-call': () => import('./pages/roll-call-page.tsx'),
  '/reports/quarantine': () => import('./pages/quarantine-page.tsx'),
  '/reports/audience': () => import('./pages/audience-page.tsx'),
  '/reports/channels': () => import('./pages/channels-page.tsx'),
};

/** The page of a pattern, for the router. @throws Error when it is not one of the list */
export function pageOf(pattern: string): Load {
  const load = PAGES[pattern];
  if (load === undefined) throw new Error(`no page for ${pattern}`);
  return load;
}

/** The page of an address below `/console`; null where there is none. */
export function pageAt(path: string): Load | null {
  const pattern = patternFor(path, Object.keys(PAGES));
  return pattern === null ? null : pageOf(pattern);
}
