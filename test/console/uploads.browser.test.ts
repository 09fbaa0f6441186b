import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longWav } from '../catalogue/long-wav.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type ServerProcess, serverProcess } from '../support/server-process.ts';
import { type StaffedPlace, staffedPlace } from '../support/staffed-place.ts';
import { PATIENCE_MS, seriousFindings } from './a-console.ts';

describe.skipIf(!CHROMIUM)(`uploads in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let place: StaffedPlace;
  let server: ServerProcess;
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'beacon-to-upload-'));
    place = await staffedPlace();
    server = await serverProcess(place.options, place.dataDir);
    await server.start();
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await place?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** How far a file is, in whole percent, as the page tells. */
  async function percentOf(page: Page): Promise<number> {
    const told = await page.locator('.uploads li .quiet').first().textContent();
    return Number(/([\d.]+)%/.exec(told ?? '')?.[1] ?? -1);
  }

  test('a film is paused, outlives the death of the server and a reload, and is known the second time', async () => {
    const film = join(folder, '消防宣传.wav');
    await writeFile(film, longWav(90_000_000, 7));
    const context = await browser.newContext({ timezoneId: 'Asia/Shanghai' });
    context.setDefaultTimeout(60_000);
    await context.addInitScript(() => localStorage.setItem('beacon-language', 'zh'));
    const page = await context.newPage();
    page.on('dialog', (dialog) => void dialog.accept());
    await context.request.post(`${server.url}/api/session`, {
      data: { username: place.username, password: place.password },
    });
    await page.goto(`${server.url}/console/material`);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 9_000_000 },
    });
    const picker = page.locator('input[type=file]');
    await picker.setInputFiles(film);
    await page.getByText(/上传中 · [\d.]+% · [\d.]+ MB\/s/).waitFor();
    await page.getByRole('button', { name: '暂停 消防宣传.wav' }).click();
    await page.getByText(/已暂停 · [\d.]+%/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    const paused = await percentOf(page);
    await page.getByRole('button', { name: '继续 消防宣传.wav' }).click();
    await expect.poll(() => percentOf(page), { timeout: 60_000 }).toBeGreaterThan(Math.max(25, paused));

    await server.kill();
    await page.getByText('服务器暂时连接不上，恢复后自动继续').waitFor();
    await server.start();
    await expect.poll(() => percentOf(page), { timeout: 60_000 }).toBeGreaterThan(45);

    await page.reload();
    await page.getByText('上次未传完').waitFor();
    await picker.setInputFiles(film);
    await expect.poll(() => percentOf(page), { timeout: 60_000 }).toBeGreaterThan(30);
    await page.getByText(/^已上传/).waitFor();

    await picker.setInputFiles(film);
    await page.getByText('消防宣传.wav：与素材“消防宣传”内容相同').waitFor();
    const assets = await (await context.request.get(`${server.url}/api/assets`)).json();
    expect(assets.assets).toHaveLength(1);
    await context.close();
  });

  test('many files go at once, and one that is no media says so in its own words', async () => {
    const paths = await Promise.all(
      [1, 2, 3, 4, 5].map(async (n) => {
        const path = join(folder, `many-${n}.wav`);
        await writeFile(path, longWav(1_000_000 + n * 6, 100 + n));
        return path;
      }),
    );
    const text = join(folder, 'really-a-film.mp4');
    await writeFile(text, 'this is not a film\n'.repeat(100));
    const context = await browser.newContext();
    context.setDefaultTimeout(60_000);
    await context.addInitScript(() => localStorage.setItem('beacon-language', 'en'));
    await context.request.post(`${server.url}/api/session`, {
      data: { username: place.username, password: place.password },
    });
    const page = await context.newPage();
    await page.goto(`${server.url}/console/material`);
    await page.locator('input[type=file]').setInputFiles([...paths, text]);
    await page.getByText(/Not uploaded .* This is a text file/).waitFor();
    await expect.poll(() => page.locator('.uploads li[data-state=done]').count()).toBe(5);
    await context.close();
  });
});
