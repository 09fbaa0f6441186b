import type { Role } from '../base/api-routes.ts';
import type { Bytes } from '../base/units.ts';
import { MAX_REPORT_BYTES } from '../contract/play-report.ts';
import { RECORDING_BYTES } from '../notices/notice.ts';
import { LONGEST_ALERT } from '../override/alert-xml.ts';
import { OVERRIDE_ROLES } from '../override/override.ts';
import { TEMPLATE_RULES } from '../override/template.ts';
import { EXPIRY_ROLES, REVIEW_RULES } from '../review/review.ts';

/** Who may call: anybody, a paired player, or staff of a role. An administrator may do all that staff may. */
type Caller = 'player' | Role;

/** The rule of one route. */
export interface AccessRule {
  /** `open` where the room itself decides or there is nothing to protect. */
  readonly who: 'open' | readonly Caller[];
  /** Let in before the owner of a one-time password has changed it, or before a second step that is asked is set up. */
  readonly before?: 'change' | 'secondFactor';
  /** Most bytes of a request body; `streamed` bodies are counted by the room while they come in. */
  readonly body?: { readonly mostBytes: Bytes; readonly streamed?: true };
  /** Most requests under way at once at this server, all routes with this very rule together. */
  readonly mostAtOnce?: number;
}

/** Most bytes of an ordinary request body. */
export const ORDINARY_BODY: Bytes = 1_048_576;
/** Most bytes of one piece of material: 4 GiB. */
const MATERIAL_BODY: Bytes = 4 * 1_073_741_824;
/** Most bytes of a file of evidence, with room for the room's own sentence. */
const EVIDENCE_BODY: Bytes = 21 * 1_048_576;
/** Most bytes of a list of endpoints or tallies. */
const LIST_BODY: Bytes = 16 * 1_048_576;

/**
 * So many boxes join at once. Each waits for the database, and a box gives an answer up after 20 s: in a longer queue every
 * answer would come too late, and all would ask again for ever.
 */
const JOINING_AT_ONCE = 100;

const open: AccessRule = { who: 'open' };
const joining: AccessRule = { who: 'open', mostAtOnce: JOINING_AT_ONCE };
const player: AccessRule = { who: ['player'] };
const all: readonly Role[] = ['viewer', 'editor', 'reviewer', 'operator', 'administrator'];
const look: AccessRule = { who: all };
const edit: AccessRule = { who: ['editor', 'administrator'] };
const install: AccessRule = { who: ['editor', 'operator', 'administrator'] };
const alarm: AccessRule = { who: OVERRIDE_ROLES };
const dispatchers: AccessRule = { who: ['operator', 'administrator'] };
const administer: AccessRule = { who: ['administrator'] };
const material = { mostBytes: MATERIAL_BODY, streamed: true } as const;

/**
 * The one table of who may do what: method and path pattern, as the room wrote it. A route without a rule
 * stops the server from starting. Everything that has no rule is refused.
 */
export const ACCESS_RULES: Readonly<Record<string, AccessRule>> = {
  // The server itself
  'GET /': open,
  'GET /status': open,
  'GET /console': open,
  'GET /console/*': open,
  'GET /favicon.svg': open,
  'GET /favicon.ico': open,
  'GET /pages/:file': open,
  'GET /player': open,
  'GET /player/*': open,
  'GET /docs': open,
  'GET /openapi.json': open,
  'GET /api/status': open,
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /servez': open,
  // The room asks for METRICS_TOKEN itself.
  'GET /metrics': open,
  'GET /api/storage': administer,
  // People
  'POST /api/session': open,
  'POST /api/session/passkey/challenge': open,
  'POST /api/session/passkey': open, // the room checks the answer of the passkey
  'GET /api/session/methods': open,
  'GET /api/session/oidc': open,
  'GET /api/session/oidc/callback': open, // the room checks the provider's answer
  'GET /api/session': { ...look, before: 'change' },
  'DELETE /api/session': { ...look, before: 'change' },
  'PUT /api/session/password': { ...look, before: 'change' },
  'GET /api/sessions': look, // the own ones
  'DELETE /api/sessions': look,
  'DELETE /api/sessions/:id': look,
  'GET /api/session/second-factor': { ...look, before: 'secondFactor' },
  'POST /api/session/second-factor': { ...look, before: 'secondFactor' },
  'POST /api/session/second-factor/confirm': { ...look, before: 'secondFactor' },
  'POST /api/session/second-factor/codes': look,
  'POST /api/session/second-factor/end': look,
  'GET /api/session/passkeys': { ...look, before: 'secondFactor' },
  'POST /api/session/passkeys': { ...look, before: 'secondFactor' },
  'POST /api/session/passkeys/challenge': { ...look, before: 'secondFactor' },
  'POST /api/session/passkeys/:id/end': look,
  'GET /api/people': look,
  'GET /api/sign-in-policy': administer,
  'PUT /api/sign-in-policy': administer,
  'GET /api/staff': administer,
  'POST /api/staff': administer,
  'PATCH /api/staff/:username': administer,
  'POST /api/staff/:username/password': administer,
  'DELETE /api/staff/:username/second-factor': administer,
  'DELETE /api/staff/:username/passkeys': administer,
  'GET /api/staff/:username/sessions': administer,
  'DELETE /api/staff/:username/sessions': administer,
  'DELETE /api/staff/:username/sessions/:id': administer,
  'GET /api/keys': administer,
  'POST /api/keys': administer,
  'DELETE /api/keys/:id': administer,
  'GET /api/signing-key': administer,
  'POST /api/signing-key/rotations': administer,
  'GET /api/audit': administer,
  'GET /api/audit/verdict': administer,
  // Players
  'POST /api/player/v1/pairings': joining, // a box without an identity asks for one; staff decide
  'GET /api/player/v1/pairings/current': joining, // the room checks the pairing's own secret
  'POST /api/player/v1/enrolments': joining, // the room checks the single-use token
  'GET /api/player/v1/manifest': player,
  'GET /api/player/v1/keys': player,
  'GET /api/player/v1/media/:sha256': { who: ['player', ...all] }, // staff preview what players fetch
  'GET /api/player/v1/events': player,
  'POST /api/player/v1/plays': { ...player, body: { mostBytes: MAX_REPORT_BYTES } },
  'POST /api/player/v1/health': player,
  'GET /api/player/v1/overrides': player,
  'POST /api/player/v1/receipts': player,
  'POST /api/player/v1/command-receipts': player,
  // Endpoints
  'GET /api/endpoints': look,
  'GET /api/places': look,
  'GET /api/endpoints/:id': look,
  'GET /api/endpoints/:id/programme': look,
  'GET /api/endpoints/:id/health': look,
  'GET /api/endpoints/:id/airtime': look,
  'GET /api/endpoints/:id/files': look,
  'GET /api/endpoints/:id/commands': look,
  'POST /api/endpoints/:id/commands': install,
  'GET /api/endpoints/:id/picture': look,
  'GET /api/areas': look,
  'GET /api/groups': look,
  'POST /api/groups': install,
  'PUT /api/groups/:id': install,
  'DELETE /api/groups/:id': install,
  'POST /api/endpoints': install,
  'POST /api/endpoints/import': { ...install, body: { mostBytes: LIST_BODY } },
  'POST /api/pairings/claim': install,
  'POST /api/endpoints/:id/enrolments': install,
  'POST /api/enrolments': install,
  'POST /api/enrolments/sheet': install,
  'DELETE /api/players/:id': install,
  // Material and review
  'GET /api/material': look,
  'GET /api/material/titles': look,
  'GET /api/material/tags': look,
  'POST /api/material/tags': { who: ['editor', 'reviewer', 'administrator'] },
  'POST /api/material/category': edit,
  'POST /api/material/review': { who: ['editor', 'reviewer', 'operator', 'administrator'] }, // each step by its own roles
  'GET /api/assets': look,
  'GET /api/assets/:id': look,
  'GET /api/assets/:id/verdict': look,
  'GET /api/assets/:id/thumbnail': look,
  'GET /api/assets/:id/file': look,
  'POST /api/assets': { ...edit, body: material },
  'GET /api/uploads': edit,
  'POST /api/uploads': { ...edit, body: material },
  'GET /api/uploads/:id': edit,
  'PATCH /api/uploads/:id': { ...edit, body: material },
  'DELETE /api/uploads/:id': edit,
  'POST /api/assets/:id/submit': { who: REVIEW_RULES.submit.roles },
  'POST /api/assets/:id/withdraw': { who: REVIEW_RULES.withdraw.roles },
  'POST /api/assets/:id/approve': { who: REVIEW_RULES.approve.roles },
  'POST /api/assets/:id/reject': { who: REVIEW_RULES.reject.roles },
  'POST /api/assets/:id/retire': { who: REVIEW_RULES.retire.roles },
  'POST /api/assets/:id/expiry': { who: EXPIRY_ROLES },
  'GET /api/assets/:id/renditions': look,
  'GET /api/notice-templates': look,
  'POST /api/notices/preview': look, // stores nothing
  'POST /api/notices': edit,
  'GET /api/notices': look,
  'GET /api/notices/:id': look,
  'POST /api/notices/:id/speech': edit,
  'POST /api/notices/:id/recording': { ...edit, body: { mostBytes: RECORDING_BYTES, streamed: true } },
  'GET /api/notices/:id/poster': look,
  'GET /api/picture-sizes': look,
  'PUT /api/assets/:id/framing': edit,
  'GET /api/assets/:id/framing-preview': look,
  'POST /api/renditions/:id/cancel': edit,
  'POST /api/renditions/:id/retry': edit,

  // Playlists, campaigns, bookings, and the rules that bookings follow
  'GET /api/holidays/:year': look,
  'PUT /api/holidays/:year': edit,
  'GET /api/separation-rules': look,
  'PUT /api/separation-rules': edit,
  'GET /api/playlists': look,
  'POST /api/playlists': edit,
  'GET /api/playlists/:id': look,
  'PUT /api/playlists/:id': edit,
  'GET /api/playlist-drafts': look,
  'PUT /api/playlist-drafts': edit,
  'DELETE /api/playlist-drafts': edit,
  'GET /api/campaigns': look,
  'POST /api/campaigns': edit,
  'GET /api/campaigns/:id': look,
  'GET /api/bookings': look,
  'POST /api/bookings': edit,
  'GET /api/bookings/:id': look,
  'PUT /api/bookings/:id': edit,
  'DELETE /api/bookings/:id': edit,
  'GET /api/bookings/:id/fit': look,
  'POST /api/bookings/preview': look, // stores nothing, as the next
  'POST /api/bookings/dates': look,

  // Programme
  'GET /api/endpoints/:id/explain': look,
  'GET /api/programme/now': look,
  'GET /api/programme/states': look,

  // Emergencies
  'GET /api/overrides': look,
  'POST /api/overrides': alarm,
  'POST /api/overrides/preview': look, // stores nothing
  'GET /api/overrides/:id': look,
  'POST /api/overrides/:id/confirm': alarm,
  'POST /api/overrides/:id/withdraw': alarm,
  'GET /api/override-settings': look,
  'PUT /api/override-settings': administer,
  'GET /api/override-templates': look,
  'POST /api/override-templates': install,
  'POST /api/override-templates/:id/approve': { who: TEMPLATE_RULES.approve.roles },
  'POST /api/override-templates/:id/reject': { who: TEMPLATE_RULES.reject.roles },
  'POST /api/override-templates/:id/retire': { who: TEMPLATE_RULES.retire.roles },
  'GET /api/standing-material': look,
  'PUT /api/standing-material': install,

  // Alerts of other systems
  'POST /api/alerts/cap': { ...alarm, body: { mostBytes: LONGEST_ALERT } },
  'GET /api/alerts': look,
  'GET /api/alerts/:id': look,
  'GET /api/alert-settings': look,
  'PUT /api/alert-settings': administer,
  'GET /api/alert-areas': look,
  'PUT /api/alert-areas': install,

  // Other channels
  'GET /api/tallies': look,
  'POST /api/tallies': edit,
  'PUT /api/tallies/:id': edit,
  'POST /api/tallies/import': { ...edit, body: { mostBytes: LIST_BODY } },
  'POST /api/evidence': { ...edit, body: { mostBytes: EVIDENCE_BODY } },
  'GET /api/evidence/:sha256': look,

  // Audience
  'GET /api/audience': look,
  'GET /api/audience/place-classes': look,
  'GET /api/endpoints/:id/audience': look,
  'POST /api/audience/import': { ...edit, body: { mostBytes: LIST_BODY } },
  'POST /api/audience/assume': edit,
  'PUT /api/audience/population': edit,

  // Plays that were not believed
  'GET /api/quarantine': look,
  'POST /api/quarantine/:id/accept': { who: ['reviewer', 'administrator'] },
  'GET /api/players-in-doubt': look,

  // Reports
  'GET /api/reports/plays': look,
  'GET /api/reports/week-hours': look,
  'GET /api/reports/comparison': look,
  'GET /api/reports/whole': look,
  'GET /api/reports/single-plays': look,
  'GET /api/reports/export': look,
  'GET /api/reports/shortfalls': look,
  'GET /api/reports/owed': look,
  'GET /api/reports/uptime': look,
  'POST /api/reports/make-goods': edit,
  'GET /api/reports/totals': look,
  'GET /api/endpoints/:id/coverage': look,
  'POST /api/reports/issued': edit,
  'GET /api/reports/issued': look,
  'GET /api/reports/issued/:id': look,

  // What is sent by itself
  'GET /api/roll-call': look,
  'GET /api/dispatch/plans': look,
  'POST /api/dispatch/plans': dispatchers,
  'DELETE /api/dispatch/plans/:id': dispatchers,
  'POST /api/dispatch/plans/:id/try': dispatchers,
  'GET /api/dispatch/deliveries': look,
};

/** Whether the rule lets a person of this role in. */
export function allowsRole(rule: AccessRule, role: Role): boolean {
  return rule.who === 'open' || rule.who.includes(role);
}
