import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPages } from '../../../src/http/page-files.ts';
import { KIOSK_BUILD } from '../../support/chromium.ts';

/** What one kiosk may fetch as script, gzipped, the service worker and the alarm worker included. */
const MOST_BYTES = 40_000;

const pages = await readPages(KIOSK_BUILD);
const whyNot = pages.size === 0 ? ' (left out: run "npm run build" first)' : '';

describe.skipIf(whyNot !== '')(`the built kiosk page${whyNot}`, () => {
  it('has less than 40 kB of gzipped script, all of it together', () => {
    const scripts = [...pages].filter(([name]) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(1);
    const bytes = scripts.reduce((sum, [, page]) => sum + gzipSync(page.bytes).length, 0);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});
