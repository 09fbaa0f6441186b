import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chromiumFlags } from '../../../players/kiosk/chromium-flags.ts';
import { readPages } from '../../../src/http/page-files.ts';
import { CHROMIUM, KIOSK_BUILD, WITHOUT_CHROMIUM } from '../../support/chromium.ts';
import { offeredFile, startContractServer } from '../../support/contract-server.ts';
import { listeningSockets, TELLS_SOCKETS } from '../../support/listening-sockets.ts';

const pages = await readPages(KIOSK_BUILD);
const whyNot = pages.size === 0 ? ' (left out: run "npm run build" first)' : WITHOUT_CHROMIUM;

describe.skipIf(whyNot !== '' || !TELLS_SOCKETS)(`the browser of an unattended box${whyNot}`, () => {
  it('listens on nothing while it plays: neither the page nor what the launcher asks of Chromium', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'beacon-listens-'));
    const server = await startContractServer(pages);
    const still = await readFile(
      new URL('../../../media/samples/notice-spring-festival.png', import.meta.url),
    );
    server.offer([
      { file: offeredFile(still, 'image/png', 1_000), durationMs: 1_000, assetId: 1, bookingId: 11 },
    ]);
    const launch = { server: new URL(server.origin), profile, page: {}, trustHttp: true, windowed: true };
    const flags = [...chromiumFlags(launch), '--headless=new', '--no-sandbox', '--mute-audio'];
    const browser = spawn(CHROMIUM ?? '', flags, { stdio: 'ignore' });
    try {
      await server.until(() => server.pairings.length > 0);
      server.settlePairing('paired');
      await server.until(() => server.plays.some(({ outcome }) => outcome === 'completed'));
      expect(await listeningSockets(browser.pid ?? 0)).toEqual([]);
    } finally {
      const isGone = once(browser, 'exit');
      browser.kill();
      await isGone;
      await server.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
