import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPages } from '../../../src/http/page-files.ts';
import { CHROMIUM, KIOSK_BUILD, openBox, WITHOUT_CHROMIUM } from '../../support/chromium.ts';
import {
  type ContractServer,
  type OfferedFile,
  offeredFile,
  startContractServer,
} from '../../support/contract-server.ts';
import { type Attack, type HostileProxy, startHostileProxy } from '../../support/hostile-proxy.ts';

const pages = await readPages(KIOSK_BUILD);
const whyNot = pages.size === 0 ? ' (left out: run "npm run build" first)' : WITHOUT_CHROMIUM;
const STILL_MS = 600;

/** What a picture that reached the screen holds, by the colours that only one file has. */
interface Seen {
  readonly green: boolean;
  readonly blue: boolean;
  /** The attacker's colour, anywhere. */
  readonly magenta: boolean;
}

async function still(background: string): Promise<OfferedFile> {
  const picture = sharp({ create: { width: 640, height: 360, channels: 3, background } });
  return offeredFile(new Uint8Array(await picture.png().toBuffer()), 'image/png', STILL_MS);
}

async function coloursOf(png: Buffer): Promise<Seen> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const seen = { green: false, blue: false, magenta: false };
  for (let at = 0; at < data.length; at += info.channels) {
    const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]];
    if (r > 150 && b > 150 && g < 90) seen.magenta = true;
    if (g > 150 && r < 90 && b < 90) seen.green = true;
    if (b > 150 && r < 90 && g < 90) seen.blue = true;
  }
  return seen;
}

/** Every picture that the browser composes from now on, by its colours. */
interface Screen {
  /** Waits until a picture fits, then gives all pictures since it was last asked. */
  until(fits: (picture: Seen) => boolean): Promise<Seen[]>;
}

async function screenOf(page: Page): Promise<Screen> {
  const devtools = await page.context().newCDPSession(page);
  let seen: Seen[] = [];
  let look = (): void => undefined;
  devtools.on('Page.screencastFrame', async ({ data, sessionId }) => {
    seen.push(await coloursOf(Buffer.from(data, 'base64')));
    look();
    devtools.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await devtools.send('Page.startScreencast', { format: 'png', maxWidth: 320, maxHeight: 180 });
  return {
    until: (fits) =>
      new Promise((resolve) => {
        look = () => {
          if (!seen.some(fits)) return;
          look = () => undefined;
          resolve(seen);
          seen = [];
        };
        look();
      }),
  };
}

describe.skipIf(whyNot !== '' || CHROMIUM === null)(
  `the screen behind an attacker in the middle${whyNot}`,
  () => {
    let green: OfferedFile;
    let blue: OfferedFile;
    let foreign: OfferedFile;
    let folder: string;
    let server: ContractServer;
    let proxy: HostileProxy;
    let box: BrowserContext;
    let page: Page;
    let screen: Screen;

    const offer = (...files: readonly OfferedFile[]) =>
      server.offer(
        files.map((file, at) => ({ file, durationMs: STILL_MS, assetId: at + 1, bookingId: at + 1 })),
      );

    beforeAll(async () => {
      [green, blue, foreign] = await Promise.all([still('#00c800'), still('#0000dc'), still('#d800d8')]);
      folder = await mkdtemp(join(tmpdir(), 'beacon-attacked-'));
      server = await startContractServer(pages);
      proxy = await startHostileProxy(server.origin, foreign.media.sha256, foreign.bytes);
      box = await openBox(folder);
      page = box.pages()[0] ?? (await box.newPage());
      screen = await screenOf(page);
      offer(green);
      await page.goto(`${proxy.origin}/player/`);
      await page.waitForSelector('#pairing-code[data-code]');
      server.settlePairing('paired');
      await screen.until((picture) => picture.green);
    }, 120_000);

    afterAll(async () => {
      await box.close();
      await proxy.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Reads the state panel until it tells the code. */
    async function told(code: string): Promise<void> {
      await page.keyboard.press('i');
      await page.locator('#panel', { hasText: code }).waitFor();
      await page.keyboard.press('i');
    }

    // Each attack wants another file on the screen than the last, so that its fault stands last in the panel.
    it.each<[Attack, string]>([
      ['stripSignature', 'signature.wrongType'],
      ['foreignKey', 'signature.unknownKey'],
      ['borrowedName', 'signature.invalid'],
      ['swapMedia', 'media.hashMismatch'],
      ['floodStream', 'signature.unknownKey'],
    ])(
      'shows no pixel of the attacker under %s, tells %s in its state panel, and then takes what the server signs',
      async (attack, code) => {
        offer(green);
        await screen.until((picture) => picture.green && !picture.blue);
        proxy.choose(attack);
        offer(green, await still(attack === 'swapMedia' ? '#0000e6' : '#0000dc'));
        await told(code);
        expect(proxy.tampered()).toBeGreaterThan(0);
        proxy.choose('none');
        offer(green, blue);
        const shown = await screen.until((picture) => picture.blue);
        expect(shown.filter((picture) => picture.magenta)).toEqual([]);
      },
      120_000,
    );

    it('never shows again what a replayed programme of the past wants, and tells so', async () => {
      // What the server itself signs is shown, whatever it is: so the tests before would have seen it.
      offer(foreign);
      await screen.until((picture) => picture.magenta);
      proxy.choose('replay');
      offer(foreign, foreign);
      await told('manifest.replayed');
      proxy.choose('none');
      offer(blue);
      const shown = await screen.until((picture) => picture.blue);
      expect(shown.filter((picture) => picture.green)).toEqual([]);
    }, 120_000);
  },
);
