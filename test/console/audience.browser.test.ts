import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

describe.skipIf(!CHROMIUM)(`audience in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  beforeAll(async () => {
    there = await aConsole();
    for (const n of [1, 2]) await there.running.server.endpoints.create(fleetDraft(n), 'system');
  });
  afterAll(() => there?.stop());

  test('a file of counts tells the faults line by line in the language of the person, and what fits is in', async () => {
    const seat = await there.enter('editor');
    const { page } = seat;
    await seat.open('/reports/audience');
    await page.getByText('尚未导入，各终端按自身平均值估算').waitFor();
    await page.getByText('λ').first().waitFor();
    const csv = '终端编号,星期,小时,人流\nDS-001,1-5,7-9,900\nDS-001,6-7,*,300\nDS-002,9,8,100\n';
    await page.getByLabel('选择 CSV 文件').setInputFiles({
      name: 'counts.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(csv),
    });
    await page.getByText('新增 1 个，更新 0 个，未变 0 个终端').waitFor();
    await page.getByText('第 4 行').waitFor();
    await page.getByText(/必须是 1（周一）到 7（周日）/).waitFor();
    await page.getByLabel('辖区人口').fill('520000');
    await page.locator('input[name=source]').fill('第七次人口普查');
    await page.getByRole('button', { name: '保存人口' }).click();
    await page.getByRole('cell', { name: '第七次人口普查' }).waitFor();
    await expectSound(seat, 'audience');
    await seat.context.close();
  });

  test('the hours of a week are entered in a table by keyboard and become a new version with its source', async () => {
    const seat = await there.enter('editor');
    const { page } = seat;
    await seat.open('/reports/audience');
    await page.getByRole('combobox', { name: '终端' }).click();
    await page.getByTitle('DS-001').click();
    await page.waitForURL(/endpoint=1/);
    await page.getByRole('cell', { name: '900' }).first().waitFor();
    await expectSound(seat, 'audience of an endpoint');
    await page.getByRole('button', { name: '填写人流' }).click();
    await page.getByLabel('周一 12 时').fill('450');
    await page.getByLabel('周一 12 时').press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('周二 12 时');
    await page.getByRole('button', { name: '把周一复制到周二至周五' }).click();
    expect(await page.getByLabel('周五 12 时').inputValue()).toBe('450');
    await expectSound(seat, 'audience being entered');
    await page.locator('form').getByLabel('来源').last().fill('门卫计数');
    await page.getByRole('button', { name: '保存为新版本' }).click();
    await page.getByRole('cell', { name: '门卫计数' }).waitFor();
    await page.getByRole('cell', { name: '450' }).first().waitFor();
    await seat.context.close();
  });

  test('classes of places show their defaults as assumptions, and give them to endpoints that nobody counted', async () => {
    const seat = await there.enter('administrator', 'en');
    const { page } = seat;
    await seat.open('/reports/audience');
    await page.getByText('no count or survey stands behind them', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Assume by class of place' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Assume by class of place' }).click();
    await page.getByText(/were counted and left alone/).waitFor();
    await seat.context.close();
    const viewer = await there.enter('viewer', 'en');
    await viewer.open('/reports/audience?endpoint=1');
    await viewer.page.getByText('Counted · from counts of people').waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Enter people' }).count()).toBe(0);
    expect(await viewer.page.getByRole('button', { name: 'Choose a CSV file' }).count()).toBe(0);
    await viewer.context.close();
  });
});
