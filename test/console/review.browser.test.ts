import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';

const sample = (name: string) => fileURLToPath(new URL(`../../media/samples/${name}`, import.meta.url));

describe.skipIf(!CHROMIUM)(`review in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  let filmId: number;
  beforeAll(async () => {
    there = await aConsole({ warningApprovals: 2 });
    const { asset } = await there.running.server.imports.importFile({
      source: new Blob([await readFile(sample('warning-kitchen-fire.mp4'))]).stream(),
      draft: { fileName: 'fire.mp4', titleZh: '厨房火灾', titleEn: '', category: 'warning', isFiller: false },
      actor: 'system',
    });
    filmId = asset.id;
  });
  afterAll(() => there?.stop());

  const submit = () =>
    there.running.server.review.take('submit', filmId, { id: 'some editor', role: 'editor' });
  async function loaded(page: Page) {
    const video = page.getByLabel(/^(预览|Preview)$/);
    await video.evaluate(
      (element: HTMLVideoElement) =>
        element.readyState >= 2 ||
        new Promise((resolve) => element.addEventListener('loadeddata', resolve, { once: true })),
    );
    return video;
  }

  test('a rejection points at a moment and an area of the picture, and the editor is led there', async () => {
    await submit();
    const reviewer = await there.enter('reviewer');
    const { page } = reviewer;
    await reviewer.open('/review');
    const video = await loaded(page);
    await page.getByRole('button', { name: '前进 1 秒' }).click();
    await page.getByRole('button', { name: '下一帧' }).click();
    await page.getByRole('button', { name: '标注当前时间点' }).click();
    await page.getByText('时间点 0:01.0').waitFor();
    const markArea = page.getByRole('button', { name: '标注画面区域' });
    await markArea.click();
    const box = await page.locator('.mark-layer').boundingBox();
    if (!box) throw new Error('there is no picture to mark');
    await expectSound(reviewer, 'marking an area');
    await page.locator('.mark-layer').scrollIntoViewIfNeeded();
    const at = (await page.locator('.mark-layer').boundingBox()) ?? box;
    await page.mouse.move(at.x + at.width * 0.25, at.y + at.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(at.x + at.width * 0.75, at.y + at.height * 0.75);
    await page.mouse.up();
    await page.getByText(/区域：左 2[45]/).waitFor();
    await expect.poll(() => markArea.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByLabel('意见').fill('画面里有伤者面部，请打码');
    await page.getByRole('button', { name: '退回' }).click();
    await page.getByText('没有待审核的素材。').waitFor();
    const rejected = await there.running.server.assets.get(filmId);
    expect(rejected.decisionMark?.atMs).toBe(1_040);
    expect(rejected.decisionMark?.area?.width).toBeCloseTo(0.5, 1);
    expect(await video.count()).toBe(0);
    await reviewer.context.close();

    const editor = await there.enter('editor', 'en');
    await editor.open(`/material/${filmId}`);
    const seen = await loaded(editor.page);
    await editor.page.getByText('Marked when it was rejected').waitFor();
    await editor.page.getByRole('button', { name: 'Go to the mark' }).click();
    await expect
      .poll(() => seen.evaluate((element: HTMLVideoElement) => element.currentTime))
      .toBeCloseTo(1.04, 2);
    expect(await editor.page.locator('.mark-frame').count()).toBe(1);
    await expectSound(editor, 'a rejected film');
    await editor.context.close();
  });

  test('an area is marked with the keys alone', async () => {
    await submit();
    const reviewer = await there.enter('reviewer');
    const { page } = reviewer;
    await reviewer.open('/review');
    await loaded(page);
    await page.getByRole('button', { name: '标注画面区域' }).press('Enter');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText(/区域：左 3[78]/).waitFor();
    await reviewer.context.close();
  });

  test('a film of real fires needs two reviewers, and each is told where it stands', async () => {
    const first = await there.enter('reviewer');
    await first.open('/review');
    await first.page.getByRole('button', { name: '通过' }).click();
    await first.page.getByText('您已通过，还须由第二人通过。').waitFor();
    expect(await first.page.getByRole('button', { name: '通过' }).count()).toBe(0);
    await first.context.close();
    const second = await there.enter('reviewer', 'en');
    await second.open('/review');
    await second.page.getByText('reviewer name approved it; a second person must too').waitFor();
    await expectSound(second, 'a film half approved');
    await second.page.getByRole('button', { name: 'Approve' }).click();
    await second.page.getByText('Nothing waits for review.').waitFor();
    expect((await there.running.server.assets.get(filmId)).state).toBe('approved');
    await second.context.close();
  });

  test('a new version waits as a draft while the old one airs on, and a date ends the airing', async () => {
    const editor = await there.enter('editor');
    const { page } = editor;
    await editor.open(`/material/${filmId}`);
    await page.getByLabel('上传新版本').setInputFiles(sample('warning-stairwell-fire.mp4'));
    await page.getByRole('link', { name: '第 2 版' }).waitFor();
    const [, version] = await there.running.server.assets.list();
    expect(version).toMatchObject({ versionOf: filmId, state: 'draft', titleZh: '厨房火灾' });
    expect((await there.running.server.assets.get(filmId)).state).toBe('approved');
    await page.getByLabel('播到').fill('2099-12-31T18:00');
    await page.getByRole('button', { name: '设定' }).click();
    await page.getByText(/2099.*届时自动下架/).waitFor();
    expect((await there.running.server.assets.get(filmId)).expiresAt).toBe('2099-12-31T10:00:00.000Z');
    await page.getByRole('button', { name: '取消期限' }).click();
    await page.getByRole('alert').getByText('不能延长此素材的播出期限').waitFor();
    // The browser notes the refusal, which was asked for.
    editor.complaints.length = 0;
    await expectSound(editor, 'versions');
    await page.getByRole('link', { name: '第 2 版' }).click();
    await page.getByRole('button', { name: '提交审核' }).waitFor();
    // Both versions are known to the page by now; what is typed for one is not said of the other.
    await page.goBack();
    await page.getByLabel('播到').fill('2098-01-01T08:00');
    await page.getByRole('link', { name: '第 2 版' }).click();
    await page.getByRole('button', { name: '提交审核' }).waitFor();
    expect(await page.getByLabel('播到').inputValue()).toBe('');
    await editor.context.close();
  });

  test('a piece that another decides meanwhile is said to have left, and no other takes its place unasked', async () => {
    const { imports, review } = there.running.server;
    const waiting: number[] = [];
    for (const name of ['notice-spring-festival.png', 'psa-ebike-charging.mp4']) {
      const { asset } = await imports.importFile({
        source: new Blob([await readFile(sample(name))]).stream(),
        draft: { fileName: name, titleEn: '', category: 'psa', isFiller: false },
        actor: 'system',
      });
      await review.take('submit', asset.id, { id: 'some editor', role: 'editor' });
      waiting.push(asset.id);
    }
    const [first = 0, second = 0] = waiting;
    const reviewer = await there.enter('reviewer');
    const { page } = reviewer;
    await reviewer.open('/review');
    const approve = page.getByRole('button', { name: '通过' });
    await approve.waitFor();
    await review.take('approve', first, { id: 'another reviewer', role: 'reviewer' });
    await approve.click();
    await page.getByText('这件素材已不在待审核之列').waitFor();
    expect(await approve.count()).toBe(0);
    await page.getByRole('button', { name: 'psa-ebike-charging' }).click();
    await approve.click();
    await page.getByText('没有待审核的素材。').waitFor();
    expect((await there.running.server.assets.get(second)).state).toBe('approved');
    await reviewer.context.close();
  });
});
