import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { worldOf } from '../support/world.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';

describe.skipIf(!CHROMIUM)(
  `much material in the console${WITHOUT_CHROMIUM}`,
  { timeout: PATIENCE_MS },
  () => {
    let there: AConsole;
    beforeAll(async () => {
      there = await aConsole();
      const world = worldOf(there.running.database);
      for (let n = 1; n <= 70; n += 1) {
        const isDraft = n > 67;
        await world.asset({
          titleZh: `消防短片 ${n}`,
          ...(isDraft && { state: 'draft' as const, submittedBy: null, decidedBy: null }),
        });
      }
    });
    afterAll(() => there?.stop());

    test('material comes by pages, is searched by the server, and the search stands in the address', async () => {
      const seat = await there.enter('editor');
      const { page } = seat;
      await seat.open('/material');
      await page.getByText('消防短片 70').waitFor();
      expect(await page.locator('.cards > li').count()).toBe(60);
      await page.getByRole('button', { name: '显示更多' }).click();
      await expect.poll(() => page.locator('.cards > li').count()).toBe(70);
      await page.getByRole('searchbox').fill('短片 42');
      await expect.poll(() => page.locator('.cards > li').count()).toBe(1);
      await page.reload();
      await page.getByText('消防短片 42').waitFor();
      expect(await page.locator('.cards > li').count()).toBe(1);
      await page.getByRole('button', { name: '全部 1' }).waitFor();
      const words = page.getByRole('searchbox');
      await page.getByRole('link', { name: '素材', exact: true }).click();
      await expect.poll(() => words.inputValue()).toBe('');
      // What is typed before other words goes before them, letter by letter.
      await words.pressSequentially('41');
      await words.press('Home');
      await words.pressSequentially('短片 ');
      expect(await words.inputValue()).toBe('短片 41');
      await page.waitForURL((url) => url.searchParams.get('q') === '短片 41');
      await seat.context.close();
    });

    test('chosen pieces get a tag, another category and their review in one act each, and each act is undone by a click', async () => {
      const seat = await there.enter('editor', 'en');
      const { page } = seat;
      await seat.open('/material?state=draft');
      await page.getByRole('button', { name: 'Choose the 3 shown' }).click();
      const bar = page.getByRole('group', { name: 'What to do with the chosen pieces' });
      await bar.getByLabel('Tag').fill('spring');
      await bar.getByRole('button', { name: 'Add tag' }).click();
      await page.getByText('Tag “spring” put on 3 pieces').waitFor();
      await expect.poll(() => page.locator('.cards .tag', { hasText: 'spring' }).count()).toBe(3);
      // The films of this world have no files, and so no thumbnails.
      seat.complaints.length = 0;
      await expectSound(seat, 'bulk');
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Undone').waitFor();
      await expect.poll(() => page.locator('.cards .tag', { hasText: 'spring' }).count()).toBe(0);
      await bar.getByLabel('Change category to…').selectOption('warning');
      await page.getByText(/3 pieces are/).waitFor();
      await bar.getByRole('button', { name: 'Submit the 3 chosen' }).click();
      await page.getByText('3 submitted for review').waitFor();
      const { server } = there.running;
      expect(await server.assets.list({ state: 'submitted', category: 'warning' })).toHaveLength(3);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Undone').waitFor();
      expect(await server.assets.list({ state: 'withdrawn' })).toHaveLength(3);
      await seat.context.close();
    });

    test('retiring many pieces can be undone before it is sent, and is sent at the latest when the page is left', async () => {
      const seat = await there.enter('reviewer');
      const { page } = seat;
      const { server } = there.running;
      await seat.open('/material?q=%E7%9F%AD%E7%89%87+11');
      const retire = async () => {
        await page.getByRole('checkbox', { name: '选择 消防短片 11' }).check();
        await page.getByRole('button', { name: '下架', exact: true }).click();
        await page.getByRole('dialog').getByRole('button', { name: '下架' }).click();
        await page.getByText('即将下架 1 件').waitFor();
      };
      await retire();
      await page.getByRole('button', { name: '撤销' }).click();
      await page.getByText('已撤销').waitFor();
      expect(await server.assets.list({ state: 'retired' })).toEqual([]);
      await page.getByRole('checkbox', { name: '选择 消防短片 11' }).uncheck();
      await retire();
      await page.getByRole('link', { name: '播放列表' }).click();
      await expect.poll(async () => (await server.assets.list({ state: 'retired' })).length).toBe(1);
      await seat.context.close();
    });
  },
);
