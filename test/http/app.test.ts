import { createRoute, z } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { answers, apiRoutes, jsonBody } from '../../src/base/api-routes.ts';
import { Refusal } from '../../src/base/refusal.ts';
import type { AccessRule } from '../../src/http/access-rules.ts';
import { ACCESS_RULES } from '../../src/http/access-rules.ts';
import type { Room } from '../../src/http/app.ts';
import { CONTENT_SECURITY_POLICY } from '../../src/http/security-headers.ts';
import { TooManyAttempts } from '../../src/staff/guesses.ts';
import { stubApp } from './stub-app.ts';

const rules: Readonly<Record<string, AccessRule>> = {
  ...ACCESS_RULES,
  'POST /api/things': { who: ['editor', 'administrator'], body: { mostBytes: 100 } },
  'GET /api/things/:id': { who: 'open' },
};

function thingRoutes() {
  const routes = apiRoutes();
  const add = createRoute({
    method: 'post',
    path: '/api/things',
    request: { body: jsonBody(z.object({ n: z.int() })) },
    responses: answers(201, z.object({ by: z.string() }), 'Added'),
  });
  const read = createRoute({
    method: 'get',
    path: '/api/things/{id}',
    responses: answers(200, z.object({ ok: z.boolean() }), 'A thing'),
    request: { params: z.object({ id: z.string() }) },
  });
  routes.openapi(add, (c) => c.json({ by: c.var.staff.role }, 201));
  routes.openapi(read, (c) => {
    const { id } = c.req.valid('param');
    if (id === 'bug') throw new TypeError('the secret password is hunter2');
    if (id === 'huge')
      throw new Error('Failed query', { cause: Object.assign(new Error('out of range'), { code: '22003' }) });
    if (id === 'away')
      throw new Error('Failed query', {
        cause: Object.assign(new Error('lost'), { code: 'CONNECTION_CLOSED' }),
      });
    if (id === 'full') throw Object.assign(new Error('could not extend file'), { code: '53100' });
    if (id === 'no')
      throw new Refusal('asset.unknown', { en: 'There is no asset 7.', zh: '没有编号为 7 的素材。' }, [
        { where: 'id', message: { en: 'gone', zh: '已删除' } },
      ]);
    if (id === 'slow') throw new TooManyAttempts(42);
    return c.json({ ok: true }, 200);
  });
  return routes;
}

const CHINESE = { 'accept-language': 'zh-CN,zh;q=0.9' };

const things = (extra: Parameters<typeof stubApp>[0] = {}) =>
  stubApp({ rooms: [thingRoutes()], rules, ...extra });

async function post(body: string, headers: Record<string, string> = {}) {
  const { app } = await things();
  return app.request('http://signs.test/api/things', {
    method: 'POST',
    body,
    headers: { authorization: 'Bearer editor', 'content-type': 'application/json', ...headers },
  });
}

describe('buildApp', () => {
  test('does not start with a route that has no rule, and names it', async () => {
    await expect(stubApp({ rooms: [thingRoutes()] })).rejects.toThrow('POST /api/things');
  });

  test('does not start with a handler for every method, which no rule could speak of', async () => {
    const room = apiRoutes();
    room.route(
      '/',
      new Hono().all('/api/everything', (c) => c.text('hello')),
    );
    await expect(stubApp({ rooms: [room as Room] })).rejects.toThrow('/api/everything');
  });

  test('answers an unknown address with 404 and a problem document', async () => {
    const { app } = await things();
    const answer = await app.request('/api/nowhere');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({
      type: '/problems/route.unknown',
      status: 404,
      code: 'route.unknown',
      requestId: answer.headers.get('x-request-id'),
    });
  });

  test('answers a known address with another method by 405 and Allow', async () => {
    const { app } = await things();
    const answer = await app.request('/api/things', { method: 'PUT' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await answer.json()).toMatchObject({ code: 'request.wrongMethod' });
  });

  test('answers broken JSON with 400', async () => {
    const answer = await post('{"n": 1');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'request.malformed' });
  });

  test('answers JSON of another shape with 422 and the place of every fault', async () => {
    const answer = await post('{"n": "one"}');
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'request.invalid', parts: [{ where: 'n' }] });
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded'])(
    'answers a body of type %s with 415',
    async (type) => {
      const answer = await post('n=1', { 'content-type': type });
      expect(answer.status).toBe(415);
      expect(await answer.json()).toMatchObject({ code: 'request.unsupportedType' });
    },
  );

  test('answers a claimed length above the limit of the route with 413, unread', async () => {
    const answer = await post('{"n":1}', { 'content-length': '101' });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({
      code: 'request.tooLarge',
      detail: 'This address takes at most 100 bytes at once.',
    });
  });

  test('answers a body without a length that grows above the limit with 413', async () => {
    const { app } = await things();
    const body = new Blob([JSON.stringify({ n: 1, filling: 'x'.repeat(200) })]).stream();
    const answer = await app.request('/api/things', {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer editor', 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
  });

  test('tells a refusal with its code, its sentence and its parts', async () => {
    const { app } = await things();
    const answer = await app.request('/api/things/no');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: 'asset.unknown',
      detail: 'There is no asset 7.',
      parts: [{ where: 'id', message: 'gone' }],
    });
  });

  test('tells a refusal in Chinese to a browser that prefers Chinese', async () => {
    const { app } = await things();
    const answer = await app.request('/api/things/no', { headers: CHINESE });
    expect(await answer.json()).toMatchObject({
      code: 'asset.unknown',
      title: '素材不存在',
      detail: '没有编号为 7 的素材。',
      parts: [{ where: 'id', message: '已删除' }],
    });
  });

  test('tells in Chinese what is wrong with the shape of a request', async () => {
    const answer = await post('{"n": "one"}', CHINESE);
    expect(await answer.json()).toMatchObject({
      detail: '提交的内容有误，请按下列各项修改后重试。',
      parts: [{ where: 'n', message: '必须是数字' }],
    });
    const empty = await post('{}', CHINESE);
    expect(await empty.json()).toMatchObject({ parts: [{ where: 'n', message: '缺少此项' }] });
  });

  test.each([
    ['broken JSON', '{"n": 1', {}],
    ['another content type', 'n=1', { 'content-type': 'text/plain' }],
    ['too long a body', '{"n":1}', { 'content-length': '101' }],
    ['no session', '{"n":1}', { authorization: '' }],
    ['a role that may not', '{"n":1}', { authorization: 'Bearer viewer' }],
    ['a page of another site', '{"n":1}', { authorization: '', 'sec-fetch-site': 'cross-site' }],
  ])('refuses %s in Chinese where Chinese is wished', async (_, body, headers) => {
    const answer = await post(body, { ...headers, ...CHINESE });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const { title, detail } = (await answer.json()) as { title: string; detail: string };
    expect(title).toMatch(/\p{Script=Han}/u);
    expect(detail).toMatch(/\p{Script=Han}.*。$/u);
  });

  test.each(['/api/nowhere', '/api/things', '/api/things/bug', '/api/things/slow', '/player/'])(
    'answers %s in Chinese where Chinese is wished',
    async (path) => {
      const { app } = await things();
      const answer = await app.request(path, { headers: CHINESE });
      expect(((await answer.json()) as { detail: string }).detail).toMatch(/\p{Script=Han}/u);
    },
  );

  test('tells of a bug nothing but the request id, and logs the rest', async () => {
    const { app, faults } = await things();
    const answer = await app.request('/api/things/bug');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toMatch(/hunter2|TypeError|\.ts/);
    expect(faults).toHaveLength(1);
    expect(text).toContain(faults[0]?.requestId);
  });

  test('answers a value that passed its schema and that no table can hold with 422, and logs no bug', async () => {
    const { app, faults } = await things();
    const answer = await app.request('/api/things/huge');
    expect(answer.status).toBe(422);
    expect(await answer.text()).not.toMatch(/query|out of range/);
    expect(faults).toEqual([]);
  });

  test('answers 503 with Retry-After while the database is away, 507 when its disk is full, and logs no bug', async () => {
    const { app, faults } = await things();
    const [away, full] = [await app.request('/api/things/away'), await app.request('/api/things/full')];
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await away.json()).toMatchObject({ code: 'database.away' });
    expect(full.status).toBe(507);
    expect(await full.json()).toMatchObject({ code: 'disk.full' });
    expect(faults).toEqual([]);
  });

  test('says with Retry-After how long to wait', async () => {
    const { app } = await things();
    const answer = await app.request('/api/things/slow');
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('42');
  });

  test('puts the security headers on answers, refusals and pages alike', async () => {
    const { app } = await things();
    for (const path of ['/', '/docs', '/api/status', '/api/nowhere', '/api/things/bug']) {
      const { headers } = await app.request(path);
      expect(headers.get('content-security-policy'), path).toBe(CONTENT_SECURITY_POLICY);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
    }
    expect(CONTENT_SECURITY_POLICY).not.toContain('unsafe');
  });

  test('tells browsers to stay with https only when it is reached by https', async () => {
    const plain = await things();
    const secure = await things({ baseUrl: 'https://signs.test' });
    expect((await plain.app.request('/')).headers.has('strict-transport-security')).toBe(false);
    expect((await secure.app.request('/')).headers.has('strict-transport-security')).toBe(true);
  });
});

describe('crossSiteGuard', () => {
  const withCookie = async (headers: Record<string, string>) => {
    const { app } = await things({
      recogniseStaff: async () => ({
        member: { id: 'p', name: 'P', role: 'editor' },
        session: { id: 's1', mustChangePassword: false, mustSetSecondFactor: false, remit: null },
        cookies: [],
      }),
    });
    const answer = await app.request('http://signs.test/api/things', {
      method: 'POST',
      body: '{"n":1}',
      headers: { cookie: 'c=1', host: 'signs.test', 'content-type': 'application/json', ...headers },
    });
    return answer.status;
  };

  test('refuses a change that a browser sends from another site', async () => {
    expect(await withCookie({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await withCookie({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await withCookie({ origin: 'https://evil.test' })).toBe(403);
    expect(await withCookie({ origin: 'null' })).toBe(403);
    expect(await withCookie({ origin: 'http://signs.test.evil.test' })).toBe(403);
  });

  test('lets the own pages, and programs without browser headers, through', async () => {
    expect(await withCookie({ 'sec-fetch-site': 'same-origin', origin: 'http://signs.test' })).toBe(201);
    expect(await withCookie({ origin: 'http://signs.test' })).toBe(201);
    expect(await withCookie({})).toBe(201);
  });
});

describe('GET /api/status', () => {
  test('answers all who ask at the same time with one look at the database', async () => {
    let looks = 0;
    const release = Promise.withResolvers<void>();
    const status = async () => {
      looks += 1;
      await release.promise;
      return { version: '1', endpoints: looks, playersOnline: 0, playsPromised: 0, playsCounted: 0 };
    };
    const { app } = await things({ status });
    const asked = Array.from({ length: 5 }, async () => (await app.request('/api/status')).json());
    setImmediate(release.resolve);
    expect(await Promise.all(asked)).toEqual(Array(5).fill(expect.objectContaining({ endpoints: 1 })));
    expect(await (await app.request('/api/status')).json()).toMatchObject({ endpoints: 2 });
  });
});

describe('GET /openapi.json', () => {
  interface Document {
    openapi: string;
    info: { description: string };
    paths: Record<string, Record<string, { security?: object[]; 'x-roles'?: string[] }>>;
    components: { schemas: Record<string, { properties?: object }>; securitySchemes: object };
  }
  const document = async () => {
    const { app } = await things();
    return (await (await app.request('/openapi.json')).json()) as Document;
  };

  test('is OpenAPI 3.1 with every schema that server and players agree on', async () => {
    const { openapi, components } = await document();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining([
        'Manifest',
        'PlayReport',
        'PlayReceipt',
        'PairingOffer',
        'Override',
        'Problem',
      ]),
    );
    expect(components.schemas.Manifest?.properties).toHaveProperty('programme');
  });

  test('says of each operation who may call it, as the guard does', async () => {
    const { paths } = await document();
    expect(paths['/api/things']?.post).toMatchObject({
      security: [{ staffToken: [] }, { staffCookie: [] }],
      'x-roles': ['editor', 'administrator'],
    });
    expect(paths['/api/status']?.get?.security).toEqual([]);
  });

  test('explains in prose what a stranger must know to write a player', async () => {
    const { info } = await document();
    for (const word of [
      'beacon-manifest',
      'kid',
      'serial',
      'SHA-256',
      'epoch',
      'received',
      'If-None-Match',
    ]) {
      expect(info.description).toContain(word);
    }
  });
});

describe('GET /docs', () => {
  test('shows every operation and chapter in the asked language, without any script', async () => {
    const { app } = await things();
    const zh = await (await app.request('/docs?lang=zh')).text();
    const en = await (await app.request('/docs', { headers: { 'accept-language': 'en-GB,en' } })).text();
    expect(zh).toContain('播放记录，恰好一次');
    expect(en).toContain('Plays, exactly once');
    for (const page of [zh, en]) {
      expect(page).toContain('/api/things/{id}');
      expect(page).not.toMatch(/<script|style=|https?:\/\/(?!www\.w3\.org)[^"]*\.(js|css)/);
    }
  });
});

describe('pages', () => {
  const kiosk = new Map(
    ['index.html', 'sw.js', 'assets/kiosk-B2x9Qp4L.js'].map((name) => [
      name,
      {
        bytes: new TextEncoder().encode(name),
        gzipped: null,
        type: 'text/plain',
        etag: `"${name}"`,
        cacheControl: 'no-cache',
      },
    ]),
  );

  test('serve the browser player below /player/, its worker for that whole folder', async () => {
    const { app } = await things({ kioskPages: kiosk });
    expect(await (await app.request('/player/')).text()).toBe('index.html');
    const worker = await app.request('/player/sw.js');
    expect(worker.headers.get('service-worker-allowed')).toBe('/player/');
    expect((await app.request('/player')).headers.get('location')).toBe('/player/');
  });

  test('say how to build the browser player where it is missing', async () => {
    const { app } = await things();
    const answer = await app.request('/player/');
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('npm run build');
  });

  test.each([
    '/player/../package.json',
    '/player/%2e%2e/package.json',
    '/pages/..%2fapp.ts',
    '/pages/%2e%2e%2fapp.ts',
  ])('never reach a file outside their folder: %s', async (path) => {
    const { app } = await things({ kioskPages: kiosk });
    expect((await app.request(path)).status).toBe(404);
  });

  test('answer 304 to a browser that holds the same bytes', async () => {
    const { app } = await things();
    const first = await app.request('/pages/base.css');
    const etag = first.headers.get('etag') ?? '';
    const again = await app.request('/pages/base.css', { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });
});
