import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SECRET_FILE, sessionSecret } from '../../src/staff/secret-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secret-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('sessionSecret', () => {
  test('makes a secret that only the owner may read, and finds it again', async () => {
    const first = await sessionSecret(join(folder, 'data'), undefined);
    expect(first.length).toBeGreaterThanOrEqual(64);
    expect((await stat(join(folder, 'data', SECRET_FILE))).mode & 0o777).toBe(0o600);
    expect(await sessionSecret(join(folder, 'data'), undefined)).toBe(first);
  });

  test('gives all that start at once the same secret, and leaves no draft behind', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => sessionSecret(folder, undefined)));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(folder)).toEqual([SECRET_FILE]);
  });

  test('prefers the environment and then writes nothing', async () => {
    const given = 'e'.repeat(32);
    expect(await sessionSecret(folder, given)).toBe(given);
    expect(await readdir(folder)).toEqual([]);
  });

  test('refuses a secret that is too short, wherever it comes from', async () => {
    await expect(sessionSecret(folder, 'short')).rejects.toMatchObject({ code: 'config.invalid' });
    await writeFile(join(folder, SECRET_FILE), 'short', { mode: 0o600 });
    await expect(sessionSecret(folder, undefined)).rejects.toMatchObject({ code: 'config.invalid' });
  });

  test('refuses a file that other accounts may read', async () => {
    await sessionSecret(folder, undefined);
    await chmod(join(folder, SECRET_FILE), 0o644);
    await expect(sessionSecret(folder, undefined)).rejects.toMatchObject({ code: 'config.invalid' });
  });
});
