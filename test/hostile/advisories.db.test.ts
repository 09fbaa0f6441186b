import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/server.ts';
import { type AttackedServer, attackedServer, KNOWN_BOX, rowsIn } from './attacked-server.ts';

/* What others were open to, tried on a whole server by somebody who looks for it. docs/security.md names the advisories. */

let there: AttackedServer;
beforeAll(async () => {
  there = await attackedServer();
});
afterAll(async () => {
  expect(there?.running.troubles ?? []).toEqual([]);
  await there?.running.stop();
});

describe('SQL in filters, searches, cursors and numbers of all lists', { timeout: 180_000 }, () => {
  const PAYLOADS = [
    "' or '1'='1",
    '1; drop table plays; --',
    "zz' union select username, name, email, id, role from staff --",
    "\\' or 1=1 /*",
  ];

  test('finds no more than a search for just these letters, tells nothing else, and leaves all tables whole', async () => {
    const before = await there.countOfAllTables();
    const secrets = await there.secrets();
    const [tried, odd] = [new Set<string>(), [] as string[]];
    for (const { route, names } of await there.lists()) {
      for (const name of names) {
        const ask = (value: string | null) => there.look(route, value === null ? {} : { [name]: value });
        // A cursor goes on from any letters: what it gives at most is the whole list.
        const literal = await ask(name === 'after' ? null : 'zqxjk');
        // Where letters are refused, one of them will do.
        for (const payload of PAYLOADS.slice(0, literal.status === 200 ? 4 : 1)) {
          const answer = await ask(payload);
          tried.add(`${route} ${name}`);
          const where = `${route} ${name}=${payload}: ${answer.status}`;
          if (answer.status >= 500) odd.push(where);
          else if (answer.status !== 200) continue;
          else if (literal.status !== 200 || rowsIn(answer.body) > rowsIn(literal.body)) odd.push(where);
          const text = JSON.stringify(answer.body);
          odd.push(...secrets.filter((secret) => text.includes(secret)).map(() => `${where} tells a secret`));
        }
      }
    }
    expect(odd).toEqual([]);
    expect(tried.size).toBeGreaterThan(100);
    expect(await there.countOfAllTables()).toEqual(before);
  });

  test.each(['endpoints', 'campaigns', 'playlists', 'groups', 'material', 'bookings'])(
    '%s are searched for quotes and wildcards as they are written',
    async (list) => {
      const found = async (q: string) => {
        const { status, body } = await there.look(`/api/${list}`, { q, limit: '50' });
        expect(status, q).toBe(200);
        return body[list === 'material' ? 'assets' : list].length;
      };
      // One of several bears the name O'Brien 100%_\ here.
      expect([await found("O'Brien"), await found('100%_'), await found('%_\\'), await found('_\\')]).toEqual(
        [1, 1, 1, 1],
      );
      expect([await found('%'), await found('_'), await found("' or '1'='1"), await found('O%n')]).toEqual([
        2, 1, 0, 0,
      ]);
    },
  );

  test('numbers and names in addresses are nothing but that', async () => {
    const paths = (await there.gets()).filter(({ route }) => route.includes('{'));
    const odd: string[] = [];
    for (const { route } of paths) {
      for (const text of ['1 or 1=1', "1';drop table plays--", '../../../../etc/passwd']) {
        const { status, body } = await there.look(route, {}, text);
        if (status < 400 || status >= 500 || /root:/.test(JSON.stringify(body)))
          odd.push(`${route} ${text}: ${status}`);
      }
    }
    expect(paths.length).toBeGreaterThan(25);
    expect(odd).toEqual([]);
  });
});

describe('what answers tell', { timeout: 180_000 }, () => {
  test('is no token, secret or hash of one, whichever route is asked by an administrator after boxes were paired', async () => {
    const secrets = await there.secrets();
    expect(secrets.length).toBeGreaterThan(20);
    const [told, answered] = [[] as string[], [] as string[]];
    for (const { route, required } of await there.gets()) {
      const { status, body } = await there.look(route, required);
      if (status === 200) answered.push(route);
      const text = JSON.stringify(body);
      for (const secret of secrets) if (text.includes(secret)) told.push(`${route}: ${secret}`);
    }
    expect(told).toEqual([]);
    expect(answered.length).toBeGreaterThan(70);
  });

  test('is the letters that were sent, where they look like markup or a template', async () => {
    const { administrator, odd } = there;
    const named = (await administrator.ask('GET', `/api/campaigns?q=${encodeURIComponent(odd)}`)).body;
    expect(named.campaigns).toMatchObject([{ name: odd }]);
    const [endpoint] = (await administrator.ask('GET', `/api/endpoints?q=${encodeURIComponent(odd)}`)).body
      .endpoints;
    expect(endpoint).toMatchObject({ name: odd, player: { hardwareId: KNOWN_BOX } });
    const health = await administrator.ask('GET', `/api/endpoints/${endpoint.id}/health`);
    expect(health.body.latest.player).toEqual({ name: odd.slice(0, 64), version: odd.slice(0, 32) });
    const audit = await administrator.ask('GET', `/api/audit?q=${encodeURIComponent('endpoint')}&limit=100`);
    expect(JSON.stringify(audit.body)).toContain(JSON.stringify(odd).slice(1, -1));
    for (const { headers } of [health, audit]) {
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('a stranger', () => {
  test('gets no token for the hardware id of a box that is known, wherever it is presented', async () => {
    const { url } = there.running;
    const api = `${url}/api/player/v1`;
    const capabilities = { video: true, image: true, audio: true };
    const claims = { hardwareId: KNOWN_BOX, kind: 'screen', capabilities };
    // Whoever asks to be paired gets a code that staff must type in, and waits.
    const offer = await send(`${api}/pairings`, { method: 'POST', body: claims });
    expect(Object.keys(offer.body)).not.toContain('token');
    const waiting = await send(`${api}/pairings/current`, { token: offer.body.secret });
    expect(waiting.body).toEqual({ state: 'waiting' });
    for (const token of [KNOWN_BOX, there.usedEnrolment, 'a'.repeat(43)]) {
      const answer = await send(`${api}/enrolments`, { method: 'POST', body: { ...claims, token } });
      expect([400, 401, 404, 410, 422]).toContain(answer.status);
      expect(JSON.stringify(answer.body)).not.toContain('serverKeys');
    }
    const presented = {
      'x-hardware-id': KNOWN_BOX,
      'x-device-id': KNOWN_BOX,
      cookie: `hardwareId=${KNOWN_BOX}`,
    };
    for (const path of ['manifest', 'keys', 'overrides', 'events', 'pairings/current'])
      for (const token of [undefined, KNOWN_BOX]) {
        const query = `?hardwareId=${encodeURIComponent(KNOWN_BOX)}`;
        const answer = await send(`${api}/${path}${query}`, {
          ...(token !== undefined && { token: encodeURIComponent(token) }),
          headers: { ...presented, 'user-agent': `GAPI/1.0 (UUID:${encodeURIComponent(KNOWN_BOX)}; NAME:x)` },
        });
        expect([401, 404], path).toContain(answer.status);
      }
    // The box itself is still let in: nothing of this pushed it out.
    expect((await send(`${api}/manifest`, { token: there.boxToken })).status).toBe(200);
  });

  test('cannot find out which screens there are: known and unknown ones are answered alike', async () => {
    const { url } = there.running;
    const odd: string[] = [];
    let asked = 0;
    for (const { route } of await there.gets()) {
      const answers = await Promise.all(
        ['1', '999999'].map((id) => send(`${url}${route.replace(/\{[^}]+\}/g, id)}`)),
      );
      const [known, unknown] = answers.map(({ status, body }) => `${status} ${body.code ?? ''}`);
      const text = JSON.stringify(answers.map(({ body }) => body));
      if (known !== unknown) odd.push(`${route}: ${known}, ${unknown}`);
      for (const name of [JSON.stringify(there.odd).slice(1, -1), 'T-code-of-a-screen', KNOWN_BOX])
        if (text.includes(name)) odd.push(`${route} names ${name}`);
      asked += 1;
    }
    expect(odd).toEqual([]);
    expect(asked).toBeGreaterThan(80);
  });

  test('is led to no other site, and no other site may read answers', async () => {
    const { url } = there.running;
    const elsewhere = ['https://evil.test/', '//evil.test/', '/\\evil.test', 'javascript:alert(1)'];
    const names = ['next', 'to', 'url', 'redirect', 'redirect_uri', 'return', 'returnTo', 'continue'];
    const paths = [
      '/',
      '/player',
      '/console',
      '/status',
      '/console/',
      ...(await there.gets()).map(({ route }) => route),
    ];
    const odd: string[] = [];
    for (const [n, path] of paths.entries()) {
      const target = elsewhere[n % elsewhere.length] ?? '';
      const query = new URLSearchParams(names.map((name) => [name, target]));
      for (const [asked, headers] of [
        [`${path}?${query}`, { origin: 'https://evil.test' }],
        [`//evil.test${path}`, { 'x-forwarded-host': 'evil.test', origin: 'null' }],
      ] as const) {
        const answer = await fetch(url + asked, { headers, redirect: 'manual' });
        await answer.body?.cancel();
        const place = answer.headers.get('location');
        if (place !== null && new URL(place, url).origin !== url) odd.push(`${asked} leads to ${place}`);
        if ([...answer.headers.keys()].some((name) => name.startsWith('access-control')))
          odd.push(`${asked} is shared`);
      }
    }
    expect(odd).toEqual([]);
  });
});

describe('addresses and files that staff give', () => {
  test.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'data:text/html,<b>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
  ])('an address %s is taken for no webhook', async (address) => {
    const plan = { name: 'x', what: 'rollCall', channel: 'webhook', address };
    expect((await there.administrator.ask('POST', '/api/dispatch/plans', plan)).status).toBe(422);
  });

  test.each([
    ['a page', 'widget.html', 'text/html', '<!doctype html><script>fetch("/api/staff")</script>'],
    [
      'a picture with script',
      'x.svg',
      'image/svg+xml',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    ],
    [
      'a page that calls itself a film',
      'x.mp4',
      'video/mp4',
      '<html><iframe src="https://evil.test"></iframe></html>',
    ],
    ['a script', '../../pages/x.js', 'text/javascript', 'alert(1)'],
  ])('%s becomes no material that this address would serve', async (_, name, type, text) => {
    const path = `/api/assets?category=psa&fileName=${encodeURIComponent(name)}`;
    const answer = await there.editor.ask('POST', path, new TextEncoder().encode(text), {
      'content-type': type,
    });
    expect([answer.status, answer.body.code]).toEqual([415, 'asset.notMedia']);
  });
});
