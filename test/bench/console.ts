import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { openDatabase } from '../../src/db/connect.ts';
import { attemptStore } from '../../src/staff/attempt-store.ts';
import { guesses } from '../../src/staff/guesses.ts';
import { signInStore } from '../../src/staff/sign-in-store.ts';
import { staffFlow } from '../../src/staff/staff-flow.ts';
import { CHROMIUM } from '../support/chromium.ts';
import { serverProcess } from '../support/server-process.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { openCold, openWarm, PAGES } from './console-pages.ts';
import { type DeskSize, fillDesk } from './console-world.ts';
import { dayOf, fillReportWorld, REPORT_DAYS } from './report-world.ts';
import { median, withScratchUrl } from './scratch-database.ts';

const ROUNDS = Number(process.env.CONSOLE_ROUNDS ?? 3);
/** The fleet of the brigade, and one that it will hardly ever have. */
const DESKS = {
  brigade: { endpoints: 138, assets: 600, playlists: 60, bookings: 100, limitMs: 1_000 },
  large: { endpoints: 5_000, assets: 20_000, playlists: 2_000, bookings: 3_000, limitMs: 2_000 },
} as const;
const WINDOW = { width: 1_366, height: 768 };
const SECRET = 'console bench, not a secret of anybody at all';

interface Timed {
  readonly path: string;
  readonly coldMs: number;
  readonly warmMs: number;
}

interface DeskFigures {
  readonly pages: readonly Timed[];
  /** The sign-in page, which loads the same script and asks for nothing. */
  readonly bareMs: number;
  /** Script of the first page, as sent. */
  readonly scriptBytes: number;
}

async function addAdministrator(url: string): Promise<{ username: string; password: string }> {
  const database = await openDatabase({ url });
  const accounts = signInStore(database.db, { baseUrl: 'http://localhost', secret: SECRET });
  const password = 'the own password of a bench';
  await staffFlow({
    accounts,
    guesses: guesses(attemptStore(database.db), Date.now),
    now: Date.now,
  }).addStaff(
    { id: 'system', name: 'bench', role: 'administrator' },
    { username: 'bench.admin', name: 'bench', role: 'administrator', password },
  );
  await database.close();
  return { username: 'bench.admin', password };
}

async function windowAt(browser: Browser, url: string, cookies: readonly string[]): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: WINDOW, timezoneId: 'Asia/Shanghai' });
  context.setDefaultTimeout(60_000);
  await context.addCookies(
    cookies.map((line) => {
      const [pair = ''] = line.split(';', 1);
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url };
    }),
  );
  return context;
}

/** Script bytes that the first page took, as they came over the line. */
const SCRIPT_BYTES = `performance.getEntriesByType('resource')
  .filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;

async function walk(url: string, account: { username: string; password: string }): Promise<DeskFigures> {
  const session = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  if (!session.ok) throw new Error(`the administrator cannot sign in: ${await session.text()}`);
  const cookies = session.headers.getSetCookie();
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  try {
    const cold = new Map<string, number[]>(PAGES.map(({ path }) => [path, []]));
    const warm = new Map<string, number[]>(PAGES.map(({ path }) => [path, []]));
    const bare: number[] = [];
    let scriptBytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const stranger = await windowAt(browser, url, []);
      bare.push(await openCold(await stranger.newPage(), url, { path: '/', main: 'input[type=password]' }));
      await stranger.close();
      for (const one of PAGES) {
        const context = await windowAt(browser, url, cookies);
        const page = await context.newPage();
        cold.get(one.path)?.push(await openCold(page, url, one));
        if (one.path === '/') scriptBytes = await page.evaluate<number>(SCRIPT_BYTES);
        await context.close();
      }
      const context = await windowAt(browser, url, cookies);
      const page = await context.newPage();
      await openCold(page, url, { path: '/pair', main: 'main input' });
      for (const one of PAGES) warm.get(one.path)?.push(await openWarm(page, one));
      await context.close();
    }
    const pages = PAGES.map(({ path }) => ({
      path,
      coldMs: Math.round(median(cold.get(path) ?? [])),
      warmMs: Math.round(median(warm.get(path) ?? [])),
    }));
    return { pages, bareMs: median(bare), scriptBytes };
  } finally {
    await browser.close();
  }
}

async function measure(size: DeskSize, hasPlays: boolean): Promise<DeskFigures> {
  return withScratchUrl(async (url) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-console-'));
    const account = await addAdministrator(url);
    const database = await openDatabase({ url });
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    if (hasPlays) await fillReportWorld(database.sql, dayOf(today, 1 - REPORT_DAYS));
    await fillDesk(database.sql, dataDir, size);
    await database.close();
    const server = await serverProcess({ url }, dataDir, { SESSION_SECRET: SECRET, LOG_LEVEL: 'error' });
    try {
      await server.start();
      return await walk(server.url, account);
    } finally {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}

function worst(pages: readonly Timed[], by: 'coldMs' | 'warmMs'): Timed {
  return pages.reduce((one, other) => (other[by] > one[by] ? other : one));
}

/**
 * How long until each page of the console can be worked with: the first load of a deep link, and a step inside. The
 * value is the worst page of the large desk, with 5,000 endpoints, 20,000 pieces and 10 million plays, or with
 * `--brigade` of the brigade's alone; the yardstick the sign-in page there. Medians of {@link ROUNDS} rounds.
 */
export async function run(): Promise<BenchResult> {
  const hasPlays = !process.argv.includes('--no-plays');
  const brigade = await measure(DESKS.brigade, false);
  const large = process.argv.includes('--brigade') ? null : await measure(DESKS.large, hasPlays);
  const { pages, bareMs } = large ?? brigade;
  const value = worst(pages, 'coldMs').coldMs;
  return {
    name: 'console',
    value,
    unit: 'ms',
    yardstick: Math.round(bareMs),
    ratio: rounded(value / bareMs),
    n: ROUNDS * PAGES.length * 2,
    scriptKb: rounded(brigade.scriptBytes / 1_000),
    plays: large !== null && hasPlays ? 10_008_000 : 0,
    brigade: told(brigade, DESKS.brigade),
    large: large && told(large, DESKS.large),
  };
}

function told({ pages, bareMs }: DeskFigures, { limitMs }: { readonly limitMs: number }) {
  const slow = pages.filter(({ coldMs, warmMs }) => Math.max(coldMs, warmMs) > limitMs);
  return {
    limitMs,
    bareMs: Math.round(bareMs),
    worstCold: worst(pages, 'coldMs'),
    worstWarm: worst(pages, 'warmMs'),
    overLimit: slow.map(({ path }) => path),
    pages: Object.fromEntries(pages.map(({ path, coldMs, warmMs }) => [path, [coldMs, warmMs]])),
  };
}
