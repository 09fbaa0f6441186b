import type { Role } from '../base/api-routes.ts';

/**
 * What a role may do, as far as the console shows or hides it. The server decides; `rule` names the route whose
 * access rule says the same, and a test holds the two together.
 */
export const CAPABILITIES = {
  look: { rule: 'GET /api/endpoints', roles: ['viewer', 'editor', 'reviewer', 'operator', 'administrator'] },
  upload: { rule: 'POST /api/assets', roles: ['editor', 'administrator'] },
  tag: { rule: 'POST /api/material/tags', roles: ['editor', 'reviewer', 'administrator'] },
  submit: { rule: 'POST /api/assets/:id/submit', roles: ['editor', 'reviewer', 'administrator'] },
  review: { rule: 'POST /api/assets/:id/approve', roles: ['reviewer', 'administrator'] },
  expire: { rule: 'POST /api/assets/:id/expiry', roles: ['editor', 'reviewer', 'administrator'] },
  retire: { rule: 'POST /api/assets/:id/retire', roles: ['reviewer', 'operator', 'administrator'] },
  book: { rule: 'POST /api/bookings', roles: ['editor', 'administrator'] },
  install: { rule: 'POST /api/endpoints', roles: ['editor', 'operator', 'administrator'] },
  pair: { rule: 'POST /api/pairings/claim', roles: ['editor', 'operator', 'administrator'] },
  lookAtAll: {
    rule: 'GET /api/reports/issued',
    roles: ['viewer', 'editor', 'reviewer', 'operator', 'administrator'],
  },
  accept: { rule: 'POST /api/quarantine/:id/accept', roles: ['reviewer', 'administrator'] },
  issue: { rule: 'POST /api/reports/issued', roles: ['editor', 'administrator'] },
  makeGood: { rule: 'POST /api/reports/make-goods', roles: ['editor', 'administrator'] },
  dispatch: { rule: 'POST /api/dispatch/plans', roles: ['operator', 'administrator'] },
  model: { rule: 'POST /api/audience/import', roles: ['editor', 'administrator'] },
  tally: { rule: 'POST /api/tallies', roles: ['editor', 'administrator'] },
  setRules: { rule: 'PUT /api/holidays/:year', roles: ['editor', 'administrator'] },
  prepare: {
    rule: 'POST /api/override-templates',
    roles: ['editor', 'operator', 'administrator'],
  },
  approveTemplate: {
    rule: 'POST /api/override-templates/:id/approve',
    roles: ['reviewer', 'operator', 'administrator'],
  },
  alarm: { rule: 'POST /api/overrides', roles: ['operator', 'administrator'] },
  administer: { rule: 'GET /api/staff', roles: ['administrator'] },
} as const satisfies Readonly<Record<string, { rule: string; roles: readonly Role[] }>>;

/** One of the {@link CAPABILITIES}. */
export type Capability = keyof typeof CAPABILITIES;

/** What is closed to accounts of a part of the fleet, whatever their role; the same test holds it to the rules. */
export const OF_THE_WHOLE_FLEET: readonly Capability[] = [
  'install',
  'issue',
  'dispatch',
  'model',
  'tally',
  'setRules',
  'prepare',
  'approveTemplate',
  'lookAtAll',
  'administer',
];

/** Whether a role may do something; `isLimited`: the account is for a part of the fleet. */
export function may(role: Role, capability: Capability, isLimited = false): boolean {
  if (isLimited && OF_THE_WHOLE_FLEET.includes(capability)) return false;
  const roles: readonly Role[] = CAPABILITIES[capability].roles;
  return roles.includes(role);
}
