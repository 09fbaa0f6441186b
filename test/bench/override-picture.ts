import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBox } from '../support/chromium.ts';
import { clockMs } from './override-crowd.ts';

/** How a browser is put before the server. */
export interface PictureOrder {
  readonly url: string;
  /** Of the operator. */
  readonly token: string;
  readonly endpointId: number;
  readonly rounds: number;
  readonly post: (path: string, token: string | null, body: unknown) => Promise<{ id: number }>;
}

/**
 * The kiosk page in Chromium: milliseconds from the staff request until the frame with the emergency's text has
 * been painted, round by round. A frame's callbacks run right before its paint; what they post is run after it.
 */
export async function pictureTimes({
  url,
  token,
  endpointId,
  rounds,
  post,
}: PictureOrder): Promise<number[]> {
  const profile = await mkdtemp(join(tmpdir(), 'beacon-picture-'));
  const box = await openBox(profile, { width: 1920, height: 1080 });
  try {
    const page = box.pages()[0] ?? (await box.newPage());
    await page.goto(`${url}/player/`);
    const code = await page
      .waitForSelector('#pairing-code[data-code]')
      .then((node) => node.getAttribute('data-code'));
    await post('/api/pairings/claim', token, { code, endpointId });
    await page.waitForResponse((answer) => answer.url().endsWith('/events'));
    await page.evaluate(() => {
      const view = document.querySelector('#view-emergency');
      if (!view) throw new Error('no view');
      new MutationObserver(() => {
        if (!view.classList.contains('on')) return;
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            document.documentElement.dataset.paintedAt = `${performance.timeOrigin + performance.now()}`;
          };
          port2.postMessage(null);
        });
      }).observe(view, { attributes: true, attributeFilter: ['class'] });
    });
    const times: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      await page.evaluate(() => delete document.documentElement.dataset.paintedAt);
      const began = clockMs();
      const raised = post('/api/overrides', token, {
        templateId: 1,
        aim: { endpointIds: [endpointId] },
        minutes: 10,
      });
      await page.waitForSelector('html[data-painted-at]');
      const paintedAt = await page.evaluate(() => Number(document.documentElement.dataset.paintedAt));
      // The first round compiles the page's code.
      if (round > 0) times.push(paintedAt - began);
      const { id } = await raised;
      await post(`/api/overrides/${id}/withdraw`, token, {});
      await page.waitForSelector('#view-emergency:not(.on)', { state: 'attached' });
    }
    return times;
  } finally {
    await box.close();
    await rm(profile, { recursive: true, force: true });
  }
}
