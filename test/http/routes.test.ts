import { beforeAll, describe, expect, test } from 'vitest';
import { ACCESS_RULES } from '../../src/http/access-rules.ts';
import type { Room } from '../../src/http/app.ts';
import { KEY_RULES } from '../../src/http/key-rules.ts';
import { rulesWithoutRoute } from '../../src/http/mounted-routes.ts';
import { REMIT_RULES } from '../../src/http/remit-rules.ts';
import { KEY_SCOPES, SCOPE_ROLES } from '../../src/staff/key-scopes.ts';
import { filesBelow } from '../support/source-tree.ts';
import { stubApp } from './stub-app.ts';
import { CALLERS, mountedRoutes, surprises } from './walk-routes.ts';

/** Whatever a room is made of; good enough to mount it, since the guard answers before a handler runs. */
function anything(): unknown {
  const target = (): unknown => anything();
  return new Proxy(target, {
    get: (_, name) => (name === 'then' || name === Symbol.iterator ? undefined : anything()),
    apply: () => anything(),
  });
}

/** The rooms of every `-routes` file there is, so that none can be forgotten. */
async function everyRoom(): Promise<Room[]> {
  const files = filesBelow(['src'], /-routes\.ts$/).filter((path) => !/^src\/(base|http)\//.test(path));
  const modules = await Promise.all(
    files.map((path): Promise<unknown> => import(/* @vite-ignore */ `../../${path}`)),
  );
  return modules.flatMap((module, i) => {
    const makers = Object.entries(module as object).filter(([name]) => name.endsWith('Routes'));
    if (makers.length === 0) throw new Error(`${files[i]} exports no function whose name ends in Routes`);
    return makers.map(([, make]: [string, (...parts: unknown[]) => Room]) => make(anything(), anything()));
  });
}

let app: Awaited<ReturnType<typeof stubApp>>['app'];

beforeAll(async () => {
  ({ app } = await stubApp({ rooms: await everyRoom() }));
});

describe('all routes', () => {
  test('refuse whoever the rules do not let in, and nobody else', async () => {
    const callers = CALLERS.map((name) => {
      const headers: Record<string, string> = name === 'nobody' ? {} : { authorization: `Bearer ${name}` };
      return { name, headers };
    });
    expect(mountedRoutes(app).length).toBeGreaterThan(20);
    expect(await surprises(app, callers)).toEqual([]);
  });

  test('are spoken of by every rule: no rule is left over', () => {
    expect(rulesWithoutRoute(app.routes, ACCESS_RULES)).toEqual([]);
  });

  test('let an administrator do everything that any of the staff may', async () => {
    for (const [key, { who }] of Object.entries(ACCESS_RULES)) {
      if (who !== 'open' && who.some((name) => name !== 'player'))
        expect(who, key).toContain('administrator');
    }
  });

  test('are opened to keys by rules that exist, in a role which the route lets in, and never to decide for a person', () => {
    for (const scope of KEY_SCOPES) {
      for (const key of KEY_RULES[scope]) expect(ACCESS_RULES[key]?.who, key).toContain(SCOPE_ROLES[scope]);
    }
    const opened = Object.values(KEY_RULES).flat();
    const personal =
      /\/(session|sessions|staff|keys|audit|signing-key|people|approve|reject|confirm|accept)\b|settings|POST \/api\/overrides/;
    expect(opened.filter((key) => personal.test(key))).toEqual([]);
  });

  test('are opened to accounts of a part of the fleet by rules that exist, each once', () => {
    const opened = Object.values(REMIT_RULES).flat();
    expect(opened.filter((key) => ACCESS_RULES[key] === undefined)).toEqual([]);
    expect(new Set(opened).size).toBe(opened.length);
    expect(REMIT_RULES.ofEndpoint.filter((key) => !/ \/api\/endpoints\/:id(\/|$)/.test(key))).toEqual([]);
  });

  test('are open to strangers in these cases alone', () => {
    const open = Object.entries(ACCESS_RULES).filter(([, { who }]) => who === 'open');
    expect(open.map(([key]) => key)).toEqual([
      'GET /',
      'GET /status',
      'GET /console',
      'GET /console/*',
      'GET /favicon.svg',
      'GET /favicon.ico',
      'GET /pages/:file',
      'GET /player',
      'GET /player/*',
      'GET /docs',
      'GET /openapi.json',
      'GET /api/status',
      'GET /healthz',
      'GET /readyz',
      'GET /servez',
      'GET /metrics',
      'POST /api/session',
      'POST /api/session/passkey/challenge',
      'POST /api/session/passkey',
      'GET /api/session/methods',
      'GET /api/session/oidc',
      'GET /api/session/oidc/callback',
      'POST /api/player/v1/pairings',
      'GET /api/player/v1/pairings/current',
      'POST /api/player/v1/enrolments',
    ]);
  });
});
