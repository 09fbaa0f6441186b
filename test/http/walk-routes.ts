import { ACCESS_RULES, type MountedRoute, ruleKey } from '../../src/http/access-rules.ts';
import type { App } from '../../src/http/app.ts';

/** Everybody who may knock: `box` is a paired player, the rest are roles. */
export const CALLERS = [
  'nobody',
  'box',
  'viewer',
  'editor',
  'reviewer',
  'operator',
  'administrator',
] as const;

/** One of them, with the headers that say so. */
export interface Caller {
  readonly name: (typeof CALLERS)[number];
  readonly headers: Readonly<Record<string, string>>;
}

/** The routes of an app, each once, without its middlewares. */
export function mountedRoutes(app: App): MountedRoute[] {
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  return [...new Map(routes.map((route) => [ruleKey(route), route])).values()];
}

/** Walks all routes as all callers; every answer that is not the one which the rules demand. */
export async function surprises(app: App, callers: readonly Caller[]): Promise<string[]> {
  const found: string[] = [];
  for (const route of mountedRoutes(app)) {
    for (const caller of callers) {
      const [answer, expected] = [await answerTo(app, route, caller), expectedOf(route, caller)];
      if (answer !== expected) found.push(`${ruleKey(route)} as ${caller.name}: ${answer}, not ${expected}`);
    }
  }
  return found;
}

/** The claimed size stops every admitted request right behind the guard: nothing is really done. */
async function answerTo(app: App, route: MountedRoute, caller: Caller): Promise<string> {
  const path = route.path
    .replace(/:sha256(\{[^}]*\})?/, 'a'.repeat(64))
    .replace(/:\w+(\{[^/]*\})?/g, '1')
    .replace('*', 'x');
  const headers = { 'content-length': '9999999999999', ...caller.headers };
  const answer = await app.request(path, { method: route.method, headers });
  const { code } = (await answer.json()) as { code: string };
  return `${answer.status} ${code}`;
}

function expectedOf(route: MountedRoute, { name }: Caller): string {
  const who = ACCESS_RULES[ruleKey(route)]?.who ?? [];
  if (who === 'open' || who.some((allowed) => allowed === (name === 'box' ? 'player' : name))) {
    return '413 request.tooLarge';
  }
  if (who.every((allowed) => allowed === 'player')) return '401 token.unknown';
  return name === 'nobody' || name === 'box' ? '401 session.missing' : '403 role.insufficient';
}
