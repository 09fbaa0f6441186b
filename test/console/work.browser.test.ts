import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capXml } from '../override/an-alert.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { deskOf } from '../support/server.ts';
import { type AConsole, aConsole, countActs, dropFile, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

const sample = (name: string) => fileURLToPath(new URL(`../../media/samples/${name}`, import.meta.url));
const FLEET = 138;
/** Around the fleet. */
const PLACE = '<circle>39.8,110.5 200</circle>';

describe.skipIf(!CHROMIUM)(`work in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  beforeAll(async () => {
    there = await aConsole();
    const rows = Array.from({ length: FLEET }, (_, at) => ({ line: at + 2, draft: fleetDraft(at + 1) }));
    await there.running.server.endpoints.importFleet({ rows, faults: [] }, 'system');
    await there.running.server.board.refresh();
  });
  afterAll(() => there?.stop());

  test('a film on a disk is booked on all 138 endpoints and submitted for review in three acts', async () => {
    const seat = await there.enter('editor');
    const { page } = seat;
    await seat.open('/');
    const acts = await countActs(page);
    await page.getByRole('link', { name: '投放新片' }).click();
    await page.getByText('全部 138 个终端').waitFor();
    await dropFile(page, sample('psa-ebike-charging.mp4'), 'video/mp4');
    await page.getByText('psa-ebike-charging.mp4').waitFor();
    await page.getByRole('button', { name: '上传、送审并排期' }).click();
    await page.getByText('已送审并排期').waitFor();
    expect(await acts()).toBe(3);
    const [asset] = await there.running.server.assets.list();
    const [booking] = await there.running.server.campaigns.bookings();
    expect(asset).toMatchObject({ state: 'submitted', fileName: 'psa-ebike-charging.mp4' });
    expect(booking).toMatchObject({ endpoints: {}, rate: { kind: 'perHour', plays: 6 } });
    await page.getByText('覆盖 138 个终端').waitFor();
    await expectSound(seat, 'new film');
    await seat.context.close();
  });

  test('a booking says before it is saved what it gets and who loses, takes an alternative, and can be withdrawn', async () => {
    const { server } = there.running;
    const [film] = await server.assets.list({ category: 'psa' });
    if (!film) throw new Error('the film of the first test is missing');
    await server.review.take('approve', film.id, { id: 'reviewer', role: 'reviewer' });
    const [list] = await server.playlists.list();
    if (!list) throw new Error('the playlist of the first test is missing');
    const seat = await there.enter('editor', 'en');
    const { page } = seat;
    await seat.open('/bookings/new');
    await page.getByRole('combobox', { name: 'Playlist' }).click();
    await page.locator('.ant-select-item-option').first().click();
    await page.getByText('It fits, and nobody loses by it.').waitFor();
    await page.getByRole('spinbutton', { name: 'times an hour' }).fill('240');
    await page.getByText('It does not fit: plays would be missing.').waitFor();
    await page.getByText('Who would lose plays').waitFor();
    await expectSound(seat, 'booking');
    await page.getByRole('button', { name: 'Take this' }).first().click();
    await page.getByLabel('Name of the booking').fill('Evening');
    await page.getByRole('button', { name: 'Add hours' }).click();
    await page.getByLabel('From', { exact: true }).fill('18:00');
    await page.locator('select').filter({ hasText: 'Fill free time' }).selectOption('share');
    await page.getByText('It fits, and nobody loses by it.').waitFor();
    await page.getByRole('button', { name: 'Save the booking' }).click();
    await page.getByRole('cell', { name: 'Evening' }).first().waitFor();
    const saved = (await server.campaigns.bookings()).find(({ name }) => name === 'Evening');
    expect(saved?.dayparts).toEqual([{ days: [1, 2, 3, 4, 5, 6, 7], from: '18:00', to: '22:00' }]);
    await expectSound(seat, 'bookings');
    const row = page.getByRole('row').filter({ hasText: 'Evening' });
    await row.getByRole('button', { name: 'Take off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take off' }).click();
    await row.waitFor({ state: 'detached' });
    await seat.context.close();
  });

  test('an emergency goes out on a second confirmation, counts down on a phone, and is withdrawn', async () => {
    const operator = await there.enter('operator');
    const { page } = operator;
    await page.setViewportSize({ width: 390, height: 844 });
    await operator.open('/emergency');
    await page.getByText('目前没有应急插播').waitFor();
    await page.getByLabel('标题').fill('燃气泄漏，请勿靠近');
    await page.getByLabel('这是演练').check();
    await page.getByText(/将在 \d+ 个终端播出/).waitFor();
    await page.getByRole('button', { name: '发布', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: '发布' }).click();
    await page.getByText('等待确认').first().waitFor();
    const [proposed] = await overridesIn(operator.page);
    expect(proposed).toMatchObject({ state: 'proposed', drill: true });

    const second = await there.enter('administrator');
    await second.open('/emergency');
    await second.page.getByRole('button', { name: '确认发布' }).click();
    await second.page.getByRole('timer', { name: '剩余时间' }).waitFor();
    await page.getByRole('timer', { name: '剩余时间' }).waitFor();
    await expectSound(second, 'emergency');
    await page.getByRole('button', { name: '立即撤回' }).click();
    await page.getByText('目前没有应急插播').waitFor();
    expect(await overridesIn(page)).toMatchObject([{ state: 'withdrawn' }]);
    await operator.context.close();
    await second.context.close();
  });

  test('a rule that an administrator adds for alerts puts the next one that it fits on the air by itself', async () => {
    const system = await deskOf(there.running, 'operator');
    const send = async (identifier: string) => {
      const infos = [{ severity: 'Moderate', urgency: 'Expected', certainty: 'Likely', areas: [PLACE] }];
      const xml = capXml({ identifier, infos });
      return (await system.ask('POST', '/api/alerts/cap', xml, { 'content-type': 'application/xml' })).body;
    };
    expect(await send('rule-1')).toMatchObject({ verdict: 'logged', reasons: ['rule'] });
    const seat = await there.enter('administrator');
    const { page } = seat;
    await seat.open('/settings?part=alerts');
    await page.getByRole('group', { name: '严重程度' }).getByRole('button', { name: '较重' }).click();
    await page.getByRole('group', { name: '紧急程度' }).getByRole('button', { name: '即将' }).click();
    await page.getByLabel('处理方式').selectOption({ label: '立即播出' });
    await page.getByRole('button', { name: '添加规则' }).click();
    const added = page.locator('.alert-rules > li').nth(2);
    await added.getByText('较重').waitFor();
    await page.getByText('已保存').waitFor();
    expect(await send('rule-2')).toMatchObject({ verdict: 'fired' });
    await seat.open('/emergency');
    await page.getByRole('timer', { name: '剩余时间' }).waitFor();
    await page.getByRole('button', { name: '立即撤回' }).click();
    await page.getByText('目前没有应急插播').waitFor();
    await seat.open('/settings?part=alerts');
    await added.getByRole('button', { name: '移除：第 3 条' }).click();
    await added.waitFor({ state: 'detached' });
    expect(await send('rule-3')).toMatchObject({ verdict: 'logged' });
    expect(seat.complaints).toEqual([]);
    await seat.context.close();
  });

  test('a report follows its address, exports the same figures, and is issued under a number', async () => {
    const seat = await there.enter('editor', 'en');
    await seat.open('/reports?by=area');
    await seat.page
      .getByRole('columnheader', { name: 'Area' })
      .or(seat.page.getByText('Nothing was promised'))
      .first()
      .waitFor();
    const download = seat.page.waitForEvent('download');
    await seat.page.getByRole('button', { name: 'XLSX', exact: true }).click();
    expect((await download).suggestedFilename()).toMatch(/^plays-by-area-.*\.xlsx$/);
    await expectSound(seat, 'reports');
    await seat.page.getByRole('link', { name: 'Issued' }).click();
    await seat.page.getByRole('button', { name: 'Issue a report' }).click();
    await seat.page.getByRole('link', { name: /^BT-\d+-0001$/ }).waitFor();
    await seat.context.close();
  });

  test('an administrator makes an account that can sign in, and proves that the audit log is whole', async () => {
    const seat = await there.enter('administrator');
    const { page } = seat;
    await seat.open('/settings?part=people');
    await page.getByLabel('用户名').fill('zhang.san');
    await page.getByLabel('姓名').fill('张三');
    await page.getByRole('button', { name: '新建账号' }).click();
    await page.getByText(/zhang\.san 的一次性密码：\S+/).waitFor();
    await expectSound(seat, 'people');
    await page.getByRole('button', { name: '审计日志' }).click();
    await page.getByRole('cell', { name: 'staff.add' }).first().waitFor();
    await page.getByRole('button', { name: '验证完整性' }).click();
    await page.getByText(/日志完整：/).waitFor();
    await expectSound(seat, 'audit log');
    await page.getByRole('button', { name: '编排规则' }).click();
    await page.getByLabel('间隔秒数').fill('90');
    await page.getByRole('button', { name: '添加规则' }).click();
    await page.getByText('间隔秒数 90').waitFor();
    await expectSound(seat, 'rules');
    await seat.context.close();
  });

  test('a role is shown the rooms that it may use, and no others', async () => {
    const rooms = async (role: 'viewer' | 'reviewer' | 'operator') => {
      const seat = await there.enter(role, 'en');
      await seat.open('/');
      await seat.page.getByRole('heading', { name: 'Today' }).waitFor();
      const links = await seat.page.getByRole('navigation').getByRole('link').allTextContents();
      await seat.context.close();
      return links;
    };
    const all = [
      'Today',
      'Material',
      'Playlists',
      'Bookings',
      'Endpoints',
      'Why',
      'Emergency',
      'Reports',
      'Settings',
      'My account',
    ];
    expect(await rooms('viewer')).toEqual(all);
    expect(await rooms('operator')).toEqual(all);
    expect(await rooms('reviewer')).toEqual(['Today', 'Material', 'Review', ...all.slice(2)]);
  });
});

/** The emergencies as the person at this window is told them. */
async function overridesIn(
  page: import('playwright-core').Page,
): Promise<{ state: string; drill: boolean }[]> {
  const answer = await page.request.get(`${new URL(page.url()).origin}/api/overrides`);
  return ((await answer.json()) as { overrides: { state: string; drill: boolean }[] }).overrides;
}
