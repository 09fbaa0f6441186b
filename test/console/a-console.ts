import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Role } from '../../src/base/api-routes.ts';
import type { Config } from '../../src/config.ts';
import { CHROMIUM } from '../support/chromium.ts';
import { send, type TestServer, testServer } from '../support/server.ts';

/** A test walks several pages and lets axe read each: on a busy machine that takes minutes. */
export const PATIENCE_MS = 300_000;
/** The windows that every page must fit: a desk, a small notebook, a phone. */
export const WINDOWS = [
  { width: 1440, height: 900 },
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
] as const;

/** A real server with the built console, and a real browser. */
export interface AConsole {
  readonly running: TestServer;
  readonly browser: Browser;
  /** A window of a person of this role, signed in, in a language and a browser; every complaint of the page is kept. */
  enter(role: Role, language?: 'zh' | 'en', browser?: Browser): Promise<Seat>;
  stop(): Promise<void>;
}

/** One person at one window. */
export interface Seat {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly username: string;
  readonly password: string;
  /** Errors of the page, refusals of the content security policy among them. */
  readonly complaints: string[];
  /** Opens a place inside the console. */
  open(path: string): Promise<void>;
}

/** Starts both; `more` configures the server. */
export async function aConsole(more: Partial<Config> = {}): Promise<AConsole> {
  const running = await testServer(Date.now, more);
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  return {
    running,
    browser,
    enter: (role, language = 'zh', at = browser) => seatAt(running, at, role, language),
    async stop() {
      await browser.close();
      await running.stop();
    },
  };
}

/** A window of a new person of this role at a server's console, signed in; see {@link AConsole.enter}. */
export async function seatAt(
  running: TestServer,
  browser: Browser,
  role: Role,
  language: 'zh' | 'en' = 'zh',
): Promise<Seat> {
  const username = `${role}.${Math.random().toString(36).slice(2, 8)}`;
  const password = 'the own password of tests';
  await running.server.people.addStaff(
    { id: 'system', name: 'test', role: 'administrator' },
    { username, name: `${role} name`, role, password },
  );
  const context = await browser.newContext({ viewport: WINDOWS[1], timezoneId: 'Asia/Shanghai' });
  context.setDefaultTimeout(30_000);
  await context.addInitScript((chosen) => localStorage.setItem('beacon-language', chosen), language);
  const { headers } = await send(`${running.url}/api/session`, {
    method: 'POST',
    body: { username, password },
  });
  await context.addCookies(cookiesFrom(headers, running.url));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return {
    page,
    context,
    username,
    password,
    complaints,
    open: async (path) => void (await page.goto(`${running.url}/console${path}`)),
  };
}

function cookiesFrom(headers: Headers, url: string) {
  return headers.getSetCookie().map((line) => {
    const [pair = ''] = line.split(';', 1);
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url };
  });
}

/** What axe finds that is serious or critical, as lines for people. */
export async function seriousFindings(page: Page, rules: 'all' | 'butColours' = 'all'): Promise<string[]> {
  // Evaluated, not added as a script: the page's policy lets no foreign script in. It stays until the page is left.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const contrast = `{ 'color-contrast': { enabled: ${rules === 'all'} } }`;
  const found = (await page.evaluate(`axe.run({ resultTypes: ['violations'], rules: ${contrast} })`)) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

/** Holds a page to what every page must be: fits three windows, no serious finding, no complaint. */
export async function expectSound({ page, complaints }: Seat, what: string): Promise<void> {
  expect(await seriousFindings(page), what).toEqual([]);
  for (const size of WINDOWS) {
    await page.setViewportSize(size);
    // On a phone tables scroll, and what scrolls must be within reach of the keyboard.
    if (size.width < 400) expect(await seriousFindings(page), `${what} on a phone`).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, `${what} at ${size.width}`).toBeLessThanOrEqual(size.width);
  }
  await page.setViewportSize(WINDOWS[1]);
  expect(complaints, what).toEqual([]);
}

/**
 * Counts what a person does from now on, as the page itself hears of it: clicks, drops and fields that were changed.
 * For a page that is not left but by its own links.
 */
export async function countActs(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const acts = { count: 0 };
    Object.assign(window, { acts });
    for (const kind of ['click', 'drop', 'change'])
      window.addEventListener(
        kind,
        () => {
          acts.count += 1;
        },
        { capture: true },
      );
  });
  return () => page.evaluate(() => (window as unknown as { acts: { count: number } }).acts.count);
}

/** Drops a file onto the window, as a person does with the mouse. */
export async function dropFile(page: Page, path: string, type: string): Promise<void> {
  const bytes = (await readFile(path)).toString('base64');
  const name = basename(path);
  const transfer = await page.evaluateHandle(
    ([content, fileName, fileType]) => {
      const data = new DataTransfer();
      const raw = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
      data.items.add(new File([raw], fileName, { type: fileType }));
      return data;
    },
    [bytes, name, type] as const,
  );
  for (const event of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('main', event, { dataTransfer: transfer });
  }
}
