import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/base/api-routes.ts';
import { type Composition, composeServer } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { ACCESS_RULES } from '../../src/http/access-rules.ts';
import { rulesWithoutRoute } from '../../src/http/mounted-routes.ts';
import { isRole } from '../../src/staff/account.ts';
import { KEY_SCOPES } from '../../src/staff/key-scopes.ts';
import { openLog } from '../../src/telemetry/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { CALLERS, type Caller, mountedRoutes, refusalsOf, surprises } from './walk-routes.ts';

const OWN_PASSWORD = 'the own password of tests';
let folder: string;
let database: TestDatabase;
let server: Composition;
const troubles: unknown[] = [];
const lines: string[] = [];
/** Whatever opens something: none of it may be in the log. */
const secrets: string[] = [OWN_PASSWORD];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'composed-'));
  database = await testDatabase();
  const logTrouble = (what: string, error: unknown) => void troubles.push([what, error]);
  const { request: logRequest } = openLog({ level: 'debug', write: (line) => void lines.push(line) });
  const surroundings = { now: Date.now, logTrouble, logRequest, database };
  server = await composeServer(readConfig({ DATA_DIR: folder }), surroundings);
});
afterAll(async () => {
  await server?.stop();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Signs a person of the role in, as a program does; without a password by a one-time one. */
async function tokenOf(role: Role, name: string, password?: string): Promise<string> {
  const system = { id: 'system', name: 'system', role: 'administrator' } as const;
  const request = { username: `the.${name}`, name: role, role, password };
  const { username, oneTimePassword } = await server.people.addStaff(system, request);
  const from = { address: '127.0.0.1', userAgent: 'test' };
  const { token } = await server.people.signIn(username, oneTimePassword, from);
  secrets.push(oneTimePassword, token);
  if (name.endsWith('.limited')) await limit(username);
  return token;
}

/** Makes the account one for endpoints of an owner that has none. */
async function limit(username: string): Promise<void> {
  const authorization = `Bearer ${await administrator()}`;
  const answer = await server.app.request(`/api/staff/${username}`, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ remit: { areaIds: null, owners: ['somebody else'] } }),
  });
  expect(answer.status).toBe(204);
}

let signedIn: Promise<string> | undefined;
function administrator(): Promise<string> {
  signedIn ??= tokenOf('administrator', 'limiting', OWN_PASSWORD);
  return signedIn;
}

/** The token of a caller of the walk: a key, a person with a one-time password, or a person. */
async function tokenOfCaller(name: Exclude<Caller['name'], 'nobody' | 'box'>): Promise<string> {
  if (name === 'administrator.fresh') return tokenOf('administrator', name);
  if (isRole(name)) return tokenOf(name, name, OWN_PASSWORD);
  const limited = name.replace('.limited', '');
  if (isRole(limited)) return tokenOf(limited, name, OWN_PASSWORD);
  const scopes = KEY_SCOPES.filter((scope) => name === `bt_${scope}`);
  const { key } = await server.keys.make('system', { name, scopes, expiresAt: null });
  secrets.push(key);
  return key;
}

describe('composeServer', () => {
  test('mounts a route for every access rule', () => {
    expect(rulesWithoutRoute(server.app.routes, ACCESS_RULES)).toEqual([]);
  });

  test('guards every route against strangers and against each real role that it is not for', async () => {
    const callers: Caller[] = [
      { name: 'nobody', headers: {} },
      { name: 'nobody', headers: { authorization: 'Bearer not-a-token' } },
      { name: 'nobody', headers: { cookie: 'beacon.session_token=not.a-session' } },
    ];
    for (const name of CALLERS) {
      if (name === 'nobody' || name === 'box') continue;
      callers.push({ name, headers: { authorization: `Bearer ${await tokenOfCaller(name)}` } });
    }
    expect(await surprises(server.app, callers)).toEqual([]);
    expect(troubles).toEqual([]);
  });

  test.each([
    ['zh-CN,zh;q=0.9', /\p{Script=Han}/u],
    ['en', /^[^，。；：、]+$/u],
  ])(
    'answers every mistake at every route in the language of %s, without the words of a library',
    async (language, form) => {
      const headers = {
        authorization: `Bearer ${await tokenOf('administrator', `in.${language.slice(0, 2)}`, OWN_PASSWORD)}`,
      };
      const told = await refusalsOf(server.app, { ...headers, 'accept-language': language });
      const wrong = told.filter(({ sentence }) => !form.test(sentence));
      expect(wrong).toEqual([]);
      expect(told.filter(({ sentence }) => /Invalid|received|undefined|\bNaN\b/.test(sentence))).toEqual([]);
      expect(told.filter(({ code }) => code === 'internal')).toEqual([]);
      expect(new Set(told.map(({ where }) => where)).size).toBeGreaterThan(70);
      expect(new Set(told.map(({ code }) => code)).size).toBeGreaterThan(15);
      expect(troubles).toEqual([]);
    },
  );

  test('gives no page, and no other answer, a policy that lets inline styles or scripts in', async () => {
    const token = await tokenOf('administrator', 'who.looks', OWN_PASSWORD);
    const headers = { authorization: `Bearer ${token}`, accept: 'text/html' };
    const routes = mountedRoutes(server.app).filter(({ method }) => method === 'GET');
    const pages = ['/console/', '/console/endpoints', '/player/', '/pages/status.html', '/docs?lang=en'];
    let htmls = 0;
    for (const path of [...pages, ...routes.map(({ path }) => path.replace(/:\w+(\{[^/]*\})?/g, '1'))]) {
      const answer = await server.app.request(path, { headers, signal: AbortSignal.timeout(10_000) });
      const policy = answer.headers.get('content-security-policy') ?? 'none';
      expect([path, policy]).toEqual([path, expect.stringMatching(/default-src '(self|none)'/)]);
      expect([path, policy]).toEqual([path, expect.not.stringContaining('unsafe')]);
      if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
      htmls += 1;
      const html = await answer.text();
      expect([path, /unsafe-inline|<[^>]* style=|<style>/.exec(html)?.[0]]).toEqual([path, undefined]);
    }
    expect(htmls).toBeGreaterThan(2);
  });

  test('writes no password, token or key into the log, however much it tells', async () => {
    const post = (path: string, body: object) =>
      server.app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const signedIn = await post('/api/session', { username: 'the.limiting', password: OWN_PASSWORD });
    secrets.push(((await signedIn.json()) as { token: string }).token);
    const log = lines.join('');
    expect(lines.length).toBeGreaterThan(500);
    expect(log).toContain('/api/session');
    expect(secrets.length).toBeGreaterThan(10);
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  });
});
