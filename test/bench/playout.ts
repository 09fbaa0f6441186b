import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { readPages } from '../../src/http/page-files.ts';
import { CHROMIUM, KIOSK_BUILD, openBox } from '../support/chromium.ts';
import { offeredFile, startContractServer } from '../support/contract-server.ts';
import { type BenchResult, quantile, rounded } from './bench-result.ts';
import { median } from './scratch-database.ts';

const JOINS = 100;
const CLIP_MS = 2_000;
const CLIP_FRAME_MS = 1_000 / 30;
const SCREEN_FRAME_MS = 1_000 / 60;
/** How far around a join a standing picture counts as the join's. */
const AROUND_MS = 250;

/** One picture that came to the front: at which refresh of the screen, in milliseconds of the page, and of which film. */
type Picture = readonly [atMs: number, film: string];

/** 1080p, 30 pictures a second, each unlike the one before. */
async function clipOf(folder: string, name: string, filter: string): Promise<Buffer> {
  const path = join(folder, name);
  const source = ['-f', 'lavfi', '-i', `${filter}=size=1920x1080:rate=30:duration=${CLIP_MS / 1_000}`];
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', '-y', ...source, ...coding, path]);
  return readFile(path);
}

/** Notes every new picture of the film that is in front, at the refresh that brings it. Runs in the page. */
function notePictures(): void {
  const pictures: [number, string][] = [];
  const counts = new WeakMap<HTMLVideoElement, number>();
  let last = '';
  const count = (film: HTMLVideoElement): void => {
    counts.set(film, (counts.get(film) ?? 0) + 1);
    film.requestVideoFrameCallback(() => count(film));
  };
  const look = (refreshAtMs: number): void => {
    const films = [...document.querySelectorAll('video')];
    for (const film of films) if (!counts.has(film)) count(film);
    const front = films.length === 1 ? films[0] : films.find((film) => film.classList.contains('on'));
    const now = front ? `${counts.get(front)} ${front.id} ${front.currentSrc}` : 'nothing';
    if (now !== last) pictures.push([refreshAtMs, front ? front.currentSrc : '']);
    last = now;
    requestAnimationFrame(look);
  };
  document.addEventListener('DOMContentLoaded', () => requestAnimationFrame(look));
  Object.assign(window, { pictures });
}

/** For how long pictures stood, in frames of 60 Hz beyond the film's own. */
interface Standing {
  /** Around each join. */
  readonly joins: readonly number[];
  /** In the middle of each clip, where nobody does anything: what the machine itself cannot do better. */
  readonly middles: readonly number[];
}

/** The longest time around picture `index` in which the picture stood. */
function standingAround(pictures: readonly Picture[], index: number): number {
  const atMs = pictures[index]?.[0] ?? 0;
  let longestMs = 0;
  for (let at = index; at > 0 && (pictures[at]?.[0] ?? 0) >= atMs - AROUND_MS; at -= 1)
    longestMs = Math.max(longestMs, (pictures[at]?.[0] ?? 0) - (pictures[at - 1]?.[0] ?? 0));
  for (let at = index; (pictures[at]?.[0] ?? Number.POSITIVE_INFINITY) <= atMs + AROUND_MS; at += 1)
    longestMs = Math.max(longestMs, (pictures[at + 1]?.[0] ?? 0) - (pictures[at]?.[0] ?? 0));
  // Refreshes come at whole frames; the stamps that browsers give them are rounded.
  return Math.max(0, Math.round((longestMs - CLIP_FRAME_MS) / SCREEN_FRAME_MS));
}

function standingIn(pictures: readonly Picture[]): Standing {
  const joins: number[] = [];
  const middles: number[] = [];
  for (const [index, [atMs, film]] of pictures.entries()) {
    const before = pictures[index - 1];
    if (!before || before[1] === film || before[1] === '' || film === '') continue;
    joins.push(standingAround(pictures, index));
    const middle = pictures.findLastIndex(([ms], at) => at < index && ms <= atMs - CLIP_MS / 2);
    if (middle > 0) middles.push(standingAround(pictures, middle));
  }
  return { joins, middles };
}

async function watch(page: Page): Promise<Standing> {
  for (;;) {
    await page.waitForTimeout(5_000);
    const pictures = await page.evaluate(() => Reflect.get(window, 'pictures') as Picture[]);
    const { joins, middles } = standingIn(pictures);
    // The first joins come while the page is still being compiled.
    if (joins.length > JOINS + 3)
      return { joins: joins.slice(3, JOINS + 3), middles: middles.slice(3, JOINS + 3) };
  }
}

/** The kiosk page before a server that offers the two clips in turn. */
async function ours(folder: string, clips: readonly Buffer[]): Promise<Standing> {
  const server = await startContractServer(await readPages(KIOSK_BUILD));
  const box = await openBox(join(folder, 'ours'), { width: 1920, height: 1080 });
  try {
    const page = box.pages()[0] ?? (await box.newPage());
    await page.addInitScript(notePictures);
    server.offer(
      clips.map((bytes, at) => ({
        file: offeredFile(new Uint8Array(bytes), 'video/mp4', CLIP_MS),
        ...{ durationMs: CLIP_MS, assetId: at + 1, bookingId: at + 1 },
      })),
    );
    await page.goto(`${server.origin}/player/`);
    await page.waitForSelector('#pairing-code[data-code]');
    server.settlePairing('paired');
    await page.waitForSelector('video.on');
    return await watch(page);
  } finally {
    await box.close();
    await server.close();
  }
}

/** One film element whose `src` is swapped when a clip ends; both clips are in memory. */
async function swapped(folder: string, clips: readonly Buffer[]): Promise<Standing> {
  const script = `
    const clips = await Promise.all([0, 1].map(async (at) =>
      URL.createObjectURL(await (await fetch('/clip/' + at)).blob())));
    const film = document.querySelector('video');
    let at = 0;
    const next = () => { film.src = clips[at++ % 2]; film.play(); };
    film.onended = next;
    next();`;
  const body = `<body style="margin:0;background:#000"><video muted style="width:100vw"></video><script type="module">${script}</script>`;
  const server = createServer((request, response) => {
    const clip = /^\/clip\/([01])$/.exec(request.url ?? '')?.[1];
    response.writeHead(200, { 'content-type': clip === undefined ? 'text/html' : 'video/mp4' });
    response.end(clip === undefined ? body : clips[Number(clip)]);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const box = await openBox(join(folder, 'swapped'), { width: 1920, height: 1080 });
  try {
    const page = box.pages()[0] ?? (await box.newPage());
    await page.addInitScript(notePictures);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await watch(page);
  } finally {
    await box.close();
    server.closeAllConnections();
    server.close();
  }
}

/**
 * Two 1080p clips in turn in Chromium, 100 joins: how long the picture stood or was black around each, in frames of
 * 60 Hz. Yardstick: one film element whose `src` is swapped.
 */
export async function run(): Promise<BenchResult> {
  if (CHROMIUM === null) throw new Error('This measurement needs Chromium.');
  const folder = await mkdtemp(join(tmpdir(), 'beacon-playout-'));
  try {
    const clips = [await clipOf(folder, 'a.mp4', 'testsrc2'), await clipOf(folder, 'b.mp4', 'testsrc')];
    const [kiosk, bare] = [await ours(folder, clips), await swapped(folder, clips)];
    return {
      name: 'playout',
      value: rounded(median(kiosk.joins)),
      unit: 'frames of 60 Hz',
      yardstick: rounded(median(bare.joins)),
      ratio: rounded(median(kiosk.joins) / median(bare.joins)),
      n: JOINS,
      limit: { median: 1, worst: 3 },
      p95: rounded(quantile(kiosk.joins, 0.95)),
      worst: rounded(Math.max(...kiosk.joins)),
      yardstickWorst: rounded(Math.max(...bare.joins)),
      middleOfClips: { median: rounded(median(kiosk.middles)), worst: rounded(Math.max(...kiosk.middles)) },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
