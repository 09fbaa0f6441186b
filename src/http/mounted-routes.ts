import type { AccessRule } from './access-rules.ts';

/** A mounted route, as Hono lists them. */
export interface MountedRoute {
  readonly method: string;
  readonly path: string;
}

/** The key of a route in the table. */
export function ruleKey(route: MountedRoute): string {
  return `${route.method} ${route.path}`;
}

/** The routes that no rule speaks of, as keys, each once, sorted. */
export function routesWithoutRule(
  routes: readonly MountedRoute[],
  rules: Readonly<Record<string, AccessRule>>,
): string[] {
  const keys = routes.filter((route) => route.method !== 'ALL').map(ruleKey);
  return [...new Set(keys)].filter((key) => !Object.hasOwn(rules, key)).sort();
}

/** The rules that speak of no mounted route, as keys. */
export function rulesWithoutRoute(
  routes: readonly MountedRoute[],
  rules: Readonly<Record<string, AccessRule>>,
): string[] {
  const mounted = new Set(routes.map(ruleKey));
  return Object.keys(rules).filter((key) => !mounted.has(key));
}
