import { Refusal } from '../base/refusal.ts';
import type { Remit, Within } from '../base/within.ts';

/**
 * The one table of what an account or key that is for a part of the fleet may reach, beside what its role lets it in
 * for. What stands nowhere here is closed to it: whatever is made for the whole county.
 */
export const REMIT_RULES: Readonly<Record<'shared' | 'ofEndpoint' | 'narrowed', readonly string[]>> = {
  // Nothing of single endpoints in it, or the safety of all: material, playlists, emergencies that are on.
  shared: [
    'GET /api/session',
    'DELETE /api/session',
    'PUT /api/session/password',
    'GET /api/sessions',
    'DELETE /api/sessions',
    'DELETE /api/sessions/:id',
    'GET /api/session/second-factor',
    'POST /api/session/second-factor',
    'POST /api/session/second-factor/confirm',
    'POST /api/session/second-factor/codes',
    'POST /api/session/second-factor/end',
    'GET /api/session/passkeys',
    'POST /api/session/passkeys',
    'POST /api/session/passkeys/challenge',
    'POST /api/session/passkeys/:id/end',
    'GET /api/people',
    'GET /api/player/v1/media/:sha256',
    'POST /api/bookings/dates', // of no endpoint
    'GET /api/groups', // rules; who belongs to them is told by the list of endpoints
    'GET /api/material',
    'GET /api/material/titles',
    'GET /api/material/tags',
    'POST /api/material/tags',
    'POST /api/material/category',
    'POST /api/material/review',
    'GET /api/assets',
    'GET /api/assets/:id',
    'GET /api/assets/:id/verdict',
    'GET /api/assets/:id/thumbnail',
    'GET /api/assets/:id/file',
    'POST /api/assets',
    'GET /api/uploads',
    'POST /api/uploads',
    'GET /api/uploads/:id',
    'PATCH /api/uploads/:id',
    'DELETE /api/uploads/:id',
    'POST /api/assets/:id/submit',
    'POST /api/assets/:id/withdraw',
    'POST /api/assets/:id/approve',
    'POST /api/assets/:id/reject',
    'POST /api/assets/:id/retire',
    'POST /api/assets/:id/expiry',
    'GET /api/assets/:id/renditions',
    'GET /api/notice-templates',
    'POST /api/notices/preview',
    'POST /api/notices',
    'GET /api/notices',
    'GET /api/notices/:id',
    'POST /api/notices/:id/speech',
    'POST /api/notices/:id/recording',
    'GET /api/notices/:id/poster',
    'GET /api/picture-sizes',
    'PUT /api/assets/:id/framing',
    'GET /api/assets/:id/framing-preview',
    'POST /api/renditions/:id/cancel',
    'POST /api/renditions/:id/retry',
    'GET /api/holidays/:year',
    'GET /api/separation-rules',
    'GET /api/playlists',
    'POST /api/playlists',
    'GET /api/playlists/:id',
    'GET /api/playlist-drafts',
    'PUT /api/playlist-drafts',
    'DELETE /api/playlist-drafts',
    'GET /api/campaigns',
    'POST /api/campaigns',
    'GET /api/campaigns/:id',
    'GET /api/overrides',
    'GET /api/overrides/:id',
    'GET /api/override-settings',
    'GET /api/override-templates',
    'GET /api/standing-material',
    'GET /api/alerts',
    'GET /api/alerts/:id',
    'GET /api/alert-settings',
    'GET /api/alert-areas',
    'GET /api/audience', // the model of the whole county
    'GET /api/audience/place-classes',
    'GET /api/tallies',
    'GET /api/evidence/:sha256',
    'GET /api/reports/totals', // which GET /api/status tells anybody
  ],
  // The number in the path is that of an endpoint.
  ofEndpoint: [
    'GET /api/endpoints/:id',
    'GET /api/endpoints/:id/programme',
    'GET /api/endpoints/:id/health',
    'GET /api/endpoints/:id/airtime',
    'GET /api/endpoints/:id/files',
    'GET /api/endpoints/:id/audience',
    'GET /api/endpoints/:id/coverage',
    'GET /api/endpoints/:id/explain',
    'GET /api/endpoints/:id/commands',
    'POST /api/endpoints/:id/commands',
    'GET /api/endpoints/:id/picture',
    'POST /api/endpoints/:id/enrolments',
  ],
  // The room keeps to `within`.
  narrowed: [
    'GET /api/endpoints',
    'GET /api/places',
    'GET /api/areas',
    'POST /api/pairings/claim',
    'POST /api/enrolments',
    'POST /api/enrolments/sheet',
    'DELETE /api/players/:id',
    'PUT /api/playlists/:id',
    'GET /api/bookings',
    'POST /api/bookings',
    'GET /api/bookings/:id',
    'PUT /api/bookings/:id',
    'DELETE /api/bookings/:id',
    'GET /api/bookings/:id/fit',
    'POST /api/bookings/preview',
    'GET /api/programme/now',
    'GET /api/programme/states',
    'POST /api/overrides',
    'POST /api/overrides/preview',
    'POST /api/overrides/:id/confirm',
    'POST /api/overrides/:id/withdraw',
    'GET /api/quarantine',
    'GET /api/players-in-doubt',
    'POST /api/quarantine/:id/accept',
    'GET /api/reports/plays',
    'GET /api/reports/week-hours',
    'GET /api/reports/comparison',
    'GET /api/reports/whole',
    'GET /api/reports/single-plays',
    'GET /api/reports/export',
    'GET /api/reports/shortfalls',
    'GET /api/reports/owed',
    'GET /api/reports/uptime',
    'POST /api/reports/make-goods',
    'GET /api/roll-call',
  ],
};

const WAYS = new Map(
  Object.entries(REMIT_RULES).flatMap(([way, keys]) => keys.map((key) => [key, way] as const)),
);

/**
 * The endpoints that a request may deal with: those of the remit, all without one.
 * @throws Refusal `remit.insufficient` when the route is for the whole fleet; `remit.outside` for an endpoint of others
 */
export async function admitWithin(
  path: string,
  routeKey: string,
  remit: Remit | null,
  endpointsOf: (remit: Remit) => Promise<NonNullable<Within>>,
): Promise<Within> {
  if (remit === null) return null;
  const way = WAYS.get(routeKey);
  if (way === undefined)
    throw new Refusal('remit.insufficient', {
      en: 'Your account is for a part of the fleet; this concerns all of it. Ask an administrator.',
      zh: '您的账号只管辖部分终端，此操作涉及全部终端，请联系管理员。',
    });
  const within = await endpointsOf(remit);
  if (way === 'ofEndpoint' && !within.has(Number(path.split('/')[3])))
    throw new Refusal('remit.outside', {
      en: 'This endpoint lies outside your remit.',
      zh: '该终端不在您的管辖范围内。',
    });
  return within;
}
