import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPages } from '../../../src/http/page-files.ts';
import { CHROMIUM, KIOSK_BUILD, openBox, WITHOUT_CHROMIUM } from '../../support/chromium.ts';
import {
  type ContractServer,
  type OfferedFile,
  offeredFile,
  startContractServer,
} from '../../support/contract-server.ts';

const pages = await readPages(KIOSK_BUILD);
const whyNot = pages.size === 0 ? ' (left out: run "npm run build" first)' : WITHOUT_CHROMIUM;
const sample = (name: string) =>
  readFile(fileURLToPath(new URL(`../../../media/samples/${name}`, import.meta.url)));

describe.skipIf(whyNot !== '' || CHROMIUM === null)(`kiosk windows in Chromium${whyNot}`, () => {
  let server: ContractServer;
  let folder: string;
  let box: BrowserContext;

  beforeEach(async () => {
    server = await startContractServer(pages);
    folder = await mkdtemp(join(tmpdir(), 'beacon-windows-'));
    box = await openBox(folder);
  });
  afterEach(async () => {
    await box.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function window(query: string): Promise<Page> {
    const page = await box.newPage();
    await page.goto(`${server.origin}/player/${query}`);
    await page.waitForSelector('#pairing-code[data-code]');
    server.settlePairing('paired');
    return page;
  }

  it('show stills at one place in step: three of four changes within 100 ms, over two windows of one machine', async () => {
    const stills = await Promise.all(
      ['notice-spring-festival.png', 'filler-standby.png'].map((name) => sample(name)),
    );
    server.offer(
      stills.map((bytes, at) => ({
        file: offeredFile(bytes, 'image/png', 1_500),
        ...{ durationMs: 1_500, assetId: at + 1, bookingId: at + 1 },
      })),
    );
    const both = [await window('?player=left'), await window('?player=right')];
    for (const page of both) await page.waitForSelector('#screen > img.on');
    /** Instants at which another still came to the front, on the clock that all windows share. */
    const changesOf = (page: Page) =>
      page.evaluate(
        () =>
          new Promise<number[]>((resolve) => {
            const seen: number[] = [];
            new MutationObserver((changes) => {
              if (!changes.some(({ target }) => (target as Element).classList.contains('on'))) return;
              seen.push(performance.timeOrigin + performance.now());
              if (seen.length >= 12) resolve(seen);
            }).observe(document.querySelector('#screen') as Element, {
              subtree: true,
              attributes: true,
              attributeFilter: ['class'],
            });
          }),
      );
    const [left = [], right = []] = await Promise.all(both.map(changesOf));
    const apart = left
      .map((at) => Math.min(...right.map((other) => Math.abs(other - at))))
      .toSorted((a, b) => a - b);
    // A busy machine may hold one window back at a change; so many cannot be by chance, 1,500 ms apart. The benchmark
    // `in-step` holds all of them, films too.
    expect(apart[Math.floor(apart.length * 0.75)]).toBeLessThan(100);
  }, 120_000);

  it('keep what the coming programme needs when the browser gives little room, oldest first out', async () => {
    const still = await sample('notice-spring-festival.png');
    // What follows the picture's end is no picture, but bytes all the same: 2 MB each.
    const file = (): OfferedFile =>
      offeredFile(new Uint8Array(Buffer.concat([still, randomBytes(2_000_000)])), 'image/png', 1_000);
    const round = (files: readonly OfferedFile[], from: number) =>
      files.map((one, at) => ({ file: one, durationMs: 1_000, assetId: from + at, bookingId: from + at }));
    const [old, next] = [
      [file(), file(), file()],
      [file(), file(), file()],
    ];
    const page = box.pages()[0] ?? (await box.newPage());
    const remote = await box.newCDPSession(page);
    await remote.send('Storage.overrideQuotaForOrigin', { origin: server.origin, quotaSize: 10_000_000 });
    server.offer(round(old, 1));
    await page.goto(`${server.origin}/player/`);
    await page.waitForSelector('#pairing-code[data-code]');
    server.settlePairing('paired');
    const completed = (id: number) =>
      server.plays.some((play) => play.assetId === id && play.outcome === 'completed');
    await server.until(() => [1, 2, 3].every(completed));
    server.offer(round(next, 11));
    await server.until(() => [11, 12, 13].every(completed));
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return all.flat().map(({ url }) => url.slice(-64));
    });
    for (const { media } of next) expect(kept).toContain(media.sha256);
    expect(old.filter(({ media }) => kept.includes(media.sha256)).length).toBeLessThan(3);
  }, 180_000);
});
