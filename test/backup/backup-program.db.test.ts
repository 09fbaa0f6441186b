import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabaseOptions } from '../../src/db/connect.ts';
import { type TestPlace, testPlace } from '../support/database.ts';
import { signIn } from '../support/editor-account.ts';
import { send } from '../support/server.ts';
import { type ServerProcess, serverProcess } from '../support/server-process.ts';
import { type StaffedPlace, staffedPlace } from '../support/staffed-place.ts';

const PROGRAM = fileURLToPath(new URL('../../src/backup/backup-cli.ts', import.meta.url));

let home: string;
let lost: StaffedPlace;
let bare: TestPlace;
let server: ServerProcess;
let again: ServerProcess;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'beacon-drill-'));
  lost = await staffedPlace();
  bare = await testPlace({ isBare: true });
});
afterAll(async () => {
  await again.stop();
  await server.stop();
  await lost.remove();
  await bare.remove();
  await rm(home, { recursive: true, force: true });
});

/** Runs the program as somebody at a terminal would; gives its exit code and what it said. */
function run(place: DatabaseOptions, dataDir: string, words: readonly string[]) {
  const { DATABASE_URL: _, ...environment } = process.env;
  const env = { ...environment, DATA_DIR: dataDir, ...('url' in place && { DATABASE_URL: place.url }) };
  return new Promise<{ code: number; said: string }>((resolve) => {
    execFile(process.execPath, [PROGRAM, ...words], { env, cwd: home }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
    );
  });
}

describe('the programs backup, restore and move', () => {
  test('bring a server that burnt down back elsewhere, with its people and the key that its players know', {
    timeout: 180_000,
  }, async () => {
    server = await serverProcess(lost.options, lost.dataDir);
    await server.start();
    const token = await signIn(server.url, lost);
    const campaign = { name: '防火', fromDate: '2027-01-01', toDate: '2027-12-31' };
    const made = await send(`${server.url}/api/campaigns`, { method: 'POST', token, body: campaign });
    expect(made.status).toBe(201);
    const copy = join(home, 'copy');
    expect(await run(lost.options, lost.dataDir, ['backup', '--folder', copy])).toMatchObject({ code: 0 });
    expect((await run(lost.options, lost.dataDir, ['backup', '--folder', copy])).said).toContain(copy);
    // A move would lose what the running server writes after it.
    const target = join(home, 'moved');
    expect(await run(lost.options, lost.dataDir, ['move', '--to', target])).toMatchObject({ code: 2 });
    await server.kill();

    const dataDir = 'dataDir' in bare.options ? bare.options.dataDir : join(home, 'again');
    const restored = await run(bare.options, dataDir, ['restore', '--from', copy]);
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.said).toMatch(/every row was read again|已逐行回读/);
    again = await serverProcess(bare.options, dataDir);
    await again.start();
    const signedIn = await signIn(again.url, lost);
    const { body } = await send(`${again.url}/api/campaigns`, { token: signedIn });
    expect(JSON.stringify(body)).toContain('防火');
    const keyIn = (folder: string) => readFile(join(folder, 'keys', 'signing.json'), 'utf8');
    expect(await keyIn(dataDir)).toBe(await keyIn(lost.dataDir));
  });
});
