import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { apiRoutes } from '../../src/base/api-routes.ts';
import { type RunningServer, startServer } from '../../src/http/server-flow.ts';
import { stubApp } from './stub-app.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
];

describe.skipIf(CHROMIUM === undefined)('pages in Chromium', () => {
  let browser: Browser;
  let server: RunningServer;
  let page: Page;
  let complaints: string[];
  let counted = 0;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    const status = async () => {
      counted += 1_000;
      return {
        version: '9.9.9',
        endpoints: 138,
        playersOnline: 69,
        playsPromised: 20_000,
        playsCounted: counted,
      };
    };
    counted = 9_000;
    const { app } = await stubApp({ rooms: [apiRoutes()], status });
    server = await startServer({ app, port: 0, host: '127.0.0.1' });
    page = await browser.newPage();
    complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await page.close();
    await server.stop(0);
  });

  test('the status page shows the five figures, keeps them fresh, and says when the server is away', async () => {
    await page.goto(`${server.url}/status`);
    const text = (selector: string) => page.locator(selector).textContent();
    await page.waitForSelector('#state[data-state=up]');
    expect(await text('#endpoints')).toBe('138');
    expect(await text('#players-online')).toBe('69');
    expect(await text('#plays-promised')).toBe('20,000');
    expect(await text('#online-share')).toBe('50%');
    expect(await text('#version')).toBe('9.9.9');
    const first = await text('#plays-counted');
    await page.waitForFunction(
      (seen) => document.querySelector('#plays-counted')?.textContent !== seen,
      first,
    );
    expect(complaints).toEqual([]);
    await server.stop(0);
    await page.waitForSelector('#state[data-state=away]');
    expect(await text('#plays-counted')).toMatch(/^1\d,000$/);
  });

  test.each(SIZES)('both pages fit a window of $width × $height without sideways scrolling', async (size) => {
    await page.setViewportSize(size);
    for (const path of ['/status', '/docs?lang=zh', '/docs?lang=en']) {
      await page.goto(server.url + path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(size.width);
    }
    expect(complaints).toEqual([]);
  });

  test('a link of the contents opens the card that it points to', async () => {
    await page.goto(`${server.url}/docs?lang=en`);
    await page.click('.contents a[href="#schema-Manifest"]');
    await page.waitForSelector('details[open] #schema-Manifest', { state: 'visible' });
    expect(complaints).toEqual([]);
  });
});
