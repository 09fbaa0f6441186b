import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { seedDemo } from '../../src/demo/seed-flow.ts';
import { CHROMIUM, openBox, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { startMediaHost } from '../support/media-host.ts';
import { deskOf, testServer } from '../support/server.ts';
import { servePages } from './pages-of-release.ts';

/* Each folder here is what a release left behind; see cut-release.ts. */

const releases = readdirSync(import.meta.dirname).filter((name) => /^\d/.test(name));
const scratch = await mkdtemp(join(tmpdir(), 'beacon-release-kiosk-'));
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.skipIf(CHROMIUM === null)(`the browser player of a release${WITHOUT_CHROMIUM}`, () => {
  test.each(releases)('of version %s pairs with today’s server, plays, shows an emergency, and is counted', async (version) => {
    const dataDir = join(scratch, `data-${version}`);
    // Whatever the server may learn, such as to send players to a CDN, boxes in the field must live with.
    const cdn = await startMediaHost(join(dataDir, 'media'));
    const running = await testServer(Date.now, { dataDir, ...(cdn !== null && { mediaBaseUrl: cdn.url }) });
    const front = await servePages(await readFile(join(import.meta.dirname, version, 'kiosk.json.gz')), running.url);
    const box = await openBox(join(scratch, version));
    try {
      const { server, database } = running;
      const seeded = await seedDemo(server, Date.now(), () => {});
      await server.board.refresh();
      const screen = seeded.endpoints.find(({ kind }) => kind === 'screen');
      const operator = await deskOf(running, 'operator');
      const page = box.pages()[0] ?? (await box.newPage());
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${front.url}/player/`);
      const code = await page.waitForSelector('#pairing-code[data-code]');
      const claim = { code: await code.getAttribute('data-code'), endpointId: screen?.id };
      expect((await operator.ask('POST', '/api/pairings/claim', claim)).status).toBeLessThan(300);
      await page.waitForSelector('video.on, img.on');
      const plays = async () => (await database.sql`select 1 from plays`).length;
      await expect.poll(plays, { timeout: 60_000, interval: 250 }).toBeGreaterThan(0);

      const raised = await operator.ask('POST', '/api/overrides', {
        content: { text: { title: '山火', body: '请撤离到东站广场。', lang: 'zh-CN' } },
        severity: 'extreme',
        aim: { endpointIds: [screen?.id] },
        minutes: 10,
      });
      await operator.ask('POST', `/api/overrides/${raised.body.id}/confirm`);
      await page.getByText('请撤离到东站广场。').waitFor();
      const shown = async () =>
        (await database.sql`select 1 from override_receipts where shown_at is not null`).length;
      await expect.poll(shown, { timeout: 20_000 }).toBe(1);
      const [row] = await database.sql`select count(*)::int as doubted from quarantined_plays`;
      expect(row?.doubted).toBe(0);
      expect(complaints).toEqual([]);
    } finally {
      await box.close();
      await front.close();
      await running.stop();
      await cdn?.stop();
    }
  });
});
