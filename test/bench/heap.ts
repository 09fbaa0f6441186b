import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CDPSession } from 'playwright-core';
import { readPages } from '../../src/http/page-files.ts';
import { CHROMIUM, KIOSK_BUILD, openBox } from '../support/chromium.ts';
import { offeredFile, startContractServer } from '../support/contract-server.ts';
import { type BenchResult, rounded } from './bench-result.ts';

/** A day of spots of 15 s; each lasts half a second here, since memory grows with showings and not with waiting. */
const SPOTS_A_DAY = 5_760;
const SPOTS_AN_HOUR = SPOTS_A_DAY / 24;
const SPOT_MS = 500;
const FILMS = 4;
const LIMIT_MB = 5;
const LOOK_MS = 5_000;

async function made(path: string, input: string, output: readonly string[]): Promise<Uint8Array> {
  const source = ['-f', 'lavfi', '-i', input];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', '-y', ...source, ...output, path]);
  return new Uint8Array(await readFile(path));
}

/** Films and stills in turn, all of them different. */
async function materialIn(folder: string) {
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'];
  return Promise.all(
    Array.from({ length: FILMS * 2 }, async (_, n) => {
      const size = 'size=320x180:rate=30';
      const isFilm = n % 2 === 0;
      const bytes = isFilm
        ? await made(
            join(folder, `${n}.mp4`),
            `testsrc2=${size}:duration=${SPOT_MS / 1_000},hue=h=${n * 40}`,
            coding,
          )
        : await made(join(folder, `${n}.png`), `testsrc=${size}:duration=1,hue=h=${n * 40}`, [
            '-frames:v',
            '1',
          ]);
      const file = offeredFile(bytes, isFilm ? 'video/mp4' : 'image/png', SPOT_MS);
      return { file, durationMs: SPOT_MS, assetId: n + 1, bookingId: n + 1 };
    }),
  );
}

/** The page's JavaScript heap and its DOM nodes, after everything that nobody holds was collected. */
async function held(devtools: CDPSession): Promise<{ readonly heapMb: number; readonly nodes: number }> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const { nodes } = await devtools.send('Memory.getDOMCounters');
  return { heapMb: usedSize / 1_048_576, nodes };
}

/**
 * How much the heap of the kiosk page has grown after a day's showings in Chromium, films and stills in turn, beside
 * what it was after the first hour's. Yardstick: that.
 */
export async function run(): Promise<BenchResult> {
  if (CHROMIUM === null) throw new Error('This measurement needs Chromium.');
  const folder = await mkdtemp(join(tmpdir(), 'beacon-heap-'));
  const server = await startContractServer(await readPages(KIOSK_BUILD));
  const box = await openBox(join(folder, 'box'));
  try {
    const page = box.pages()[0] ?? (await box.newPage());
    const devtools = await box.newCDPSession(page);
    server.offer(await materialIn(folder));
    await page.goto(`${server.origin}/player/`);
    await page.waitForSelector('#pairing-code[data-code]');
    server.settlePairing('paired');
    const hours: { readonly heapMb: number; readonly nodes: number }[] = [];
    for (let hour = 1; hour <= 24; hour += 1) {
      while (server.plays.length < hour * SPOTS_AN_HOUR) await page.waitForTimeout(LOOK_MS);
      hours.push(await held(devtools));
    }
    const [first, last] = [hours[0], hours.at(-1)];
    if (!first || !last) throw new Error('nothing was measured');
    const whole = server.plays.filter(({ outcome }) => outcome === 'completed').length;
    return {
      name: 'heap',
      value: rounded(last.heapMb - first.heapMb),
      unit: 'MB',
      yardstick: rounded(first.heapMb),
      ratio: rounded(last.heapMb / first.heapMb),
      n: server.plays.length,
      limitMb: LIMIT_MB,
      highestMb: rounded(Math.max(...hours.map(({ heapMb }) => heapMb))),
      nodes: { first: first.nodes, last: last.nodes },
      completed: whole,
    };
  } finally {
    await box.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
