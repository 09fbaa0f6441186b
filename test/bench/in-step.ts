import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { readPages } from '../../src/http/page-files.ts';
import { CHROMIUM, KIOSK_BUILD, openBox } from '../support/chromium.ts';
import { offeredFile, startContractServer } from '../support/contract-server.ts';
import { type BenchResult, quantile, rounded } from './bench-result.ts';
import { median } from './scratch-database.ts';

const SPOT_MS = 2_000;
const CHANGES = 65;
const WARM_UP = 4;
const LIMIT_MS = 100;

/** Notes at each paint when something else is in front, on the clock that all windows of a machine share. */
function noteChanges(): void {
  const changes: number[] = [];
  let last = '';
  const look = (): void => {
    const front = document.querySelector<HTMLVideoElement | HTMLImageElement>('#screen > .on');
    const now = front === null ? '' : `${front.id} ${front.src}`;
    if (now !== last && now !== '') changes.push(performance.timeOrigin + performance.now());
    last = now;
    requestAnimationFrame(look);
  };
  document.addEventListener('DOMContentLoaded', look);
  Object.assign(window, { changes });
}

async function materialIn(folder: string) {
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'];
  return Promise.all(
    ['film.mp4', 'still.png', 'another.mp4', 'another.png'].map(async (name, n) => {
      const isFilm = name.endsWith('.mp4');
      const source = `testsrc2=size=1280x720:rate=30:duration=${SPOT_MS / 1_000},hue=h=${n * 60}`;
      const output = isFilm ? coding : ['-frames:v', '1'];
      const path = join(folder, name);
      await promisify(execFile)('ffmpeg', [
        ...['-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, ...output, path],
      ]);
      const type = isFilm ? 'video/mp4' : 'image/png';
      const file = offeredFile(new Uint8Array(await readFile(path)), type, SPOT_MS);
      return { file, durationMs: SPOT_MS, assetId: n + 1, bookingId: n + 1 };
    }),
  );
}

/**
 * How far apart two windows of the kiosk player at one place change from one film or still to the next, each paired by
 * itself and keeping time by its own round trips to the server. Yardstick: the 100 ms that are allowed.
 */
export async function run(): Promise<BenchResult> {
  if (CHROMIUM === null) throw new Error('This measurement needs Chromium.');
  const folder = await mkdtemp(join(tmpdir(), 'beacon-in-step-'));
  const server = await startContractServer(await readPages(KIOSK_BUILD));
  const boxes = [await openBox(join(folder, 'left')), await openBox(join(folder, 'right'))];
  try {
    server.offer(await materialIn(folder));
    const pages: Page[] = [];
    for (const box of boxes) {
      const page = box.pages()[0] ?? (await box.newPage());
      await page.addInitScript(noteChanges);
      await page.goto(`${server.origin}/player/`);
      await page.waitForSelector('#pairing-code[data-code]');
      server.settlePairing('paired');
      await page.waitForSelector('#screen > .on');
      pages.push(page);
    }
    const changesOf = async (page: Page): Promise<number[]> => {
      await page.waitForFunction(
        (wanted) => (window as unknown as { changes: number[] }).changes.length > wanted,
        CHANGES,
        {
          timeout: 0,
          polling: 1_000,
        },
      );
      return page.evaluate(() => (window as unknown as { changes: number[] }).changes);
    };
    const [left = [], right = []] = await Promise.all(pages.map(changesOf));
    // The first changes come while files are fetched and pages compiled; the last ones one window may not have seen yet.
    const [from, to] = [
      Math.max(left[WARM_UP] ?? 0, right[WARM_UP] ?? 0),
      Math.min(left.at(-1) ?? 0, right.at(-1) ?? 0),
    ];
    const apart = left
      .filter((at) => at >= from - LIMIT_MS && at < to - LIMIT_MS)
      .map((at) => Math.min(...right.map((other) => Math.abs(other - at))));
    return {
      name: 'in-step',
      value: rounded(quantile(apart, 0.95)),
      unit: 'ms, p95',
      yardstick: LIMIT_MS,
      ratio: rounded(quantile(apart, 0.95) / LIMIT_MS),
      n: apart.length,
      medianMs: rounded(median(apart)),
      worstMs: rounded(Math.max(...apart)),
      beyondLimit: apart.filter((ms) => ms > LIMIT_MS).length,
    };
  } finally {
    for (const box of boxes) await box.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
