import type { KeyScope } from '../staff/key-scopes.ts';

/**
 * The one table of what keys of other programs may do: the routes that a scope opens. What stands nowhere here is
 * closed to every key: accounts, keys, the audit log, whatever needs a second person (review, raising and
 * confirming emergencies), and settings.
 */
export const KEY_RULES: Readonly<Record<KeyScope, readonly string[]>> = {
  'alerts.send': ['POST /api/alerts/cap', 'GET /api/alerts', 'GET /api/alerts/:id'],
  'reports.read': [
    'GET /api/reports/plays',
    'GET /api/reports/week-hours',
    'GET /api/reports/comparison',
    'GET /api/reports/whole',
    'GET /api/reports/single-plays',
    'GET /api/reports/export',
    'GET /api/reports/shortfalls',
    'GET /api/reports/owed',
    'GET /api/reports/uptime',
    'GET /api/reports/totals',
    'GET /api/reports/issued',
    'GET /api/reports/issued/:id',
    'GET /api/endpoints/:id/coverage',
    'GET /api/roll-call',
    'GET /api/tallies',
    'GET /api/evidence/:sha256',
  ],
  'fleet.read': [
    'GET /api/endpoints',
    'GET /api/endpoints/:id',
    'GET /api/endpoints/:id/programme',
    'GET /api/endpoints/:id/explain',
    'GET /api/endpoints/:id/audience',
    'GET /api/areas',
    'GET /api/groups',
    'GET /api/programme/now',
    'GET /api/overrides',
    'GET /api/overrides/:id',
  ],
  'bookings.manage': [
    'GET /api/assets',
    'GET /api/assets/:id',
    'GET /api/areas',
    'GET /api/groups',
    'GET /api/endpoints',
    'GET /api/playlists',
    'POST /api/playlists',
    'GET /api/playlists/:id',
    'PUT /api/playlists/:id',
    'GET /api/campaigns',
    'POST /api/campaigns',
    'GET /api/campaigns/:id',
    'GET /api/bookings',
    'POST /api/bookings',
    'GET /api/bookings/:id',
    'PUT /api/bookings/:id',
    'DELETE /api/bookings/:id',
    'GET /api/bookings/:id/fit',
    'POST /api/bookings/preview',
    'POST /api/bookings/dates',
  ],
  'material.add': [
    'GET /api/assets',
    'GET /api/assets/:id',
    'GET /api/assets/:id/verdict',
    'POST /api/assets',
    'GET /api/uploads',
    'POST /api/uploads',
    'GET /api/uploads/:id',
    'PATCH /api/uploads/:id',
    'DELETE /api/uploads/:id',
    'POST /api/assets/:id/submit',
  ],
  'tallies.write': [
    'GET /api/campaigns',
    'GET /api/tallies',
    'POST /api/tallies',
    'PUT /api/tallies/:id',
    'POST /api/tallies/import',
    'POST /api/evidence',
  ],
  'audience.write': [
    'GET /api/audience',
    'GET /api/audience/place-classes',
    'GET /api/endpoints',
    'POST /api/audience/import',
  ],
};

/** The first of a key's scopes that opens the route, by its key in the access table; null when none does. */
export function scopeFor(routeKey: string, scopes: readonly KeyScope[]): KeyScope | null {
  return scopes.find((scope) => KEY_RULES[scope].includes(routeKey)) ?? null;
}
