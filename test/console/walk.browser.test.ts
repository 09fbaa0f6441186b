import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/base/api-routes.ts';
import { accountWords } from '../../src/console/words/account-words.ts';
import { alertWords } from '../../src/console/words/alert-words.ts';
import { audienceWords } from '../../src/console/words/audience-words.ts';
import { bookingWords } from '../../src/console/words/booking-words.ts';
import { calendarWords } from '../../src/console/words/calendar-words.ts';
import { channelWords } from '../../src/console/words/channel-words.ts';
import { coverageWords } from '../../src/console/words/coverage-words.ts';
import { dispatchWords } from '../../src/console/words/dispatch-words.ts';
import { emergencyWords } from '../../src/console/words/emergency-words.ts';
import { endpointWords } from '../../src/console/words/endpoint-words.ts';
import { groupWords } from '../../src/console/words/group-words.ts';
import { issuedWords } from '../../src/console/words/issued-words.ts';
import { materialWords, reviewWords } from '../../src/console/words/material-words.ts';
import { noticeWords } from '../../src/console/words/notice-words.ts';
import { playlistWords } from '../../src/console/words/playlist-words.ts';
import { quarantineWords } from '../../src/console/words/quarantine-words.ts';
import { reportWords } from '../../src/console/words/report-words.ts';
import { settingsWords } from '../../src/console/words/settings-words.ts';
import { shortfallWords } from '../../src/console/words/shortfall-words.ts';
import { todayWords } from '../../src/console/words/today-words.ts';
import { whyWords } from '../../src/console/words/why-words.ts';
import { capXml } from '../override/an-alert.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { deskOf } from '../support/server.ts';
import { type AConsole, aConsole, PATIENCE_MS, type Seat, seriousFindings, WINDOWS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

const [, NOTEBOOK, PHONE] = WINDOWS;
const LANGUAGES = ['zh', 'en'] as const;
const ROLES = ['viewer', 'editor', 'reviewer', 'operator', 'administrator'] as const;
const ALL: readonly Role[] = ROLES;
/** A folder for pictures of every page, to be looked at; none are kept where it is not set. */
const KEPT = process.env.KEEP_SCREENSHOTS;

/** A page of the console: who is offered it, and whether it must fit a phone. */
interface Room {
  readonly path: string;
  readonly heading: { readonly zh: string; readonly en: string };
  readonly roles: readonly Role[];
  readonly onPhone?: true;
}

const headed = (words: { zh: { title: string }; en: { title: string } }) => ({
  zh: words.zh.title,
  en: words.en.title,
});
const settings = (part: string, roles: readonly Role[] = ALL): Room => ({
  path: `/settings?part=${part}`,
  heading: headed(settingsWords),
  roles,
});
const ROOMS: readonly Room[] = [
  { path: '/', heading: headed(todayWords), roles: ALL },
  { path: '/material', heading: headed(materialWords), roles: ALL },
  { path: '/review', heading: headed(reviewWords), roles: ['reviewer', 'administrator'], onPhone: true },
  { path: '/playlists', heading: headed(playlistWords), roles: ALL },
  { path: '/bookings', heading: headed(bookingWords), roles: ALL },
  { path: '/bookings/calendar?endpoint=1', heading: headed(calendarWords), roles: ALL },
  { path: '/why?endpoint=1', heading: headed(whyWords), roles: ALL },
  { path: '/endpoints', heading: headed(endpointWords), roles: ALL },
  { path: '/endpoints/groups', heading: headed(groupWords), roles: ALL },
  {
    path: '/pair',
    heading: { zh: endpointWords.zh.pairTitle, en: endpointWords.en.pairTitle },
    roles: ['editor', 'operator', 'administrator'],
    onPhone: true,
  },
  { path: '/emergency', heading: headed(emergencyWords), roles: ALL, onPhone: true },
  { path: '/emergency/alerts', heading: headed(alertWords), roles: ALL, onPhone: true },
  { path: '/reports', heading: headed(reportWords), roles: ALL },
  { path: '/account', heading: headed(accountWords), roles: ALL },
  settings('rules'),
  settings('templates'),
  settings('alerts'),
  settings('notifications'),
  settings('signing', ['administrator']),
  settings('storage', ['administrator']),
  settings('people', ['administrator']),
  settings('keys', ['administrator']),
  settings('audit', ['administrator']),
];

/** Pages behind the rooms, which axe reads as well. */
const BEHIND: readonly Room[] = [
  { path: '/reports/audience', heading: headed(audienceWords), roles: ALL },
  { path: '/reports/channels', heading: headed(channelWords), roles: ALL },
  { path: '/reports/coverage', heading: headed(coverageWords), roles: ALL },
  { path: '/reports/dispatch', heading: headed(dispatchWords), roles: ALL },
  { path: '/reports/issued', heading: headed(issuedWords), roles: ALL },
  { path: '/reports/quarantine', heading: headed(quarantineWords), roles: ALL },
  { path: '/reports/shortfalls', heading: headed(shortfallWords), roles: ALL },
  { path: '/notices', heading: headed(noticeWords), roles: ALL },
  {
    path: '/endpoints/1',
    heading: { zh: 'DS-001 Place 1', en: 'DS-001 Place 1' },
    roles: ALL,
  },
];

describe.skipIf(!CHROMIUM)(`a walk through the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  beforeAll(async () => {
    there = await aConsole();
    if (KEPT) await mkdir(KEPT, { recursive: true });
    const { server } = there.running;
    for (const n of [1, 2, 3]) {
      const place = { name: `Place ${n}`, area: `Area ${n}` };
      await server.endpoints.create({ ...fleetDraft(n), ...place }, 'system');
    }
    await server.board.refresh();
    const film = await readFile(
      fileURLToPath(new URL('../../media/samples/notice-spring-festival.png', import.meta.url)),
    );
    const { asset } = await server.imports.importFile({
      source: new Blob([film]).stream(),
      draft: {
        fileName: 'notice.png',
        titleZh: 'Notice',
        titleEn: 'Notice',
        category: 'notice',
        isFiller: false,
      },
      actor: 'system',
    });
    await server.review.take('submit', asset.id, { id: 'system', role: 'editor' });
    const operator = await deskOf(there.running, 'operator');
    const asCap = { 'content-type': 'application/xml' };
    const alert = {
      identifier: 'walk-1',
      infos: [{ certainty: 'Possible', headline: 'Fire', instruction: 'Go west', description: '' }],
    };
    await operator.ask('POST', '/api/alerts/cap', capXml(alert), asCap);
    const text = { title: 'Keep away', body: '', lang: 'en' };
    const template = { name: 'T-1', severity: 'severe', mostMinutes: 30, content: { text } };
    await operator.ask('POST', '/api/override-templates', template);
  });
  afterAll(() => there?.stop());

  test.each(ROLES)(
    '%s finds every room whole in both languages, without complaint and sideways scrolling',
    async (role) => {
      const seat = await there.enter(role);
      await seat.open('/');
      for (const language of LANGUAGES) {
        if (language === 'en') await seat.page.getByRole('button', { name: 'English' }).click();
        for (const room of ROOMS.filter(({ roles }) => roles.includes(role))) {
          await visit(seat, room, language);
          const where = `${room.path} as ${role} in ${language}`;
          expect(await strangeTexts(seat, language), where).toEqual([]);
          expect(await overflow(seat), where).toBe(0);
          await keep(seat, `${role}-${language}-${NOTEBOOK.width}${room.path}`);
        }
      }
      expect(seat.complaints).toEqual([]);
      await seat.context.close();
    },
  );

  test('no room has a serious finding of axe, and what is used on a phone fits one', async () => {
    const seat = await there.enter('administrator');
    await seat.open('/');
    for (const room of [...ROOMS, ...BEHIND]) {
      await visit(seat, room, 'zh');
      expect(await seriousFindings(seat.page), room.path).toEqual([]);
      if (!room.onPhone) continue;
      await seat.page.setViewportSize(PHONE);
      expect(await overflow(seat), `${room.path} on a phone`).toBe(0);
      expect(await seriousFindings(seat.page), `${room.path} on a phone`).toEqual([]);
      await keep(seat, `phone-zh${room.path}`);
      await seat.page.setViewportSize(NOTEBOOK);
    }
    expect(seat.complaints).toEqual([]);
    await seat.context.close();
  });
});

/** Goes there inside the console, as a link does, and waits until nothing loads. */
async function visit({ page }: Seat, { path, heading }: Room, language: 'zh' | 'en'): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', `/console${to}`);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await page.getByRole('heading', { level: 1, name: heading[language], exact: true }).waitFor();
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
}

/** What no person should read: a missing text, or one of the other language. All data here is in Latin letters. */
function strangeTexts({ page }: Seat, language: 'zh' | 'en'): Promise<string[]> {
  return page.evaluate((shown) => {
    // biome-ignore lint/performance/useDomNodeTextContent: what is read on the page, line by line
    const lines = document.body.innerText.split('\n').map((line) => line.trim());
    const missing = lines.filter((line) => /undefined|\bNaN\b|\[object|Invalid Date/.test(line));
    const isHan = (text: string) => /\p{Script=Han}/u.test(text);
    if (shown === 'en') return [...missing, ...lines.filter((line) => isHan(line) && line !== '中文')];
    const own = 'h1, h2, legend, th, label > span, nav a, dt, summary, .choices button';
    const texts = [...document.querySelectorAll(own)].map((element) => element.textContent?.trim() ?? '');
    // The title of the only asset, and what is written alike in both.
    const alike = ['Notice', 'SHA-256'];
    return [
      ...missing,
      ...texts.filter((text) => /\p{L}{2}/u.test(text) && !isHan(text) && !alike.includes(text)),
    ];
  }, language);
}

function overflow({ page }: Seat): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}

async function keep({ page }: Seat, name: string): Promise<void> {
  if (!KEPT) return;
  await page.screenshot({ path: join(KEPT, `${name.replace(/[^\w-]+/g, '_')}.png`), fullPage: true });
}
