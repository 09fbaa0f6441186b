import { ACCESS_RULES } from '../../src/http/access-rules.ts';
import type { App } from '../../src/http/app.ts';
import { KEY_RULES } from '../../src/http/key-rules.ts';
import { type MountedRoute, ruleKey } from '../../src/http/mounted-routes.ts';
import { REMIT_RULES } from '../../src/http/remit-rules.ts';
import { KEY_SCOPES } from '../../src/staff/key-scopes.ts';

/** Everybody who may knock: `box` is a paired player, `….fresh` has a one-time password, `….limited` is for a part of
 * the fleet without endpoint 1, `bt_…` is a key with that scope, the rest are
 * roles. */
export const CALLERS = [
  'nobody',
  'box',
  'viewer',
  'editor',
  'reviewer',
  'operator',
  'administrator',
  'administrator.fresh',
  'editor.limited',
  'operator.limited',
  ...KEY_SCOPES.map((scope) => `bt_${scope}` as const),
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
  const rule = ACCESS_RULES[ruleKey(route)];
  const who = rule?.who ?? [];
  const scope = KEY_SCOPES.find((one) => name === `bt_${one}`);
  if (scope && who !== 'open') {
    if (KEY_RULES[scope].includes(ruleKey(route))) return '413 request.tooLarge';
    return who.every((allowed) => allowed === 'player') ? '401 token.unknown' : '403 scope.insufficient';
  }
  if (name === 'administrator.fresh' && who !== 'open' && rule?.before !== 'change') {
    return who.every((allowed) => allowed === 'player') ? '401 token.unknown' : '403 session.oneTimePassword';
  }
  if (
    who === 'open' ||
    who.some((allowed) => allowed === (name === 'box' ? 'player' : name.replace(/\.\w+$/, '')))
  ) {
    if (name.endsWith('.limited') && who !== 'open') return expectedWithin(ruleKey(route));
    return '413 request.tooLarge';
  }
  if (who.every((allowed) => allowed === 'player')) return '401 token.unknown';
  return name === 'nobody' || name === 'box' ? '401 session.missing' : '403 role.insufficient';
}

/** Of a part of the fleet: the walk's endpoint 1 lies outside, and what no rule opens is closed. */
function expectedWithin(key: string): string {
  if (REMIT_RULES.ofEndpoint.includes(key)) return '403 remit.outside';
  const isOpen = REMIT_RULES.shared.includes(key) || REMIT_RULES.narrowed.includes(key);
  return isOpen ? '413 request.tooLarge' : '403 remit.insufficient';
}

/** What people and programs send by mistake; each goes to every route. */
const MISTAKES: readonly { readonly id: string; readonly query: string; readonly init: RequestInit }[] = [
  { id: '999999', query: '', init: json('{}') },
  { id: 'x', query: '', init: json('{"surplus": 1}') },
  {
    id: '999999',
    query: '?from=x&to=x&at=x&by=x&limit=x&campaignId=x&before=x&endpointId=x',
    init: json('[]'),
  },
  { id: '999999', query: '?campaignId=999999', init: json('{"n": ') },
  { id: '999999', query: '', init: { body: 'n=1', headers: { 'content-type': 'text/plain' } } },
  {
    id: '999999',
    query: '?fileName=x',
    init: { body: '', headers: { 'content-type': 'multipart/form-data' } },
  },
];

function json(body: string): RequestInit {
  return { body, headers: { 'content-type': 'application/json' } };
}

/** One sentence of a refusal, and where it was told. */
export interface ToldSentence {
  readonly where: string;
  readonly code: string;
  readonly sentence: string;
}

/** Makes every mistake at every route; all sentences of the refusals that come back. */
export async function refusalsOf(
  app: App,
  headers: Readonly<Record<string, string>>,
): Promise<ToldSentence[]> {
  const told: ToldSentence[] = [];
  // Signing out would be the end of the walk.
  const routes = mountedRoutes(app).filter((route) => ruleKey(route) !== 'DELETE /api/session');
  for (const route of routes) {
    for (const { id, query, init } of MISTAKES) {
      const path = route.path.replace(/:sha256(\{[^}]*\})?/, 'a'.repeat(64)).replace(/:\w+(\{[^/]*\})?/g, id);
      const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
      const answer = await app.request(path.replace('*', 'x') + query, {
        method: route.method,
        ...(hasBody && { body: init.body ?? null }),
        headers: { ...(hasBody && init.headers), ...headers } as Record<string, string>,
      });
      // Probes of the platform get plain JSON.
      if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) {
        await answer.body?.cancel();
        continue;
      }
      const problem = (await answer.json()) as {
        code: string;
        title: string;
        detail: string;
        parts?: { message: string }[];
      };
      const { code, title, detail, parts = [] } = problem;
      for (const sentence of [title, detail, ...parts.map(({ message }) => message)])
        told.push({ where: ruleKey(route), code, sentence });
    }
  }
  return told;
}
