import type { Role } from '../base/api-routes.ts';

/** What a key of another program may be made for; a key does nothing else. */
export const KEY_SCOPES = [
  'alerts.send',
  'reports.read',
  'fleet.read',
  'bookings.manage',
  'material.add',
  'tallies.write',
  'audience.write',
] as const;
/** One of the {@link KEY_SCOPES}. */
export type KeyScope = (typeof KEY_SCOPES)[number];

/** As whom a key acts where a scope lets it in. */
export const SCOPE_ROLES: Readonly<Record<KeyScope, Role>> = {
  'alerts.send': 'operator',
  'reports.read': 'viewer',
  'fleet.read': 'viewer',
  'bookings.manage': 'editor',
  'material.add': 'editor',
  'tallies.write': 'editor',
  'audience.write': 'editor',
};

/** How every key begins, so that people and scanners of leaked secrets know one. */
export const KEY_PREFIX = 'bt_';

/** Whether it is a scope that the system knows. */
export function isKeyScope(scope: unknown): scope is KeyScope {
  return KEY_SCOPES.some((known) => known === scope);
}
