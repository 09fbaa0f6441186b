import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInAt } from '../src/server-account.ts';
import { still } from './catalogue/sample-bytes.ts';
import { type TestServer, testServer } from './support/server.ts';

let running: TestServer;
let folder: string;
let account: { user: string; password: string };

beforeAll(async () => {
  running = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'beacon-account-'));
  const { username, oneTimePassword } = await running.server.people.addStaff(
    { id: 'system', name: 'test', role: 'administrator' },
    { username: 'command.editor', name: 'editor', role: 'editor', password: 'the own password of tests' },
  );
  account = { user: username, password: oneTimePassword };
});
afterAll(async () => {
  await running?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command on the running server; gives its exit code and what it printed. */
function run(file: string, args: string[], more: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, BEACON_PASSWORD: account.password, ...more };
  const all = [file, '--server', running.url, '--user', account.user, ...args];
  return new Promise<{ code: number; text: string }>((resolve) => {
    execFile(process.execPath, all, { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: out + err });
    });
  });
}

describe('signInAt', () => {
  const meant = (more: object = {}) => ({
    server: `${running.url}/`,
    language: 'en' as const,
    ...account,
    ...more,
  });

  test('asks with the account, and gives content and status', async () => {
    const { ask } = await signInAt(meant());
    expect(await ask('/api/session')).toMatchObject({ status: 200, content: { role: 'editor' } });
  });

  test('keeps the code of what the server refuses, in the language that is wished', async () => {
    const { ask } = await signInAt(meant({ language: 'zh' }));
    await expect(ask('/api/assets/77')).rejects.toMatchObject({
      code: 'asset.unknown',
      sentence: { zh: '没有编号为 77 的素材。' },
    });
    await expect(signInAt(meant({ password: 'wrong' }))).rejects.toMatchObject({
      code: 'session.badCredentials',
    });
  });

  test('says what is missing, and that nobody answers', async () => {
    await expect(signInAt(meant({ password: undefined }))).rejects.toThrow('BEACON_PASSWORD');
    await expect(signInAt(meant({ server: 'http://127.0.0.1:1' }))).rejects.toMatchObject({
      code: 'config.invalid',
    });
  });
});

describe('commands at a running server', () => {
  test('import hands in material and fleet files and tells faults in the language of the terminal', async () => {
    await writeFile(join(folder, '通知.png'), await still('png'));
    await writeFile(
      join(folder, 'fleet.csv'),
      'id,name,kind,area,time_zone,opening_hours\nA,甲,tv,乙,Asia/Shanghai,24/7\nB,甲,tv,乙,Asia/Beijng,24/7\n',
    );
    await writeFile(join(folder, 'film.mp4'), 'no film');
    const done = await run('src/catalogue/import-cli.ts', [folder], { LANG: 'zh_CN.UTF-8' });
    expect(done).toMatchObject({ code: 1, text: expect.stringContaining('1 of 3 files taken in.') });
    expect(done.text).toContain('line 3 B: 时区（time_zone）：不是已知的时区，例如 Asia/Shanghai');
    expect(done.text).toMatch(/film\.mp4 +FAILED +asset\.notMedia: 无论文件名如何，这是文本文件/);
    const again = await run('src/catalogue/import-cli.ts', [join(folder, '通知.png')]);
    expect(again).toMatchObject({ code: 0, text: expect.stringContaining('was there') });
  });

  test('report prints the figures of a campaign by its name, and what it cannot find', async () => {
    const { id } = await running.server.campaigns.create(
      { name: '春节防火', purpose: '', fromDate: '2027-02-01', toDate: '2027-02-14', targetPlays: null },
      'someone',
    );
    const args = ['--campaign', '春节防火', '--json'];
    const printed = await run('src/impressions/report-cli.ts', args);
    expect(JSON.parse(printed.text)).toMatchObject({
      campaign: { id, name: '春节防火' },
      from: '2027-02-01',
    });
    const unknown = await run('src/impressions/report-cli.ts', ['--campaign', 'none'], { LC_ALL: 'zh_CN' });
    expect(unknown).toMatchObject({ code: 1, text: '没有名为“none”的宣传活动。\n' });
    const wrong = await run('src/impressions/report-cli.ts', ['--from', '2027-02-30']);
    expect(wrong).toMatchObject({ code: 1, text: expect.stringContaining('from: must be a date such as') });
  });
});
