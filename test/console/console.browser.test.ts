import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { worldOf } from '../support/world.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS, seriousFindings } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

describe.skipIf(!CHROMIUM)(`console in Chromium${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  beforeAll(async () => {
    there = await aConsole();
    for (const draft of [fleetDraft(1), fleetDraft(2)])
      await there.running.server.endpoints.create(draft, 'system');
  });
  afterAll(() => there?.stop());

  test('a deep link asks for the sign-in first, refuses a wrong password, then leads to its page', async () => {
    const { page, context, username, password } = await there.enter('viewer');
    await context.clearCookies();
    await page.goto(`${there.running.url}/console/?kind=tv`);
    await page.getByRole('heading', { name: '登录' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('用户名').fill(username);
    await page.getByLabel('密码').fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('登录失败').waitFor();
    await page.getByLabel('密码').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '今日' }).waitFor();
    expect(await page.getByLabel('类型').inputValue()).toBe('tv');
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByRole('heading', { name: '登录' }).waitFor();
    await context.close();
  });

  test('the address of the server leads to the console, whose page lets in no inline script or style', async () => {
    const seat = await there.enter('viewer');
    const answer = await seat.page.goto(`${there.running.url}/`);
    await seat.page.getByRole('heading', { name: '今日' }).waitFor();
    expect(seat.page.url()).toBe(`${there.running.url}/console/`);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("style-src 'self' 'nonce-");
    expect(policy).not.toContain('unsafe');
    await expectSound(seat, 'today');
    await seat.context.close();
  });

  test('a fingertip on the plan chooses the endpoint under it, and one that scrolls past chooses none', async () => {
    const seat = await there.enter('viewer');
    const { page } = seat;
    const fingers = await seat.context.newCDPSession(page);
    await fingers.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 1 });
    await page.setViewportSize({ width: 390, height: 844 });
    await seat.open('/');
    const dot = page.locator('.plan .dot').filter({ hasText: 'DS-002' });
    await dot.waitFor();
    await page.locator('.plan > svg').evaluate((plan) => plan.scrollIntoView({ block: 'center' }));
    const box = await dot.boundingBox();
    if (!box) throw new Error('the endpoint is not on the plan');
    // Not in its middle: a fingertip covers more than a dot.
    const at = { x: box.x + box.width / 2 + 9, y: box.y + box.height / 2 + 6 };
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly (typeof at)[]) =>
      fingers.send('Input.dispatchTouchEvent', { type, touchPoints: [...points] });
    await touch('touchStart', [at]);
    for (const step of [1, 2, 3, 4, 5, 6]) await touch('touchMove', [{ x: at.x, y: at.y - 20 * step }]);
    await touch('touchEnd', []);
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
    expect(page.url()).not.toContain('endpoint=');
    await page.locator('.plan > svg').evaluate((plan) => plan.scrollIntoView({ block: 'center' }));
    const again = await dot.boundingBox();
    if (!again) throw new Error('the endpoint left the plan');
    const there2 = { x: again.x + again.width / 2 + 9, y: again.y + again.height / 2 + 6 };
    await touch('touchStart', [there2]);
    await touch('touchEnd', []);
    await page.waitForURL(/endpoint=2/);
    expect(await page.locator('.fleet-list li[data-chosen="true"]').textContent()).toContain('DS-002');
    await seat.context.close();
  });

  test('the other language is one click away, complete, and remembered', async () => {
    const seat = await there.enter('administrator');
    await seat.context.clearCookies();
    await seat.page.goto(`${there.running.url}/console/`);
    await seat.page.getByRole('button', { name: 'English' }).click();
    await seat.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await seat.page.evaluate(() => document.documentElement.lang)).toBe('en');
    expect(await seat.page.evaluate(() => localStorage.getItem('beacon-language'))).toBe('en');
    await seat.context.close();
  });

  test('the first page brings less than 300 kB of gzipped script, and asks no other host', async () => {
    const seat = await there.enter('viewer');
    const scripts: Promise<number>[] = [];
    const hosts = new Set<string>();
    seat.page.on('response', (response) => {
      hosts.add(new URL(response.url()).origin);
      if (response.request().resourceType() !== 'script') return;
      scripts.push(
        response
          .request()
          .sizes()
          .then(({ responseBodySize }) => responseBodySize),
      );
    });
    await seat.open('/');
    await seat.page.getByRole('button', { name: 'DS-001' }).waitFor();
    const sizes = await Promise.all(scripts);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
    expect([...hosts]).toEqual([there.running.url]);
    await seat.context.close();
  });

  test('what a page shows first is asked once, before anything else, and beside its script', async () => {
    const world = worldOf(there.running.database);
    const playlistId = await world.playlist((await world.asset()).id);
    const seat = await there.enter('editor');
    const asked: string[] = [];
    seat.page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith('/api/')) asked.push(pathname + search);
    });
    for (const [path, shown, first] of [
      ['/material', 'ul.cards li', ['/api/material']],
      [
        `/playlists/${playlistId}`,
        '.picker li',
        [`/api/playlists/${playlistId}`, `/api/playlist-drafts?playlistId=${playlistId}`],
      ],
    ] as const) {
      asked.length = 0;
      await seat.open(path);
      await seat.page.locator(`main ${shown}`).first().waitFor();
      expect(asked.slice(0, 1 + first.length)).toEqual(['/api/session', ...first]);
      for (const address of first)
        expect(asked.filter((other) => other.replace(/\?$/, '') === address)).toHaveLength(1);
    }
    await seat.context.close();
  });

  test('an absent server is said at once, and the page is fresh again when it is back', async () => {
    const seat = await there.enter('viewer');
    await seat.open('/');
    await seat.page.getByRole('button', { name: 'DS-001' }).waitFor();
    await seat.context.setOffline(true);
    await seat.page.getByText('服务器暂时连接不上').waitFor();
    await there.running.server.endpoints.create(fleetDraft(3), 'system');
    // A page whose program was not fetched yet waits with the rest, in place of the browser's own error page.
    await seat.page.getByRole('link', { name: '播放列表' }).click();
    await seat.page.waitForURL(/\/playlists$/);
    await seat.page.locator('.skeleton').waitFor();
    await seat.context.setOffline(false);
    await seat.page.getByText('服务器暂时连接不上').waitFor({ state: 'detached' });
    await seat.page.getByRole('heading', { name: '播放列表' }).waitFor();
    await seat.page.getByRole('link', { name: '今日' }).click();
    await seat.page.getByRole('button', { name: 'DS-003' }).waitFor();
    await seat.context.close();
  });
});
