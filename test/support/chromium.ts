import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium } from 'playwright-core';

/** Where Debian and others put Chromium; `CHROMIUM` names another place. */
const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/** The browser that the tests drive, or null. */
export const CHROMIUM: string | null =
  PLACES.find((place) => place !== undefined && existsSync(place)) ?? null;

/** Ends the title of a block that is left out for want of a browser. */
export const WITHOUT_CHROMIUM: string = CHROMIUM ? '' : ' (left out: no Chromium found; set CHROMIUM)';

/** Where the built player lies. */
export const KIOSK_BUILD: string = fileURLToPath(new URL('../../dist/kiosk', import.meta.url));

/** A browser with its own profile folder, as an unattended box has it. */
export async function openBox(
  profile: string,
  viewport: { width: number; height: number } = { width: 1280, height: 720 },
  moreFlags: readonly string[] = [],
): Promise<BrowserContext> {
  const box = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM ?? '',
    headless: true,
    viewport,
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio', ...moreFlags],
  });
  // A busy machine takes its time; what never comes still fails.
  box.setDefaultTimeout(60_000);
  return box;
}
