import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { send } from '../support/server.ts';
import { type AConsole, aConsole, dropFile, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

const sample = (name: string) => fileURLToPath(new URL(`../../media/samples/${name}`, import.meta.url));

describe.skipIf(!CHROMIUM)(`rooms of the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  beforeAll(async () => {
    there = await aConsole();
    for (const n of [1, 2, 3]) await there.running.server.endpoints.create(fleetDraft(n), 'system');
  });
  afterAll(() => there?.stop());

  test('a film is dropped, submitted, looked at frame by frame, sent back, mended and approved by another', async () => {
    const editor = await there.enter('editor');
    await editor.open('/material');
    await editor.page.getByText('还没有素材').waitFor();
    await dropFile(editor.page, sample('warning-kitchen-fire.mp4'), 'video/mp4');
    await editor.page.getByText('已上传').waitFor();
    await expectSound(editor, 'material');
    await editor.page.getByRole('link', { name: 'warning-kitchen-fire.mp4' }).click();
    await editor.page.getByRole('button', { name: '提交审核' }).click();
    await editor.page.getByText('须由另一人审核').waitFor();

    const reviewer = await there.enter('reviewer', 'en');
    await reviewer.open('/review');
    const video = reviewer.page.getByLabel('Preview');
    await video.evaluate(
      (element: HTMLVideoElement) =>
        element.readyState >= 2 ||
        new Promise((resolve) => element.addEventListener('loadeddata', resolve, { once: true })),
    );
    await reviewer.page.getByRole('button', { name: '1 second on' }).click();
    await reviewer.page.getByRole('button', { name: 'One frame on' }).click();
    expect(await video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeCloseTo(1.04, 2);
    expect(await reviewer.page.getByRole('button', { name: 'Reject' }).isDisabled()).toBe(true);
    await reviewer.page.getByRole('button', { name: 'Insert the moment' }).click();
    await reviewer.page.getByLabel('Remarks').press('End');
    await reviewer.page.getByLabel('Remarks').pressSequentially('too long');
    await expectSound(reviewer, 'review');
    await reviewer.page.getByRole('button', { name: 'Reject' }).click();
    await reviewer.page.getByText('Nothing waits for review.').waitFor();

    await editor.page.reload();
    await editor.page.getByText('[0:01.0] too long').waitFor();
    await editor.page.getByRole('button', { name: '提交审核' }).click();
    await editor.page.getByText('须由另一人审核').waitFor();
    await reviewer.page.reload();
    await reviewer.page.getByRole('button', { name: 'Approve' }).click();
    await reviewer.page.getByText('Nothing waits for review.').waitFor();
    const [asset] = await there.running.server.assets.list();
    expect(asset).toMatchObject({ state: 'approved', fileName: 'warning-kitchen-fire.mp4' });
    await expectSound(editor, 'asset');
    await editor.context.close();
    await reviewer.context.close();
  });

  test('a playlist is built and ordered by keyboard alone, undone and redone, and another editor is not overwritten', async () => {
    const seat = await there.enter('editor');
    const { page } = seat;
    await importSample(there, 'notice-spring-festival.png', 'notice');
    await importSample(there, 'psa-ebike-charging.mp4', 'psa');
    await seat.open('/playlists/new');
    await page.getByLabel('名称').fill('测试列表');
    await page.getByRole('button', { name: /添加.*notice-spring/ }).press('Enter');
    await page.getByRole('button', { name: /添加.*psa-ebike/ }).press('Enter');
    const titles = () => page.locator('.order .what b').allTextContents();
    expect(await titles()).toEqual(['notice-spring-festival', 'psa-ebike-charging']);
    await page.getByRole('button', { name: '拖动 psa-ebike-charging' }).press('Space');
    await page
      .getByText(/^(拿起 psa-ebike-charging|psa-ebike-charging 移到第 2 位)/)
      .waitFor({ state: 'attached' });
    await page.keyboard.press('ArrowUp');
    await page.getByText('psa-ebike-charging 移到第 1 位').waitFor({ state: 'attached' });
    await page.keyboard.press('Space');
    await expect.poll(titles).toEqual(['psa-ebike-charging', 'notice-spring-festival']);
    await page.getByLabel('notice-spring-festival 停留秒数').fill('20');
    await page.getByRole('button', { name: '撤销' }).click();
    expect(await page.getByLabel('notice-spring-festival 停留秒数').inputValue()).toBe('10');
    await page.getByRole('button', { name: '重做' }).click();
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForURL(/playlists\/\d+$/);
    const [stored] = await there.running.server.playlists.list();
    expect(stored?.items.map(({ durationMs }) => durationMs).at(1)).toBe(20_000);
    await expectSound(seat, 'playlist');

    if (!stored) throw new Error('the playlist was not stored');
    const items = stored.items.map(({ assetId, weight }) => ({ assetId, weight }));
    await there.running.server.playlists.replace(stored.id, { name: '别人改的', items }, 'system');
    await page.getByLabel('名称').fill('我改的');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('button', { name: '载入对方版本' }).click();
    expect(await page.getByLabel('名称').inputValue()).toBe('别人改的');
    await seat.context.close();
  });

  test('a box is paired from a phone by the code that it shows', async () => {
    const seat = await there.enter('operator');
    await seat.page.setViewportSize({ width: 390, height: 844 });
    const offer = await send(`${there.running.url}/api/player/v1/pairings`, {
      method: 'POST',
      body: { hardwareId: 'box-1', kind: 'tv', capabilities: { video: true, image: true, audio: true } },
    });
    expect(offer.status).toBe(201);
    const { code, secret } = offer.body;
    await seat.open('/pair');
    await seat.page.getByLabel('屏幕上显示的配对码').fill(code.toLowerCase());
    await seat.page.getByRole('combobox', { name: '终端' }).click();
    await seat.page.getByTitle('DS-002').click();
    await seat.page.getByRole('button', { name: '配对', exact: true }).click();
    await seat.page.getByText(/已配对到/).waitFor();
    const state = await send(`${there.running.url}/api/player/v1/pairings/current`, { token: secret });
    expect(state.body).toMatchObject({ state: 'paired', endpointId: 2 });
    await expectSound(seat, 'pair');
    await seat.context.close();
  });

  test('an exported list of endpoints is taken back by the import, which finds nothing to change', async () => {
    const seat = await there.enter('editor');
    await seat.open('/endpoints');
    const download = seat.page.waitForEvent('download');
    await seat.page.getByRole('button', { name: '导出 CSV' }).click();
    const path = await (await download).path();
    expect(await readFile(path, 'utf8')).toContain('DS-003');
    await seat.page.getByLabel('导入 CSV').setInputFiles(path);
    await seat.page.getByText('新增 0 个，更新 0 个，未变 3 个').waitFor();
    await expectSound(seat, 'endpoints');
    await seat.context.close();
  });

  test('any moment of any endpoint explains itself, by link and by hand', async () => {
    const seat = await there.enter('viewer', 'en');
    await seat.open('/why?endpoint=1&at=2027-02-05T19:05');
    await seat.page.getByRole('heading', { name: /Nothing plays at|Plays at/ }).waitFor();
    await seat.page.getByText('Opening hours').first().waitFor();
    await seat.page.getByLabel('Time (local to the endpoint)').fill('08:30:00');
    await seat.page.waitForURL(/at=2027-02-05T08(%3A|:)30/);
    await expectSound(seat, 'why');
    await seat.page.getByRole('link', { name: 'Open the endpoint' }).click();
    await seat.page.getByRole('heading', { name: /DS-001/ }).waitFor();
    await expectSound(seat, 'endpoint');
    await seat.context.close();
  });
});

/** Material straight into the catalogue, as a draft. */
async function importSample(there: AConsole, name: string, category: 'psa' | 'notice'): Promise<number> {
  const { asset } = await there.running.server.imports.importFile({
    source: new Blob([await readFile(sample(name))]).stream(),
    draft: { fileName: name, titleEn: '', category, isFiller: false },
    actor: 'system',
  });
  return asset.id;
}
