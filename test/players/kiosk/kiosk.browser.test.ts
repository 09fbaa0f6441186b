import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSigningKey } from '../../../src/contract/signing.ts';
import { readPages } from '../../../src/http/page-files.ts';
import { CHROMIUM, KIOSK_BUILD, openBox, WITHOUT_CHROMIUM } from '../../support/chromium.ts';
import {
  type ContractServer,
  type OfferedSpot,
  offeredFile,
  startContractServer,
} from '../../support/contract-server.ts';

const pages = await readPages(KIOSK_BUILD);
const whyNot = pages.size === 0 ? ' (left out: run "npm run build" first)' : WITHOUT_CHROMIUM;

const sample = (name: string) =>
  readFile(fileURLToPath(new URL(`../../../media/samples/${name}`, import.meta.url)));
const kitchen = offeredFile(await sample('warning-kitchen-fire.mp4'), 'video/mp4', 16_000);
const stairwell = offeredFile(await sample('warning-stairwell-fire.mp4'), 'video/mp4', 16_000);
const notice = offeredFile(await sample('notice-spring-festival.png'), 'image/png', 10_000);
const chime = offeredFile(await sample('filler-chime.m4a'), 'audio/mp4', 10_000);

/** Two films and a still, cut short so that a round takes five seconds. */
const SHORT_ROUND: readonly OfferedSpot[] = [
  { file: kitchen, durationMs: 2_000, assetId: 1, bookingId: 11 },
  { file: stairwell, durationMs: 2_000, assetId: 2, bookingId: 12 },
  { file: notice, durationMs: 1_000, assetId: 3, bookingId: null },
];

/** Counts the pictures of films that are in front, from now on. */
async function countPictures(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    let pictures = 0;
    for (const film of document.querySelectorAll('video')) {
      let lastMs = -1;
      const count: VideoFrameRequestCallback = (_, { mediaTime }) => {
        if (film.classList.contains('on') && mediaTime !== lastMs) pictures += 1;
        lastMs = mediaTime;
        document.documentElement.dataset.pictures = `${pictures}`;
        film.requestVideoFrameCallback(count);
      };
      film.requestVideoFrameCallback(count);
    }
  });
  return async () => Number(await page.evaluate(() => document.documentElement.dataset.pictures ?? '0'));
}

describe.skipIf(whyNot !== '' || CHROMIUM === null)(`the kiosk player in Chromium${whyNot}`, () => {
  let server: ContractServer;
  let folder: string;
  let box: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeEach(async () => {
    server = await startContractServer(pages);
    folder = await mkdtemp(join(tmpdir(), 'beacon-kiosk-'));
    box = await openBox(folder);
    page = box.pages()[0] ?? (await box.newPage());
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
  });

  afterEach(async () => {
    await box.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
    expect(complaints).toEqual([]);
  });

  async function pairByCode(): Promise<void> {
    await page.goto(`${server.origin}/player/`);
    await page.waitForSelector('#pairing-code[data-code]');
    server.settlePairing('paired');
  }

  /** By an enrolment in the address: a code is asked for again after three seconds only. */
  async function pair(query = ''): Promise<void> {
    await page.goto(`${server.origin}/player/${query}#enrol=an-enrolment-token-of-staff`);
  }

  it('pairs by the code on the screen, plays real films and reports them with asset, booking and true length', async () => {
    server.offer(SHORT_ROUND);
    await pairByCode();
    expect(server.pairings[0]).toMatchObject({
      kind: 'screen',
      capabilities: { video: true, width: 1280, height: 720 },
    });
    await page.waitForSelector('video.on');
    const pictures = await countPictures(page);
    const completed = () =>
      server.plays.filter((play) => play.outcome === 'completed' && play.bookingId !== null && !play.reason);
    const still = () => server.plays.find((play) => play.assetId === 3 && play.outcome === 'completed');
    // A report leaves at a moment of chance, so the films may be told of before the still that follows them.
    await server.until(
      () => new Set(completed().map((play) => play.bookingId)).size === 2 && still() !== undefined,
    );
    // 25 pictures a second; a busy machine may drop half.
    expect(await pictures()).toBeGreaterThan(25);
    for (const play of completed()) {
      const film = play.bookingId === 11 ? kitchen : stairwell;
      expect(play).toMatchObject({ assetId: play.bookingId === 11 ? 1 : 2, sha256: film.media.sha256 });
      expect(Math.abs(play.durationMs - 2_000)).toBeLessThan(350);
      expect(Date.parse(play.startedAt)).toBeLessThan(Date.now());
    }
    expect(still()).toMatchObject({ bookingId: null, sha256: notice.media.sha256 });
    expect(server.plays.map((play) => play.seq).toSorted((a, b) => a - b)).toEqual(
      server.plays.map((_, i) => i + 1),
    );
  });

  it('plays a sound to its natural end under the standby picture', async () => {
    server.offer([{ file: chime, durationMs: 10_000, assetId: 5, bookingId: 15 }]);
    await pair();
    await server.until(() => server.plays.some((play) => play.assetId === 5 && play.outcome === 'completed'));
    const play = server.plays.find((one) => one.outcome === 'completed');
    expect(Math.abs((play?.durationMs ?? 0) - 10_000)).toBeLessThan(400);
    expect(await page.locator('#view-standby.on').count()).toBe(1);
  });

  it('shows nothing of a manifest signed by a foreign key, and says so', async () => {
    server.offer(SHORT_ROUND);
    server.signWith(await makeSigningKey());
    await pairByCode();
    await page.waitForSelector('#view-standby.on');
    await page.keyboard.press('i');
    await page.locator('#panel', { hasText: 'signature.unknownKey' }).waitFor();
    // It stays to be read at the box once the server was told.
    await server.until(() =>
      server.health.some(({ errors }) => errors.some(({ code }) => code === 'signature.unknownKey')),
    );
    await page.locator('#panel', { hasText: 'signature.unknownKey' }).waitFor();
    expect(server.requests.filter((one) => one.includes('/media/'))).toEqual([]);
    expect(await page.locator('video[src], #screen > img[src]').count()).toBe(0);
    expect(await page.locator('#view-standby.on').count()).toBe(1);
  });

  it('never shows a file whose bytes were swapped on the way, and plays the others', async () => {
    server.offer(SHORT_ROUND);
    server.swapBytes(kitchen.media.sha256, stairwell.bytes);
    await pairByCode();
    await server.until(() =>
      server.plays.some((play) => play.bookingId === 12 && play.outcome === 'completed'),
    );
    const ofSwapped = server.plays.filter((play) => play.bookingId === 11);
    expect(ofSwapped.length).toBeGreaterThan(0);
    for (const play of ofSwapped)
      expect(play).toMatchObject({ outcome: 'failed', durationMs: 0, reason: 'media.missing' });
  });

  it('boots and plays on from its own storage when the server is gone, and reports all of it later, once', async () => {
    server.offer(SHORT_ROUND);
    await pair();
    await server.until(() =>
      server.plays.some((play) => play.bookingId === 11 && play.outcome === 'completed'),
    );
    const told = server.plays.length;
    await server.close();
    await page.reload();
    await page.waitForSelector('video.on');
    const pictures = await countPictures(page);
    await page.waitForFunction(() => Number(document.documentElement.dataset.pictures) > 60);
    expect(await pictures()).toBeGreaterThan(60);
    await server.reopen();
    await server.until(() => server.plays.length > told);
    expect(server.epochs.size).toBe(1);
    const seqs = server.plays.map((play) => play.seq).toSorted((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it('boots offline after the browser itself was ended, as by a power cut', async () => {
    server.offer(SHORT_ROUND);
    await pair();
    await page.waitForSelector('video.on');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await box.close();
    await server.close();
    box = await openBox(folder);
    page = box.pages()[0] ?? (await box.newPage());
    await page.goto(`${server.origin}/player/`);
    await page.waitForSelector('video.on, img.on');
    expect(await page.locator('#pairing-code[data-code]').count()).toBe(0);
  });

  it('joins anew, with numbers of an epoch of its own, when its database was damaged on the disk', async () => {
    server.offer(SHORT_ROUND);
    await pair();
    await server.until(() => server.plays.length > 0);
    await box.close();
    const databases = join(folder, 'Default', 'IndexedDB');
    const files = await readdir(databases, { recursive: true, withFileTypes: true });
    const damaged = files.filter((file) => file.isFile() && file.parentPath.endsWith('.leveldb'));
    expect(damaged.length).toBeGreaterThan(2);
    for (const { parentPath, name } of damaged)
      await writeFile(join(parentPath, name), Buffer.alloc(5_000, 0xa5));
    const told = server.plays.length;
    box = await openBox(folder);
    page = box.pages()[0] ?? (await box.newPage());
    await pair();
    await server.until(() => server.plays.length > told);
    expect(server.epochs.size).toBe(2);
  });

  it('cuts in with an emergency text at once, and goes back to the programme when it ends', async () => {
    server.offer([{ file: kitchen, durationMs: 16_000, assetId: 1, bookingId: 11 }]);
    await pair();
    await page.waitForFunction(
      () => (document.querySelector<HTMLVideoElement>('video.on')?.currentTime ?? 0) > 0.5,
    );
    await page.evaluate(() => {
      const view = document.querySelector('#view-emergency');
      if (!view) return;
      new MutationObserver(() => {
        document.documentElement.dataset.shownAt ??= view.classList.contains('on')
          ? `${Date.now()}`
          : undefined;
      }).observe(view, { attributes: true, attributeFilter: ['class'] });
    });
    const raisedAt = Date.now();
    await server.raise({
      version: 1,
      overrideId: 1,
      serial: 1,
      action: 'raise',
      severity: 'severe',
      endpoints: [server.endpointId],
      from: new Date(raisedAt - 60_000).toISOString(),
      until: new Date(raisedAt + 4_000).toISOString(),
      drill: true,
      show: { kind: 'text', title: '紧急疏散', body: '请从最近的安全出口离开。', lang: 'zh-CN' },
    });
    await page.waitForSelector('#view-emergency.on');
    expect(await page.locator('#emergency-title').textContent()).toBe('紧急疏散');
    expect(await page.locator('#emergency-drill').isVisible()).toBe(true);
    const shownAt = Number(await page.evaluate(() => document.documentElement.dataset.shownAt));
    expect(shownAt - raisedAt).toBeLessThan(1_000);
    await page.waitForSelector('#view-emergency:not(.on)', { state: 'attached' });
    await page.waitForSelector('video.on, img.on');
    await server.until(() =>
      server.plays.some((play) => play.outcome === 'cut' && play.reason?.includes('override') === true),
    );
  });

  it('takes a new code when the old one expired', async () => {
    await page.goto(`${server.origin}/player/`);
    await page.waitForSelector('#pairing-code[data-code]');
    const first = await page.locator('#pairing-code').getAttribute('data-code');
    server.settlePairing('expired');
    await page.waitForFunction(
      (old) => document.querySelector<HTMLElement>('#pairing-code')?.dataset.code !== old,
      first,
    );
    expect(server.pairings.length).toBe(2);
  });

  it('lets a second window wait instead of counting plays twice, and take over when the first closes', async () => {
    server.offer(SHORT_ROUND);
    await pair();
    // Only a window that plays has written its pairing down: closed earlier, the next one would pair anew.
    await page.waitForSelector('video.on');
    const second = await box.newPage();
    await second.goto(`${server.origin}/player/`);
    await second.waitForSelector('#view-message.on');
    const before = server.plays.length;
    await page.close();
    await second.waitForSelector('video.on');
    await server.until(() => server.plays.slice(before).some((play) => play.outcome === 'completed'));
    expect(server.pairings).toHaveLength(1);
    const seqs = server.plays.map((play) => play.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    page = second;
  });

  it('turns the whole page for a screen that hangs on its side', async () => {
    server.offer(SHORT_ROUND);
    await pair('?rotate=90&fit=cover');
    await page.waitForSelector('video.on');
    expect(server.pairings[0]?.capabilities).toMatchObject({ width: 720, height: 1280 });
    const place = await page.locator('#screen').boundingBox();
    expect(place).toMatchObject({ x: 0, y: 0, width: 1280, height: 720 });
    const film = await page.locator('video.on').evaluate((element) => ({
      width: element.clientWidth,
      height: element.clientHeight,
      fit: getComputedStyle(element).objectFit,
      cursor: getComputedStyle(element).cursor,
    }));
    expect(film).toEqual({ width: 720, height: 1280, fit: 'cover', cursor: 'none' });
  });

  it('tells its own state on the key i', async () => {
    server.offer(SHORT_ROUND);
    await pair();
    await page.waitForSelector('video.on');
    await page.keyboard.press('i');
    await page.waitForSelector('#panel dd');
    const text = await page.locator('#panel').textContent();
    expect(text).toContain('东站广场大屏');
    expect(text).toContain('3 / 3');
    await page.keyboard.press('i');
    expect(await page.locator('#panel').isVisible()).toBe(false);
  });

  it('passes over a film that cannot be decoded, tells it as failed, and plays the others', async () => {
    const noise = offeredFile(new Uint8Array(200_000).fill(42), 'video/mp4', 16_000);
    server.offer([{ file: noise, durationMs: 2_000, assetId: 9, bookingId: 19 }, ...SHORT_ROUND]);
    await pair();
    await server.until(
      () =>
        server.plays.some((play) => play.assetId === 9 && play.outcome === 'failed') &&
        server.plays.some((play) => play.bookingId === 12 && play.outcome === 'completed'),
    );
    const reasons = server.plays.filter((play) => play.assetId === 9).map((play) => play.reason);
    expect(reasons).toContain('decoder.unsupported');
    for (const play of server.plays.filter((one) => one.assetId === 9)) expect(play.durationMs).toBe(0);
  });

  it('gives a decoder that stands still up after three seconds and goes on', async () => {
    server.offer([
      { file: kitchen, durationMs: 12_000, assetId: 1, bookingId: 11 },
      { file: stairwell, durationMs: 2_000, assetId: 2, bookingId: 12 },
    ]);
    await pair();
    await page.waitForSelector('video.on');
    // Also a touch of a key that the system handles may stop a film: nothing may wait for a person.
    await page.evaluate(() => {
      for (const film of document.querySelectorAll('video'))
        film.addEventListener(
          'timeupdate',
          () => film.duration === 16 && film.currentTime > 1 && film.pause(),
        );
    });
    await server.until(() => server.plays.some((play) => play.reason?.includes('decoder.stalled') === true));
    const stalled = server.plays.find((play) => play.reason?.includes('decoder.stalled') === true);
    expect(stalled?.outcome).toBe('failed');
    expect(stalled?.durationMs).toBeLessThan(4_000);
  });

  it('starts anew by itself when a newer build is there, keeping its pairing and its numbers', async () => {
    server.offer(SHORT_ROUND);
    await pair();
    await page.waitForSelector('video.on');
    // A worker that is ready has not taken the page over yet; two that do so at once would look like the first alone.
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const worker = pages.get('sw.js');
    if (!worker) throw new Error('the build has no service worker');
    const newer = new TextDecoder().decode(worker.bytes).replace(/"version":"[^"]+"/, '"version":"newer"');
    server.replacePage('sw.js', { ...worker, bytes: new TextEncoder().encode(newer) });
    const reloaded = page.waitForEvent('load');
    await page.evaluate(() =>
      navigator.serviceWorker.ready.then((registration) => void registration.update()),
    );
    await reloaded;
    await page.waitForSelector('video.on, img.on');
    expect(server.pairings.length).toBe(1);
    const told = server.plays.length;
    await server.until(() => server.plays.length > told);
    expect(server.epochs.size).toBe(1);
    // What was on at that moment is among them, cut unless it was just over: no number is missing, none used twice.
    const numbers = server.plays.map(({ seq }) => seq).toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  it('says in a page without a secure context why it does not play, and what to do', async () => {
    await box.close();
    box = await openBox(folder, { width: 1920, height: 1080 }, [
      '--host-resolver-rules=MAP beacon.test 127.0.0.1',
    ]);
    page = box.pages()[0] ?? (await box.newPage());
    await page.goto(`${server.origin.replace('127.0.0.1', 'beacon.test')}/player/`);
    await page.waitForSelector('#view-message.on');
    expect(await page.locator('#message-lines').textContent()).toContain('https://beacon.test');
    expect(server.pairings).toEqual([]);
  });
});
