import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/base/units.ts';
import { type PlayReport, playReportSchema } from '../../../src/contract/play-report.ts';
import { KIOSK_PAGES, readPages } from '../../../src/http/page-files.ts';
import { seatAt } from '../../console/a-console.ts';
import { CHROMIUM, openBox, WITHOUT_CHROMIUM } from '../../support/chromium.ts';
import { type MediaHost, startMediaHost } from '../../support/media-host.ts';
import { type Desk, deskOf, type TestServer, testServer } from '../../support/server.ts';

const isBuilt = (await readPages(KIOSK_PAGES)).size > 0;
const whyNot = isBuilt ? WITHOUT_CHROMIUM : ' (left out: run "npm run build" first)';
const FILM_MS = 15_000;

describe.skipIf(whyNot !== '' || CHROMIUM === null)(`the kiosk player on the real server${whyNot}`, () => {
  let running: TestServer;
  let editor: Desk;
  let operator: Desk;
  let folder: string;
  let cdn: MediaHost | null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'beacon-kiosk-'));
    cdn = await startMediaHost(join(folder, 'data', 'media'));
    running = await testServer(Date.now, {
      dataDir: join(folder, 'data'),
      ...(cdn !== null && { mediaBaseUrl: cdn.url }),
    });
    [editor, operator] = await Promise.all([deskOf(running, 'editor'), deskOf(running, 'operator')]);
  });
  afterAll(async () => {
    await running?.stop();
    await cdn?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

  /** An approved film, booked without a pause on an endpoint that never closes. */
  async function bookFilm() {
    const reviewer = await deskOf(running, 'reviewer');
    const sample = new URL('../../../media/samples/psa-ebike-charging.mp4', import.meta.url);
    const film = await editor.ask(
      'POST',
      '/api/assets?fileName=film.mp4&category=psa',
      await readFile(sample),
      { 'content-type': 'application/octet-stream' },
    );
    const assetId: number = film.body.id;
    expect((await editor.ask('POST', `/api/assets/${assetId}/submit`)).status).toBe(200);
    const approval = await reviewer.ask('POST', `/api/assets/${assetId}/approve`, { reason: '可以播' });
    expect(approval.status).toBe(200);
    const endpoint = await operator.ask('POST', '/api/endpoints', {
      code: 'K-1',
      name: '东站广场大屏',
      kind: 'screen',
      area: '东站',
      timeZone: 'Asia/Shanghai',
      openingHours: '24/7',
    });
    const endpointId: number = endpoint.body.id;
    const playlist = await editor.ask('POST', '/api/playlists', { name: '电动车', items: [{ assetId }] });
    const campaign = await editor.ask('POST', '/api/campaigns', {
      name: '春节',
      fromDate: day(-1),
      toDate: day(3),
    });
    const booking = await editor.ask('POST', '/api/bookings', {
      campaignId: campaign.body.id,
      playlistId: playlist.body.id,
      name: '全天',
      endpoints: { endpointIds: [endpointId] },
      fromDate: day(-1),
      toDate: day(3),
      rate: { kind: 'share', weight: 1 },
    });
    expect(booking.status).toBe(201);
    await running.server.board.refresh();
    return {
      endpointId,
      campaignId: campaign.body.id as number,
      bookingId: booking.body.id as number,
      assetId,
      sha256: film.body.sha256 as string,
    };
  }

  /** Has an operator ask for a picture of the screen in the console, and holds it to what is on the screen. */
  async function expectTruePicture(screen: Page, endpointId: number) {
    const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
    try {
      await running.server.players.writeSightings();
      const { page: desk, open } = await seatAt(running, browser, 'operator');
      await open(`/endpoints/${endpointId}`);
      // The film moves: what is seen is one of the moments between asking and the answer.
      const moments: Buffer[] = [];
      let isAnswered = false;
      const watching = (async () => {
        while (!isAnswered) moments.push(await brightness(await screen.screenshot()));
      })();
      await desk.getByRole('button', { name: '取屏幕截图' }).click();
      const picture = desk.getByRole('img', { name: /屏幕截图/ });
      await picture.waitFor();
      isAnswered = true;
      await watching;
      const src = await picture.getAttribute('src');
      const seen = await brightness(await (await desk.request.get(`${running.url}${src}`)).body());
      const spread = Math.max(...seen) - Math.min(...seen);
      expect(spread, 'a film is not one colour').toBeGreaterThan(60);
      expect(Math.min(...moments.map((moment) => difference(moment, seen)))).toBeLessThan(6);
      const image = await picture.evaluate((one: HTMLImageElement) =>
        one.decode().then(() => ({ width: one.naturalWidth, height: one.naturalHeight })),
      );
      expect(image).toEqual({ width: 640, height: 360 });
    } finally {
      await browser.close();
    }
  }

  it('takes a film from upload to a counted play, through pairing, pull, check and real pictures', async () => {
    const { endpointId, campaignId, bookingId, assetId, sha256 } = await bookFilm();
    const box = await openBox(folder, { width: 1920, height: 1080 });
    try {
      const page = box.pages()[0] ?? (await box.newPage());
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) complaints.push(message.text());
      });
      const fetched: string[] = [];
      page.on('response', (response) => {
        if (response.url().endsWith(sha256))
          fetched.push(`${response.status()} ${new URL(response.url()).origin}`);
      });
      const reports: PlayReport[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/plays')) reports.push(playReportSchema.parse(request.postDataJSON()));
      });
      await page.goto(`${running.url}/player/`);
      await page.waitForSelector('#pairing-code[data-code]');
      const code = await page.locator('#pairing-code').getAttribute('data-code');
      const claim = await operator.ask('POST', '/api/pairings/claim', { code, endpointId });
      expect(claim.status).toBeLessThan(300);

      await page.waitForSelector('video.on');
      const playedMs = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let pictures = 0;
            const count = (film: HTMLVideoElement) => {
              pictures += 1;
              if (pictures === 25) resolve(film.currentTime * 1_000);
              else film.requestVideoFrameCallback(() => count(film));
            };
            for (const film of document.querySelectorAll('video'))
              film.requestVideoFrameCallback(() => count(film));
          }),
      );
      expect(playedMs).toBeGreaterThan(0);
      await expectTruePicture(page, endpointId);

      const totals = async () => {
        const path = `/api/reports/plays?by=endpoint&campaignId=${campaignId}&from=${day(-1)}&to=${day(1)}`;
        return (await editor.ask('GET', path)).body.totals;
      };
      await expect
        .poll(async () => (await totals()).playsCounted, { timeout: 90_000, interval: 1_000 })
        .toBeGreaterThan(0);
      const sent = new Map(reports.flatMap((report) => report.plays).map((play) => [play.seq, play]));
      const whole = [...sent.values()].find((play) => play.outcome === 'completed');
      expect(whole).toMatchObject({ assetId, bookingId, sha256 });
      expect(Math.abs((whole?.durationMs ?? 0) - FILM_MS)).toBeLessThan(500);
      // What the server counts is what the player sent, to the millisecond; a report may be on its way.
      const unexplainedMs = async () => {
        const counted: number = (await totals()).airtimeMs;
        const plays = new Map(reports.flatMap((report) => report.plays).map((play) => [play.seq, play]));
        return [...plays.values()].reduce((sum, play) => sum + play.durationMs, 0) - counted;
      };
      await expect.poll(unexplainedMs, { timeout: 10_000, interval: 500 }).toBe(0);
      expect(await page.evaluate((name) => caches.match(`/player/media/${name}`).then(Boolean), sha256)).toBe(
        true,
      );
      // Every byte of it came from the other host, where this machine has one.
      expect(new Set(fetched)).toEqual(new Set([`200 ${new URL(cdn?.url ?? running.url).origin}`]));
      expect(complaints).toEqual([]);
      expect(running.troubles).toEqual([]);
    } finally {
      await box.close();
    }
  });
});

/** How bright a picture is in each of 32 × 18 places, from 0 to 255. */
function brightness(picture: Buffer): Promise<Buffer> {
  return sharp(picture).resize(32, 18, { fit: 'fill' }).greyscale().raw().toBuffer();
}

/** How far two pictures are apart in the mean place. */
function difference(one: Buffer, other: Buffer): number {
  return one.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0) / one.length;
}
