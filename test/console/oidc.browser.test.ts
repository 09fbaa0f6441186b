import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OidcConfig } from '../../src/staff/oidc.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type TestServer, testServer } from '../support/server.ts';
import { PATIENCE_MS } from './a-console.ts';

const SITE = 'http://signs.test';
const CALLBACK = `${SITE}/api/session/oidc/callback`;
/** Whose groups the provider tells; nobody else has any. */
const GROUPS: Readonly<Record<string, string[]>> = { wang: ['everybody', 'signage'], zhao: ['everybody'] };

describe.skipIf(!CHROMIUM)(`single sign-on${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let identities: Server;
  let running: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    identities = createServer();
    identities.listen(0, '127.0.0.1');
    await once(identities, 'listening');
    const issuer = `http://127.0.0.1:${(identities.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, {
      clients: [{ client_id: 'beacon', client_secret: 'a secret of tests', redirect_uris: [CALLBACK] }],
      claims: { openid: ['sub', 'groups', 'name', 'preferred_username'] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      cookies: { keys: ['a key of tests'] },
      findAccount: (_, accountId) => ({
        accountId,
        claims: () => ({
          sub: accountId,
          name: `${accountId} by the provider`,
          preferred_username: accountId,
          groups: GROUPS[accountId] ?? [],
        }),
      }),
    });
    identities.on('request', provider.callback());
    const oidc: OidcConfig = {
      ...{ issuer, clientId: 'beacon', clientSecret: 'a secret of tests', name: '县统一认证' },
      ...{ roleClaim: 'groups', roles: [['signage', 'editor']], defaultRole: null },
    };
    running = await testServer(Date.now, { publicUrl: SITE, oidc });
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: ['--no-sandbox', `--host-resolver-rules=MAP signs.test:80 ${new URL(running.url).host}`],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    identities?.close();
  });

  /** Goes to the provider from the sign-in page and comes back as this person. */
  async function enter(person: string) {
    const context = await browser.newContext({ locale: 'zh-CN' });
    await context.addInitScript(() => localStorage.setItem('beacon-language', 'zh'));
    const page = await context.newPage();
    await page.goto(`${SITE}/console/account`);
    await page.getByRole('link', { name: '通过 县统一认证 登录' }).click();
    await page.locator('input[name=login]').fill(person);
    await page.locator('input[name=password]').fill('whatever');
    await page.locator('button[type=submit]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
    return { page, context };
  }

  test('lets a person in with the role of their group, as the same account each time', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { page, context } = await enter('wang');
      await page.getByRole('heading', { name: '我的账号' }).waitFor();
      await page.getByText('wang by the provider').first().waitFor();
      await context.close();
    }
    const people = await running.server.people.listStaff();
    expect(people.filter(({ username }) => username === 'wang')).toMatchObject([{ role: 'editor' }]);
  });

  test('refuses a person in no group that counts, in words on the sign-in page', async () => {
    const { page, context } = await enter('zhao');
    await page.getByText('您的账号无权登录本系统。').waitFor();
    expect((await running.server.people.listStaff()).map(({ username }) => username)).not.toContain('zhao');
    await context.close();
  });

  test('takes no account over that has the same username, and lets nobody in who is blocked', async () => {
    const by = { id: 'system', name: 'test', role: 'administrator' } as const;
    await running.server.people.addStaff(by, { username: 'li', name: 'local li', role: 'administrator' });
    (GROUPS as Record<string, string[]>).li = ['signage'];
    const { page, context } = await enter('li');
    await page.getByText('li by the provider').first().waitFor();
    await context.close();
    const people = await running.server.people.listStaff();
    const local = people.find(({ username }) => username === 'li');
    expect(local).toMatchObject({ name: 'local li', role: 'administrator' });
    const outside = people.find(({ name }) => name === 'li by the provider');
    expect(outside).toMatchObject({ role: 'editor', username: expect.stringMatching(/^sso-/) });
    await running.database.sql`update staff set banned = true where id = ${outside?.id ?? ''}`;
    const again = await enter('li');
    await again.page.getByText('您的账号无权登录本系统。').waitFor();
    await again.context.close();
  });

  test('refuses an answer that this browser did not ask for, and leads nobody to another site', async () => {
    const ask = (path: string, cookie = '') =>
      fetch(running.url + path, { redirect: 'manual', headers: { cookie } });
    const gone = await ask('/api/session/oidc?to=https://elsewhere.example/');
    const asked = new URL(gone.headers.get('location') ?? '');
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      ...{ redirect_uri: CALLBACK, response_type: 'code', code_challenge_method: 'S256' },
      ...{ state: expect.any(String), nonce: expect.any(String) },
    });
    const cookie = gone.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { state } = Object.fromEntries(asked.searchParams);
    for (const [query, sent] of [
      [`?code=x&state=another`, cookie],
      [`?code=x&state=${state}`, ''],
      [`?code=x&state=${state}`, 'beacon.oidc=forged'],
      [`?code=x&state=${state}`, cookie],
      [`?error=access_denied&state=${state}`, cookie],
    ] as const) {
      const back = await ask(`/api/session/oidc/callback${query}`, sent);
      expect(back.headers.get('location'), query).toBe('/console/?refused=oidc.refused');
      expect(back.headers.getSetCookie().join()).not.toContain('session_token');
    }
    expect(running.troubles).toEqual([]);
  });
});
