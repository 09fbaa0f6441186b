import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

describe.skipIf(!CHROMIUM)(`notices in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  beforeAll(async () => {
    there = await aConsole();
    const sizes = [
      [1_920, 1_080],
      [1_080, 1_920],
      [1_152, 192],
    ] as const;
    for (const [index, [widthPx, heightPx]] of sizes.entries()) {
      const draft = { ...fleetDraft(index + 1), kind: 'screen' as const, widthPx, heightPx };
      await there.running.server.endpoints.create(draft, 'system');
    }
  });
  afterAll(() => there?.stop());

  test('a notice is typed, seen in three looks and every shape while typing, and saved as a draft for review', async () => {
    const editor = await there.enter('editor');
    const { page } = editor;
    await editor.open('/notices');
    await page.getByLabel('标题', { exact: true }).fill('电动自行车不进楼');
    await page.getByLabel('正文', { exact: true }).fill('不在楼道停放，不飞线充电。\n发现火情，请拨打 119！');
    const slides = page.locator('figure.slide img');
    await expect.poll(() => slides.count(), { timeout: 60_000 }).toBe(5);
    const first = await slides.first().getAttribute('src');
    await page.getByLabel('英文标题（可不填）').fill('No e-bikes indoors');
    await expect.poll(() => slides.first().getAttribute('src'), { timeout: 60_000 }).not.toBe(first);
    await page.getByRole('radio', { name: '蓝白提示' }).check();
    await expectSound(editor, 'notices');
    await page.getByRole('button', { name: '保存为素材草稿' }).click();
    await page.getByRole('heading', { name: '告示的声音' }).waitFor();
    await page.getByText('还没有声音').waitFor();
    await expectSound(editor, 'asset of a notice');
    const [asset] = await there.running.server.assets.list({ category: 'notice' });
    expect(asset).toMatchObject({ state: 'draft', titleZh: '电动自行车不进楼', widthPx: 1_920 });

    await page.getByRole('link', { name: '编写新版本' }).click();
    await page.getByRole('heading', { name: '编写告示的新版本' }).waitFor();
    expect(await page.locator('textarea').first().inputValue()).toContain('119');
    await page.getByLabel('标题', { exact: true }).fill('电动自行车不入户');
    await page.getByRole('button', { name: '保存为素材草稿' }).click();
    await page.getByText('第 2 版').waitFor();
    const all = await there.running.server.assets.list({ category: 'notice' });
    expect(all.find(({ titleZh }) => titleZh === '电动自行车不入户')).toMatchObject({ versionOf: asset?.id });
    await editor.context.close();
  });

  test('a notice that is too long is told so where it stands, with how much', async () => {
    const tiny = { ...fleetDraft(9), kind: 'screen' as const, widthPx: 256, heightPx: 128 };
    await there.running.server.endpoints.create(tiny, 'system');
    const editor = await there.enter('editor', 'en');
    const { page } = editor;
    await editor.open('/notices');
    await page.getByLabel('Title in Chinese').fill('火灾'.repeat(30));
    await page
      .getByText(/characters? too long/)
      .first()
      .waitFor({ timeout: 60_000 });
    await editor.context.close();
  });
});
