import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

describe.skipIf(!CHROMIUM)(`dispatch in the console${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  let receiver: Server;
  const got: string[] = [];
  /** What the robot answers next; then always that all is well. */
  const answers: string[] = [];
  beforeAll(async () => {
    there = await aConsole({ innerHosts: ['127.0.0.1'] });
    await there.running.server.endpoints.create(fleetDraft(1), 'system');
    receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      got.push(body);
      response.end(answers.shift() ?? '{"errcode":0}');
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
  });
  afterAll(async () => {
    receiver?.close();
    await there?.stop();
  });

  test('an operator plans a roll call to a group robot, tries it, sees why it failed and then that it arrived', async () => {
    const seat = await there.enter('operator');
    const { page } = seat;
    await seat.open('/reports/dispatch');
    await page.getByText('还没有报送计划。').waitFor();
    await page.getByRole('button', { name: '新建报送' }).click();
    await page.getByLabel('名称').fill('晨间点名');
    await page.getByLabel('内容').selectOption('rollCall');
    await page.getByLabel('收件地址').fill('not an address');
    await page.getByRole('button', { name: '保存计划' }).click();
    await page.getByRole('alert').getByText('必须是 https 网址').waitFor();
    // The browser notes the refusal, which was asked for.
    seat.complaints.length = 0;
    await expectSound(seat, 'a plan being made');
    const { port } = receiver.address() as AddressInfo;
    await page.getByLabel('收件地址').fill(`http://127.0.0.1:${port}/hook?key=very-secret`);
    await page.getByRole('button', { name: '保存计划' }).click();
    const row = page.getByRole('row').filter({ hasText: '晨间点名' });
    await row.getByText('尚未发过').waitFor();
    expect(await page.content()).not.toContain('very-secret');
    answers.push('{"errcode":93000,"errmsg":"invalid webhook url"}');
    await row.getByRole('button', { name: '试发' }).click();
    await page.getByText('群机器人返回了错误码').waitFor();
    await row.getByText('等待重试').waitFor();
    await row.getByRole('button', { name: '试发' }).click();
    await row.getByText('已送达').waitFor();
    expect(got.at(-1)).toContain('DS-001');
    await expectSound(seat, 'dispatch');
    await row.getByRole('button', { name: '停止' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '停止' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '显示已停止的 1 个' }).click();
    await row.waitFor();
    await seat.context.close();
  });

  test('an operator has silences of one area told after half an hour, and the group hears of one that lasts so long', async () => {
    const { database, server } = there.running;
    const { sql } = database;
    const seat = await there.enter('operator');
    const { page } = seat;
    await seat.open('/reports/dispatch');
    await page.getByRole('button', { name: '新建报送' }).click();
    await page.getByLabel('名称').fill('失联上报');
    await page.getByLabel('内容').selectOption('silence');
    await page.getByLabel('街道/乡镇').selectOption('罕台镇');
    await page.getByLabel('持续多少分钟后通知').fill('30');
    await page.getByText('几分钟内一起失联的终端合为一条通知').waitFor();
    await expectSound(seat, 'a plan for silences being made');
    const { port } = receiver.address() as AddressInfo;
    await page.getByLabel('收件地址').fill(`http://127.0.0.1:${port}/hook?key=very-secret`);
    await page.getByRole('button', { name: '保存计划' }).click();
    const row = page.getByRole('row').filter({ hasText: '失联上报' });
    await row.getByText('失联 30 分钟后仍未恢复').waitFor();
    // The plan and the player are older than the test: the player was heard of last so many minutes ago.
    await sql`update dispatch_plans set created_at = now() - interval '1 day'`;
    await sql`
      insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at)
      values (1, 'token', 'box', '{}', now() - interval '2 days')`;
    const run = server.jobs.find(({ name }) => name === 'send reports and roll calls')?.run;
    const lookAfter = async (minutes: number) => {
      await sql`update players set last_seen_at = now() - make_interval(mins => ${minutes})`;
      got.length = 0;
      await run?.();
      return got;
    };
    await run?.();
    // As is the server: who has just begun to listen misses nobody.
    await sql`update job_turns set done_for = now() - interval '1 day' where name = 'listen to players'`;
    // It counts as silent ten minutes after its last word.
    expect(await lookAfter(35)).toEqual([]);
    expect(await lookAfter(45)).toEqual([expect.stringContaining('DS-001')]);
    await row.getByText('已送达').waitFor();
    await sql`delete from players`;
    await seat.context.close();
  });

  test('the roll call tells who is silent and why, and who was told last', async () => {
    const seat = await there.enter('viewer', 'en');
    const { page } = seat;
    await seat.open('/reports/roll-call');
    await page.getByText('no player is paired').waitFor();
    await page.getByRole('button', { name: 'Silent 1' }).click();
    await page.waitForURL(/state=silent/);
    await page.getByText('晨间点名').first().waitFor();
    await expectSound(seat, 'roll call');
    await page.getByRole('link', { name: 'Dispatch' }).click();
    await page.getByText('Plans are set by emergency operators and administrators.').waitFor();
    expect(await page.getByRole('button', { name: 'New plan' }).count()).toBe(0);
    await seat.context.close();
  });
});
