import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/base/units.ts';
import { type PlayedHour, playedHour } from '../impressions/a-played-hour.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { worldOf } from '../support/world.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS, type Seat } from './a-console.ts';

describe.skipIf(!CHROMIUM)(`reports in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  let world: PlayedHour;
  beforeAll(async () => {
    there = await aConsole();
    const { database } = there.running;
    const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    world = await playedHour({ database, now: thisHour - HOUR_MS / 2 });
    const { id: assetId } = await worldOf(database).asset();
    await database.sql`
      insert into playlist_items (playlist_id, position, asset_id, weight)
      select playlist_id, 0, ${assetId}, 1 from bookings where id = ${world.bookingId}`;
    await database.sql`update players set last_seen_at = now()`;
  });
  afterAll(() => there?.stop());

  async function saved(seat: Seat, name: string): Promise<string> {
    const download = seat.page.waitForEvent('download');
    await seat.page.getByRole('button', { name, exact: true }).click();
    const file = await download;
    await seat.page.getByRole('status').getByText(file.suggestedFilename()).waitFor();
    return readFile(await file.path(), 'latin1');
  }

  test('a shortfall says its causes, is made good by one confirmed act that shows what it books, and can be undone', async () => {
    const seat = await there.enter('editor');
    const { page } = seat;
    await seat.open('/reports/shortfalls');
    await page.getByText('播放器在线且上报齐全，但未播放').first().waitFor();
    await page.getByRole('heading', { name: '补播方案' }).waitFor();
    await expectSound(seat, 'shortfalls');
    await page.getByRole('button', { name: '为“booking”安排补播' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('每个终端每天最多').first().waitFor();
    await dialog.getByText('天内要求').first().waitFor();
    await expectSound(seat, 'a make-good before it is booked');
    await dialog.getByRole('button', { name: '确认补播' }).click();
    await page.getByText(/已为“booking”新建 \d+ 个补播排期/).waitFor();
    const active = async () =>
      (await there.running.server.campaigns.bookings()).filter(({ name }) => name.startsWith('补播'));
    const [made] = await active();
    expect(made).toMatchObject({ withdrawnAt: null, campaignId: world.campaignId });
    await page.getByText('没有需要补播的排期。').waitFor();
    await page.getByRole('button', { name: '撤销补播' }).click();
    await page.getByRole('button', { name: '为“booking”安排补播' }).waitFor();
    expect((await active()).every(({ withdrawnAt }) => withdrawnAt !== null)).toBe(true);
    expect(await saved(seat, 'CSV')).toContain('owed');
    await seat.context.close();
  });

  test('who may not book sees shortfalls, and no way to make them good', async () => {
    const seat = await there.enter('viewer', 'en');
    await seat.open('/reports/shortfalls');
    await seat.page.getByRole('heading', { name: 'Make-goods' }).waitFor();
    await seat.page.getByText(/^owes /).waitFor();
    expect(await seat.page.getByRole('button', { name: 'Make good' }).count()).toBe(0);
    await seat.context.close();
  });

  test('the hours of a day tell what is missing, and a number opens to its plays and back', async () => {
    const player = world.fleet[0]?.playerId ?? 0;
    await there.running.database.sql`
      update player_epochs set received = '{[1,100),[103,361)}' where player_id = ${player}`;
    const seat = await there.enter('viewer');
    const { page } = seat;
    const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(
      Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS,
    );
    await seat.open(`/reports/coverage?date=${date}`);
    await expectSound(seat, 'coverage of all');
    await page.getByRole('button', { name: 'endpoint 1' }).click();
    await page
      .getByText(/缺 3 条：100–102/)
      .first()
      .waitFor();
    await expectSound(seat, 'coverage of one');
    await page.getByRole('link', { name: '358' }).click();
    await page.getByText('已列出 100 次，还有更多').waitFor();
    expect(new URL(page.url()).searchParams.get('outcome')).toBe('completed');
    await page.getByRole('button', { name: '继续加载' }).click();
    await page.getByText('已列出 200 次，还有更多').waitFor();
    await expectSound(seat, 'single plays');
    await page.getByRole('button', { name: /^小时:/ }).click();
    await page.waitForURL((url) => !url.searchParams.has('hour'));
    await page.goBack();
    await page
      .getByText(/缺 3 条：100–102/)
      .first()
      .waitFor();
    await there.running.database.sql`
      update player_epochs set received = '{[1,361)}' where player_id = ${player}`;
    await seat.context.close();
  });

  test('the figures open to plays by keyboard from the heat map, and are saved as files with their progress', async () => {
    const seat = await there.enter('viewer', 'en');
    const { page } = seat;
    await seat.open('/reports');
    await page.getByRole('table', { name: 'Plays by hour of the week' }).waitFor();
    await expectSound(seat, 'reports');
    expect(await saved(seat, 'OpenRTB plays CSV')).toContain('qty_multiplier');
    expect(await saved(seat, 'JSON')).toContain('"playsCounted"');
    expect((await saved(seat, 'XLSX')).slice(0, 2)).toBe('PK');
    const cells = page.getByRole('table', { name: 'Plays by hour of the week' }).getByRole('link');
    await cells.first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/weekday=2.*hour=1|hour=1.*weekday=2/);
    await seat.context.close();
  });

  test('an issued report keeps its numbers, and says so when newer ones exist', async () => {
    const seat = await there.enter('editor');
    const { page } = seat;
    await seat.open('/reports/issued');
    await page.getByText('还没有出具过报表。').waitFor();
    await page.getByLabel('标题（可不填）').fill('给局长');
    await page.getByRole('button', { name: '出具报表' }).click();
    await page.getByRole('link', { name: /^BT-/ }).click();
    await page.getByText('重新计算得出相同的数字').waitFor();
    await page.getByRole('heading', { name: /给局长/ }).waitFor();
    await expectSound(seat, 'issued report');
    expect(await saved(seat, 'JSON')).toContain('beacon-report/1');
    await world.reportLate();
    await page.reload();
    await page.getByText(/现在有更新的数字/).click();
    await page.getByRole('cell', { name: /合计 · 已计播放/ }).waitFor();
    await expectSound(seat, 'issued report with newer numbers');
    await page.getByRole('link', { name: '返回列表' }).click();
    await expectSound(seat, 'issued reports');
    await seat.context.close();
  });

  test('a play in doubt says why, and is counted with a reason by a reviewer alone', async () => {
    const [first] = world.fleet;
    await there.running.database.sql`
      insert into quarantined_plays (player_id, epoch_no, seq, code, report, received_at)
      select ${first?.playerId ?? 0}, min(epoch_no), 900, 'play.tooLong', ${JSON.stringify({
        ...{ seq: 900, assetId: 1, bookingId: world.bookingId, sha256: '1'.padStart(64, '0') },
        ...{ startedAt: new Date(Date.now() - 5 * HOUR_MS).toISOString(), durationMs: 90_000 },
        outcome: 'completed',
      })}::text::jsonb, now() from player_epochs where player_id = ${first?.playerId ?? 0}`;
    const editor = await there.enter('editor', 'en');
    await editor.open('/reports/quarantine');
    await editor.page.getByText('longer than the material').waitFor();
    expect(await editor.page.getByRole('button', { name: 'Count it' }).count()).toBe(0);
    await editor.context.close();

    const seat = await there.enter('reviewer');
    const { page } = seat;
    await seat.open('/');
    await page.getByRole('link', { name: /存疑/ }).click();
    await page.getByText('时长超过素材本身').waitFor();
    await expectSound(seat, 'quarantine');
    await page.getByRole('button', { name: '计入', exact: true }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: '计入' }).isDisabled()).toBe(true);
    await dialog.getByLabel('理由').fill('现场核实，当时确在播放');
    await expectSound(seat, 'accepting a play');
    await dialog.getByRole('button', { name: '计入' }).click();
    await page.getByText('没有待核对的播放。').waitFor();
    await page.getByRole('button', { name: '已计入' }).click();
    await page.getByText('现场核实，当时确在播放').waitFor();
    const audited = await there.running.database
      .sql`select detail from audit_log where action = 'play.accept'`;
    expect(JSON.stringify(audited)).toContain('现场核实');
    await seat.context.close();
  });

  test('two periods stand beside each other, and the worst uptime comes first', async () => {
    const seat = await there.enter('viewer', 'en');
    const { page } = seat;
    await seat.open('/reports/comparison?by=endpoint');
    await page.getByRole('cell', { name: /endpoint 1/ }).waitFor();
    await expectSound(seat, 'comparison');
    await page.getByLabel('Earlier from').fill('2026-01-01');
    await page.getByText('not like for like').waitFor();
    await page.getByRole('link', { name: 'Uptime' }).click();
    await page.getByRole('link', { name: /endpoint 1/ }).waitFor();
    await expectSound(seat, 'uptime');
    await seat.context.close();
  });
});
