import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type AConsole, aConsole, PATIENCE_MS, type Seat, seriousFindings, WINDOWS } from './a-console.ts';
import { NAMES, PLACES, type Place, walkedWorld } from './a-walk.ts';

const [, NOTEBOOK, PHONE] = WINDOWS;
const ROLES = ['viewer', 'editor', 'reviewer', 'operator', 'administrator'] as const;
/**
 * Whose pages axe reads, in which language, and by which rules: between them these two see every form and every act.
 * Colours, whose reading takes the longest, are the same for all.
 */
const READ_BY_AXE: Readonly<Record<string, 'all' | 'butColours'>> = {
  'administrator zh': 'all',
  'administrator en': 'butColours',
  'editor en': 'butColours',
};
/** A folder for pictures of every page, to be looked at; none are kept where it is not set. */
const KEPT = process.env.SCREENSHOTS;

type Language = 'zh' | 'en';
/** What the router says of itself in the page. */
interface Router {
  readonly routesByPath: object;
  readonly state: { readonly status: string; readonly resolvedLocation?: { readonly href: string } };
}

describe.skipIf(!CHROMIUM)(`a walk through the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  beforeAll(async () => {
    there = await aConsole();
    if (KEPT) await mkdir(KEPT, { recursive: true });
    await walkedWorld(there.running);
  });
  afterAll(() => there?.stop());

  test('every route of the console is walked', async () => {
    const seat = await there.enter('viewer');
    await seat.open('/');
    await seat.page.getByRole('heading', { level: 1 }).waitFor();
    const routes = await seat.page.evaluate(() =>
      Object.keys((window as unknown as { __TSR_ROUTER__: Router }).__TSR_ROUTER__.routesByPath),
    );
    const walked = new Set(PLACES.map(({ route }) => route).filter((route) => route !== '*'));
    expect(routes.toSorted()).toEqual([...walked].toSorted());
    await seat.context.close();
  });

  test.each(ROLES)(
    '%s finds every page whole in both languages, and is told whom a page is for that is closed',
    async (role) => {
      const seat = await there.enter(role);
      await seat.open('/');
      let language: Language = 'zh';
      const findings: string[] = [];
      for (const place of PLACES) {
        const isOpen = place.roles?.includes(role) ?? true;
        await go(seat, place.path);
        // Two looks at each page; the next page is begun in the language in which this one ends.
        const looks: readonly Language[] = language === 'zh' ? ['zh', 'en'] : ['en', 'zh'];
        for (const next of looks) {
          if (next !== language)
            await seat.page.getByRole('button', { name: next === 'en' ? 'English' : '中文' }).click();
          language = next;
          const where = `${place.path} as ${role} in ${language}`;
          await ready(seat, place, language, isOpen);
          findings.push(...(await strangeTexts(seat, language)).map((text) => `${where}: ${text}`));
          if ((await overflow(seat)) > 0) findings.push(`${where}: wider than its window`);
          const rules = READ_BY_AXE[`${role} ${language}`];
          if (isOpen && rules !== undefined)
            findings.push(
              ...(await seriousFindings(seat.page, rules)).map((finding) => `${where}: ${finding}`),
            );
          await keep(seat, `${role}-${language}`, place);
        }
      }
      expect([...findings, ...seat.complaints]).toEqual([]);
      await seat.context.close();
    },
  );

  test('no page is wider than a phone, and what is used on one has no serious finding there', async () => {
    const seat = await there.enter('administrator');
    await seat.page.setViewportSize(PHONE);
    await seat.open('/');
    for (const place of PLACES) {
      await go(seat, place.path);
      await ready(seat, place, 'zh', true);
      expect(await overflow(seat), `${place.path} on a phone`).toBe(0);
      if (place.onPhone) expect(await seriousFindings(seat.page), `${place.path} on a phone`).toEqual([]);
    }
    expect(seat.complaints).toEqual([]);
    await seat.context.close();
  });
});

/** Goes there inside the console, as a link does, and waits until the router has arrived. */
async function go({ page }: Seat, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', `/console${to}`);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await page.waitForFunction((to) => {
    // Not there yet while the console starts.
    const state = (window as unknown as { __TSR_ROUTER__?: Router }).__TSR_ROUTER__?.state;
    return state?.status === 'idle' && state.resolvedLocation?.href.startsWith(to);
  }, path);
}

/** Waits until the page stands there under its heading, or the sentence that says whom it is for. */
async function ready({ page }: Seat, place: Place, language: Language, isOpen: boolean): Promise<void> {
  if (isOpen) {
    const heading = page.getByRole('heading', { level: 1 }).filter({ hasText: place.heading[language] });
    await heading.waitFor();
  } else await page.getByText(language === 'zh' ? /^此处仅供/ : /^It is for these roles/).waitFor();
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
}

/**
 * What no person should read: a missing text, a key of one, or a text of the other language, also where it is only
 * spoken or shown by the pointer.
 */
function strangeTexts({ page }: Seat, language: Language): Promise<string[]> {
  return page.evaluate(
    ([shown, names]) => {
      const own =
        'h1, h2, h3, legend, th, label > span, nav a, dt, summary, main button, main a.button, .nothing, .quiet';
      const all = (selector: string) => [...document.querySelectorAll(selector)];
      // The pictures of the component library are named for programs.
      const spoken = ['aria-label', 'placeholder', 'title'].flatMap((name) =>
        all(`[${name}]:not(.anticon)`).map((element) => element.getAttribute(name) ?? ''),
      );
      // biome-ignore lint/performance/useDomNodeTextContent: what is read on the page, line by line
      const lines = document.body.innerText.split('\n').map((line) => line.trim());
      const codes = new Set(all('code').map((element) => element.textContent?.trim()));
      const missing = lines.filter(
        (line) =>
          /undefined|\bNaN\b|\[object|Invalid Date/.test(line) ||
          (/^[a-z]+[A-Za-z]*(\.[a-zA-Z]+)+$/.test(line) && !codes.has(line)),
      );
      const isHan = (text: string) => /\p{Script=Han}/u.test(text);
      if (shown === 'en')
        return [...missing, ...[...lines, ...spoken].filter((text) => isHan(text) && text !== '中文')];
      const texts = [...all(own).map((element) => element.textContent?.trim() ?? ''), ...spoken];
      const foreign = (text: string) =>
        !isHan(text) && /\p{L}{2}/u.test(text.replaceAll(new RegExp(names, 'g'), ''));
      return [...missing, ...texts.filter((text) => foreign(text) && text !== 'English')];
    },
    [language, NAMES.source] as const,
  );
}

function overflow({ page }: Seat): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}

/** Keeps pictures of an administrator's page in every window, and of others' in one. */
async function keep({ page }: Seat, who: string, { path }: Place): Promise<void> {
  if (!KEPT) return;
  for (const size of who.startsWith('administrator') ? WINDOWS : [NOTEBOOK]) {
    await page.setViewportSize(size);
    const name = `${who}-${size.width}${path}`.replace(/[^\w-]+/g, '_');
    await page.screenshot({ path: join(KEPT, `${name}.png`), fullPage: true });
  }
  await page.setViewportSize(NOTEBOOK);
}
