import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

describe.skipIf(!CHROMIUM)(
  `other channels in the console${WITHOUT_CHROMIUM}`,
  { timeout: PATIENCE_MS },
  () => {
    let there: AConsole;
    let campaignId: number;
    beforeAll(async () => {
      there = await aConsole();
      await there.running.server.endpoints.create(fleetDraft(1), 'system');
      const campaign = await there.running.server.campaigns.create(
        { name: '冬春防火', purpose: '', fromDate: '2026-01-01', toDate: '2099-12-31', targetPlays: null },
        'system',
      );
      campaignId = campaign.id;
    });
    afterAll(() => there?.stop());

    test('a tally is entered with its source and evidence, and corrected with a reason while the old one stays readable', async () => {
      const seat = await there.enter('editor');
      const { page } = seat;
      await seat.open('/reports/channels');
      await page.getByText('这段时间没有其他渠道的登记。').waitFor();
      await page.getByRole('button', { name: '登记', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: '宣传活动' }).click();
      await page.keyboard.type('冬春');
      await page.getByTitle('冬春防火').click();
      await dialog.getByLabel('渠道').selectOption('householdVisit');
      await dialog.getByLabel('数量').fill('320');
      await dialog.getByLabel('来源（谁提供）').fill('交通街道办');
      await dialog.getByLabel('佐证文件').setInputFiles({
        name: '签到表.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('户主,日期\n张三,2026-11-20\n'),
      });
      await expectSound(seat, 'a tally being entered');
      await dialog.getByRole('button', { name: '保存' }).click();
      const row = page.getByRole('row').filter({ hasText: '交通街道办' });
      await row.getByText('320').waitFor();
      await page.getByText('户 · 1 条登记，1 条有佐证').waitFor();
      const download = page.waitForEvent('download');
      await row.getByRole('link', { name: '打开' }).click();
      expect((await download).suggestedFilename()).toBe('签到表.csv');
      await row.getByRole('button', { name: '更正' }).click();
      await dialog.getByLabel('数量').fill('302');
      await dialog.getByLabel('更正理由').fill('重复登记了 18 户');
      await dialog.getByRole('button', { name: '保存' }).click();
      await page.getByText('更正理由：重复登记了 18 户').waitFor();
      await page.getByLabel('显示已更正的').check();
      await page.getByText('已被更正，不再计入').waitFor();
      await expectSound(seat, 'other channels');
      await seat.context.close();
    });

    test('a file of tallies tells its faults line by line, and a viewer has no way to change anything', async () => {
      const seat = await there.enter('editor', 'en');
      const { page } = seat;
      await seat.open(`/reports/channels?campaign=${campaignId}&from=2027-02-01&to=2027-02-10`);
      await page.getByLabel('Import CSV').setInputFiles({
        name: 'tallies.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(
          'channel,count,from,to,source\nsms,12000,2027-02-01,2027-02-05,operator\nfax,1,2027-02-01,,x\n',
        ),
      });
      await page.getByText('1 entered, 0 there already').waitFor();
      await page.getByText('Line 3').waitFor();
      await page.getByText('12,000').first().waitFor();
      await seat.context.close();
      const viewer = await there.enter('viewer', 'en');
      await viewer.open(`/reports/channels?from=2027-02-01&to=2027-02-10`);
      await viewer.page.getByText('12,000').first().waitFor();
      expect(
        await viewer.page.getByRole('button', { name: /Enter a tally|Correct|Import CSV/ }).count(),
      ).toBe(0);
      await viewer.context.close();
    });
  },
);
