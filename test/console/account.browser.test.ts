import { chromium } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeAt } from '../support/authenticator.ts';
import { CHROMIUM, WITHOUT_CHROMIUM } from '../support/chromium.ts';
import { send } from '../support/server.ts';
import { type AConsole, aConsole, expectSound, PATIENCE_MS } from './a-console.ts';
import { fleetDraft } from './a-fleet-draft.ts';

const OWN_PASSWORD = 'my very own password';
describe.skipIf(!CHROMIUM)(`the own account${WITHOUT_CHROMIUM}`, { timeout: PATIENCE_MS }, () => {
  let there: AConsole;
  beforeAll(async () => {
    there = await aConsole();
  });
  afterAll(() => there?.stop());

  test('opens after a one-time password was changed, and ends a sign-in elsewhere', async () => {
    const seat = await there.enter('viewer');
    const { page, context } = seat;
    const request = { username: 'li.si', name: '李四', role: 'editor' } as const;
    const { oneTimePassword } = await there.running.server.people.addStaff(
      { id: 'system', name: 'test', role: 'administrator' },
      request,
    );
    await context.clearCookies();
    await seat.open('/account');
    await page.getByLabel('用户名').fill('li.si');
    await page.getByLabel('密码').fill(oneTimePassword);
    await page.getByLabel('密码').press('Enter');
    await page.getByRole('heading', { name: '设置自己的密码' }).waitFor();
    seat.complaints.length = 0; // the browser notes that nobody was signed in
    await expectSound(seat, 'first password');
    await page.getByLabel('当前密码').fill(oneTimePassword);
    await page.getByLabel('新密码').fill(OWN_PASSWORD);
    await page.getByLabel('新密码').press('Enter');
    await page.getByRole('heading', { name: '我的账号' }).waitFor();

    const phone = await send(`${there.running.url}/api/session`, {
      method: 'POST',
      body: { username: 'li.si', password: OWN_PASSWORD },
      headers: { 'user-agent': 'Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0' },
    });
    await page.reload();
    const row = page.getByRole('row', { name: 'WeChat · Android' });
    await row.waitFor();
    await page.getByRole('row', { name: '当前登录' }).waitFor();
    await expectSound(seat, 'account');
    await row.getByRole('button', { name: '结束' }).click();
    await row.waitFor({ state: 'detached' });
    const asked = await send(`${there.running.url}/api/session`, { token: phone.body.token });
    expect(asked.status).toBe(401);

    const elsewhere = await send(`${there.running.url}/api/session`, {
      method: 'POST',
      body: { username: 'li.si', password: OWN_PASSWORD },
    });
    const endOthers = { method: 'DELETE', token: elsewhere.body.token };
    expect((await send(`${there.running.url}/api/sessions`, endOthers)).status).toBe(200);
    await page.getByRole('button', { name: '退出' }).click();
    await page.getByLabel('用户名').waitFor();
    await context.close();
  });

  test('of anybody is blocked by an administrator, who sees the sign-ins end', async () => {
    const [boss, leaver] = [await there.enter('administrator', 'en'), await there.enter('editor', 'en')];
    await boss.open('/settings?part=people');
    const row = boss.page.getByRole('row', { name: leaver.username });
    await row.getByRole('button', { name: 'Sign-ins' }).click();
    await boss.page.getByRole('heading', { name: 'Where editor name is signed in' }).waitFor();
    await expectSound(boss, 'people with sign-ins');
    await row.getByRole('button', { name: 'Block' }).click();
    const sure = boss.page.getByRole('dialog');
    const sent = Promise.withResolvers<void>();
    await boss.page.route('**/api/staff/*', async (route) => {
      await sent.promise;
      await route.continue();
    });
    await sure.getByRole('button', { name: 'Block' }).click();
    await expect.poll(() => sure.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
    for (const _ of [1, 2]) await boss.page.keyboard.press('Escape');
    expect(await sure.isVisible()).toBe(true);
    sent.resolve();
    await row.getByText('blocked').waitFor();
    await boss.page.getByText('Not signed in anywhere.').waitFor();
    await leaver.open('/');
    await leaver.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await Promise.all([boss.context.close(), leaver.context.close()]);
  });

  test('shows what names, browsers and boxes say of themselves as text, in the audit log too', async () => {
    const odd = '<img src=x onerror="pwned=1">{{7*7}}';
    const { running } = there;
    const person = {
      username: 'odd.person',
      name: odd,
      role: 'administrator',
      password: OWN_PASSWORD,
    } as const;
    await running.server.people.addStaff({ id: 'system', name: 'test', role: 'administrator' }, person);
    const signedIn = await send(`${running.url}/api/session`, {
      method: 'POST',
      body: { username: person.username, password: person.password },
      headers: { 'user-agent': odd },
    });
    const { token } = signedIn.body;
    const staff = (path: string, body?: unknown) =>
      send(`${running.url}/api${path}`, { token, method: 'POST', ...(body !== undefined && { body }) });
    const place = { area: odd, kind: 'tv', timeZone: 'Asia/Shanghai', openingHours: '24/7' };
    const { id } = (await staff('/endpoints', { ...place, code: 'ODD-1', name: odd })).body;
    await staff('/campaigns', { name: odd, fromDate: '2027-01-01', toDate: '2027-12-31' });
    const enrolment = (await staff(`/endpoints/${id}/enrolments`)).body;
    const player = (path: string, body: unknown, token?: string) =>
      send(`${running.url}/api/player/v1${path}`, { method: 'POST', body, ...(token && { token }) });
    const capabilities = { video: true, image: true, audio: true };
    const box = await player('/enrolments', { token: enrolment.token, hardwareId: odd, capabilities });
    await player(
      '/health',
      {
        ...{ now: new Date().toISOString(), uptimeMs: 1, playing: null },
        player: { name: odd, version: odd.slice(0, 32) },
        errors: [{ at: new Date().toISOString(), code: odd, detail: odd }],
      },
      box.body.token,
    );
    await running.server.players.writeSightings();
    const seat = await there.enter('administrator');
    const { page } = seat;
    for (const path of [`/endpoints/${id}`, '/endpoints', '/settings?part=people', '/settings?part=audit']) {
      await seat.open(path);
      await page.getByText(odd).first().waitFor({ state: 'attached' });
      expect(await page.locator('img[src=x]').count(), path).toBe(0);
      expect(await page.evaluate(() => 'pwned' in window), path).toBe(false);
    }
    const people = page.getByRole('row', { name: 'odd.person' });
    await seat.open('/settings?part=people');
    await people.getByRole('button', { name: '登录' }).click();
    await page.getByTitle(odd).first().waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(seat.complaints).toEqual([]);
    await seat.context.close();
  });

  test('of an editor is kept to one street by an administrator, and says so', async () => {
    const { endpoints } = there.running.server;
    // DS-001 is in 罕台镇, DS-002 in 交通街道.
    for (const n of [1, 2]) await endpoints.create(fleetDraft(n), 'system');
    const [boss, editor] = [await there.enter('administrator'), await there.enter('editor')];
    await boss.open('/settings?part=people');
    const { page } = boss;
    const row = page.getByRole('row', { name: editor.username });
    await row.getByRole('button', { name: '管辖范围' }).click();
    await page.getByRole('dialog').getByRole('combobox', { name: '街道/乡镇' }).click();
    await page.getByTitle('罕台镇').click();
    await page.getByRole('heading', { name: 'editor name 的管辖范围' }).click();
    await page.getByText('现有 1 个终端在此范围内').waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /保\s*存/ })
      .click();
    await row.getByText('罕台镇').waitFor();
    await expectSound(boss, 'people with a remit');
    await editor.open('/endpoints');
    await editor.page.getByText('DS-001').first().waitFor();
    expect(await editor.page.getByText('DS-002').count()).toBe(0);
    expect(await editor.page.getByText('导入').count()).toBe(0);
    await editor.open('/account');
    await editor.page.getByText('管辖范围：罕台镇').waitFor();
    await expectSound(editor, 'account with a remit');
    await Promise.all([boss.context.close(), editor.context.close()]);
  });

  test('is given a second step by scanning a code, which the next sign-in asks for', async () => {
    const seat = await there.enter('operator', 'en');
    const { page, context, username, password } = seat;
    await seat.open('/account');
    await page.getByLabel('Password of the account').fill(password);
    await page.getByRole('button', { name: 'Turn on' }).click();
    const picture = page.getByRole('img', { name: 'QR code for the authenticator' });
    const seen = await sharp(await picture.screenshot())
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const uri = decodeQR({ height: seen.info.height, width: seen.info.width, data: seen.data });
    const secret = new URL(uri).searchParams.get('secret') ?? '';
    await page.getByText(secret).waitFor();
    await expectSound(seat, 'authenticator');
    const digits = page.getByLabel('The six digits that the app shows');
    await digits.fill('000000');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('This code is not right').waitFor();
    seat.complaints.length = 0; // the browser notes the 401, which ends no session
    await digits.fill(codeAt(secret, Date.now()));
    await page.getByRole('button', { name: 'Confirm' }).click();
    const codes = page.getByRole('status').getByRole('listitem');
    await codes.first().waitFor();
    const [backupCode = ''] = await codes.allTextContents();
    await expectSound(seat, 'backup codes');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('On; backup codes left: 10').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('Password').press('Enter');
    const field = page.getByLabel('Code of the authenticator app, or a backup code');
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
    seat.complaints.length = 0; // the browser notes each 401
    await expectSound(seat, 'second step');
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await page.getByText('This code is not right').waitFor();
    await field.fill(backupCode);
    await field.press('Enter');
    await page.getByText('On; backup codes left: 9').waitFor();
    await context.close();
  });

  test('makes a passkey, signs in by it without a password, and removes it, which ends that sign-in', async () => {
    // Passkeys belong to the public address of the server, which is http://localhost here.
    const browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: ['--no-sandbox', `--host-resolver-rules=MAP localhost:80 ${new URL(there.running.url).host}`],
    });
    const seat = await there.enter('operator', 'en', browser);
    const { page, context, username, password, complaints } = seat;
    await context.clearCookies();
    await seat.open('/account');
    await page.getByText('Passkeys can be used at this address only:').waitFor();
    await page.getByRole('link', { name: 'http://localhost' }).click();
    const device = await context.newCDPSession(page);
    await device.send('WebAuthn.enable');
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...({ protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true } as const),
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      },
    });
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('Password').press('Enter');
    const panel = page.locator('.passkeys');
    await panel.getByText('No passkeys yet.').waitFor();
    await panel.getByLabel('Name').fill('my phone');
    await panel.getByLabel('Password of the account').fill(password);
    await panel.getByRole('button', { name: 'Add a passkey' }).click();
    const row = panel.getByRole('row', { name: 'my phone' });
    await row.getByText('Never yet').waitFor();
    complaints.length = 0; // the browser notes that nobody was signed in
    await expectSound(seat, 'passkeys');
    await page.getByRole('button', { name: 'Sign out' }).click();

    const enter = page.getByRole('button', { name: 'Sign in with a passkey' });
    await enter.waitFor();
    await expectSound(seat, 'sign-in with passkeys');
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await enter.click();
    await page.getByText('This was not completed').waitFor();
    await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await enter.click();
    await row.waitFor();
    expect(await row.getByText('Never yet').count()).toBe(0);
    await row.getByRole('button', { name: 'Remove' }).click();
    const sure = page.getByRole('dialog');
    await sure.getByLabel('Password of the account').fill(password);
    await sure.getByRole('button', { name: 'Remove' }).click();
    await enter.waitFor();
    await enter.click();
    await page.getByText('The passkey was not accepted').waitFor();
    await browser.close();
  });

  test('leads to an authenticator before anything else where an administrator asks it of the role', async () => {
    const [boss, reviewer] = [await there.enter('administrator', 'en'), await there.enter('reviewer', 'en')];
    await boss.open('/settings?part=people');
    const asked = boss.page.getByRole('group', { name: 'Roles that must use two-step sign-in' });
    await asked.getByRole('checkbox', { name: 'Reviewer' }).click();
    await boss.page.getByText('Saved').waitFor();
    const { page } = reviewer;
    await reviewer.open('/review');
    await page.getByRole('heading', { name: 'Set up two-step sign-in first' }).waitFor();
    await expectSound(reviewer, 'second step that is asked');
    await page.getByLabel('Password of the account').fill(reviewer.password);
    await page.getByRole('button', { name: 'Turn on' }).click();
    const secret = (await page.locator('code.secret').textContent()) ?? '';
    await page.getByLabel('The six digits that the app shows').fill(codeAt(secret, Date.now()));
    await page.getByRole('button', { name: 'Confirm' }).click();
    const codes = page.getByRole('status').getByRole('listitem');
    await codes.first().waitFor();
    // Whoever comes back to the window a minute later is asked for anew, and needs no second step any more.
    const again = page.waitForResponse((response) => new URL(response.url()).pathname === '/api/session');
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 61_000;
      window.dispatchEvent(new Event('visibilitychange'));
    });
    await (await again).finished();
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    expect(await codes.count()).toBe(10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('heading', { level: 1, name: 'Review' }).waitFor();
    await asked.getByRole('checkbox', { name: 'Reviewer' }).click();
    await expect.poll(() => asked.getByRole('checkbox', { name: 'Reviewer' }).isChecked()).toBe(false);
    await Promise.all([boss.context.close(), reviewer.context.close()]);
  });

  test('of an administrator makes a key for another program, told once, and revokes it', async () => {
    const seat = await there.enter('administrator');
    const { page, context } = seat;
    await seat.open('/settings?part=keys');
    await page.getByLabel('用途或系统名称').fill('气象局');
    await page.getByRole('checkbox', { name: '读取终端、节目单与应急插播' }).press('Space');
    await page.getByRole('button', { name: '生成密钥' }).click();
    const key = (await page.getByRole('status').getByText(/^bt_/).textContent()) ?? '';
    const ask = async () => (await send(`${there.running.url}/api/endpoints`, { token: key })).status;
    expect(await ask()).toBe(200);
    await page.getByRole('row', { name: '气象局' }).waitFor();
    await expectSound(seat, 'keys');
    await page.getByRole('row', { name: '气象局' }).getByRole('button', { name: '撤销' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /撤\s*销/ })
      .click();
    await page.getByText('还没有密钥。').waitFor();
    expect(await ask()).toBe(401);
    await context.close();
  });
});
