import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capXml } from '../override/an-alert.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { deskOf } from '../support/server.ts';
import {
  type AConsole,
  aConsole,
  countActs,
  dropFile,
  expectSound,
  PATIENCE_MS,
  seriousFindings,
} from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

const sample = (name: string) => fileURLToPath(new URL(`../../media/samples/${name}`, import.meta.url));

/** Around the small fleet. */
const PLACE = '<circle>39.8,110.0 50</circle>';

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
    // A key that comes before the rows were measured moves nothing; at the top one more does no harm.
    const moved = page.getByText('psa-ebike-charging 移到第 1 位');
    await expect
      .poll(async () => {
        await page.keyboard.press('ArrowUp');
        return moved.count();
      })
      .toBe(1);
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
    await there.running.server.playlists.replace(
      stored.id,
      { name: '别人改的', items },
      'system',
      stored.version,
    );
    await page.getByLabel('名称').fill('我改的');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('button', { name: '载入对方版本' }).click();
    expect(await page.getByLabel('名称').inputValue()).toBe('别人改的');
    await seat.context.close();
  });

  test('a screen is paired by a phone whose camera sees its code, then obeys from afar and sends its picture', async () => {
    const kiosk = await there.browser.newContext({ viewport: { width: 1280, height: 720 } });
    const screen = await kiosk.newPage();
    await screen.goto(`${there.running.url}/player/?kind=tv`);
    await screen.locator('#pairing-qr').waitFor({ timeout: 30_000 });
    const code = (await screen.locator('#pairing-code').getAttribute('data-code')) ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'camera-'));
    await writeFile(join(folder, 'seen.y4m'), await filmOf(await screen.screenshot()));
    const phone = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: [
        '--no-sandbox',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${join(folder, 'seen.y4m')}`,
      ],
    });
    const seat = await there.enter('operator', 'zh', phone);
    const { page } = seat;
    await page.setViewportSize({ width: 390, height: 844 });
    // The phone's own camera app opens the address that the code holds; the console's own reads it as well.
    await seat.open(`/pair?code=${code.toLowerCase()}`);
    expect(await page.getByLabel('屏幕上显示的配对码').inputValue()).toBe(code);
    await seat.open('/pair');
    await page.getByRole('button', { name: '用摄像头扫码' }).click();
    await page.waitForFunction(
      (wanted) => document.querySelector<HTMLInputElement>('input.big')?.value === wanted,
      code,
    );
    await page.getByRole('combobox', { name: '终端' }).click();
    await page.getByTitle('DS-002').click();
    // The box reports within a second of its pairing, while this page is still being read.
    const told = screen.waitForResponse(/\/health$/);
    await page.getByRole('button', { name: '配对', exact: true }).click();
    await page.getByText(/已配对到/).waitFor();
    await expectSound(seat, 'pair');

    await screen.locator('#view-standby.on, #view-dark.on').first().waitFor();
    await told;
    await there.running.server.players.writeSightings();
    await page.setViewportSize({ width: 1366, height: 768 });
    await seat.open('/endpoints/2');
    await page.getByRole('button', { name: '取屏幕截图' }).click();
    const picture = page.getByRole('img', { name: /屏幕截图/ });
    await picture.waitFor();
    expect(
      await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
    ).toBe(640);
    await page.getByLabel(/节目音量/).press('Home');
    await page.getByRole('button', { name: '设置音量' }).click();
    await page.locator('.commands li', { hasText: '音量 0%' }).getByText('已完成').waitFor();
    await page.getByRole('button', { name: '重启播放器' }).click();
    const reloaded = screen.waitForEvent('load');
    await page.getByRole('dialog').getByRole('button', { name: '重启播放器' }).click();
    await reloaded;
    await page.locator('.commands li', { hasText: '重启播放器' }).getByText('已完成').waitFor();
    await page.getByText('播放器不支持：重启设备').waitFor();
    await expectSound(seat, 'endpoint with commands');
    if (process.env.SCREENSHOTS) {
      await page.screenshot({ path: join(process.env.SCREENSHOTS, 'commands.png'), fullPage: true });
    }
    await phone.close();
    await kiosk.close();
    await rm(folder, { recursive: true });
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

  test('an alert that the rules leave to a person is put on the air from the inbox, and can be had as it was received', async () => {
    const system = await deskOf(there.running, 'operator');
    const words = { identifier: 'inbox-1', infos: [{ certainty: 'Possible', areas: [PLACE] }] };
    const sent = capXml(words);
    const taken = await system.ask('POST', '/api/alerts/cap', sent, { 'content-type': 'application/xml' });
    expect(taken.body).toMatchObject({ verdict: 'asked', reasons: [] });
    const seat = await there.enter('operator', 'en');
    const { page } = seat;
    await seat.open('/emergency');
    await page.getByRole('link', { name: 'Alerts' }).click();
    await page.getByLabel('What became of it').selectOption('logged');
    await page.getByText('No alert fits.').waitFor();
    await page.getByLabel('What became of it').selectOption('asked');
    await page.getByLabel('Filter by headline').fill('inbox');
    await page.getByRole('cell', { name: 'Left to a person' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Download XML/ }).click();
    expect(await readFile(await (await download).path(), 'utf8')).toBe(sent);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('No alert waits.').waitFor();
    await page.getByRole('link', { name: 'On the air' }).click();
    await page.getByRole('img', { name: /^Receipts on the plan/ }).waitFor();
    await expectSound(seat, 'receipts');
    await page.getByRole('button', { name: 'Withdraw now' }).click();
    await page.getByText('There is no emergency at the moment.').waitFor();
    await seat.context.close();
  });

  test('a template that one person writes and another approves goes on the air by two clicks and a confirmation, asked within the policy of the page', async () => {
    const author = await there.enter('editor');
    await author.open('/settings?part=templates');
    await author.page.getByLabel('模板名称').fill('燃气泄漏');
    await author.page.getByLabel('屏幕标题').fill('燃气泄漏，请勿靠近');
    await author.page.getByLabel('最长分钟数').fill('10');
    await author.page.getByRole('button', { name: '提交批准' }).click();
    await author.page.getByText('须由另一人批准').waitFor();
    expect(await author.page.getByRole('button', { name: '批准 燃气泄漏' }).count()).toBe(0);
    const operator = await there.enter('operator');
    const { page } = operator;
    await operator.open('/settings?part=templates');
    await page.getByRole('button', { name: '批准 燃气泄漏' }).click();
    await page.getByText('已批准').waitFor();
    await operator.open('/emergency');
    await page.getByRole('button', { name: /燃气泄漏/ }).click();
    await page.getByRole('button', { name: '发布', exact: true }).click();
    const lengths = page.getByRole('group', { name: '持续分钟' }).getByRole('button', { pressed: true });
    expect(await lengths.allTextContents(), 'what the template allows, of the 15 chosen').toEqual(['10']);
    await page.getByRole('dialog').getByText('燃气泄漏 · 持续 10 分钟').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await operator.open('/emergency');
    await page.getByText('目前没有应急插播').waitFor();
    const acts = await countActs(page);
    await page.getByRole('button', { name: /燃气泄漏/ }).click();
    await page.getByRole('button', { name: '发布', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: '发布' }).click();
    await page.getByRole('timer', { name: '剩余时间' }).waitFor();
    expect(await acts(), 'two clicks and a confirmation').toBe(3);
    await page.getByRole('button', { name: '立即撤回' }).click();
    await page.getByText('目前没有应急插播').waitFor();
    expect([...author.complaints, ...operator.complaints]).toEqual([]);
    await author.context.close();
    await operator.context.close();
  });

  test('a picture is shown as each framing will look on the shapes of the fleet, and the chosen one is kept', async () => {
    const tall = { width: 300, height: 400, channels: 3, background: '#b3261e' } as const;
    const { asset } = await there.running.server.imports.importFile({
      source: new Blob([await sharp({ create: tall }).png().toBuffer()]).stream(),
      draft: { fileName: 'tall.png', titleEn: '', category: 'psa', isFiller: false },
      actor: 'system',
    });
    const seat = await there.enter('editor', 'en');
    await seat.open(`/material/${asset.id}`);
    const ways = seat.page.getByRole('group', { name: 'On screens of another shape' });
    // The page draws it anew while its parts come in.
    await expect
      .poll(() =>
        ways.scrollIntoViewIfNeeded().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await ways.getByRole('img').first().waitFor();
    await seat.page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.framings img')].every(
        (image) => image.naturalWidth > 0,
      ),
    );
    // The page shows the choice once it is on its way, not within the click.
    const blurred = ways.getByRole('radio').nth(2);
    await blurred.click();
    await expect.poll(() => blurred.isChecked()).toBe(true);
    await expect.poll(async () => (await there.running.server.assets.get(asset.id)).framing).toBe('blur');
    await expectSound(seat, 'framing');
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

/** A picture as a film of one frame, which Chromium shows over and over as what a camera sees (YUV4MPEG2, 4:2:0). */
async function filmOf(png: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const header = `YUV4MPEG2 W${info.width} H${info.height} F10:1 Ip A1:1 C420jpeg\nFRAME\n`;
  const colourless = Buffer.alloc(data.length / 2, 128);
  return Buffer.concat([Buffer.from(header), data, colourless]);
}
