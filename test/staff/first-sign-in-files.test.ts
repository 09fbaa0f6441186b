import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/base/units.ts';
import { forgetFirstSignIn, keepFirstSignIn } from '../../src/staff/first-sign-in-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-sign-in-'));
});
afterEach(() => rm(folder, { recursive: true }));

const first = { username: 'admin', password: 'one-time' };

describe('the file of the first sign-in', () => {
  test('is for its owner alone, also in place of an older one', async () => {
    const old = join(folder, 'first-sign-in');
    await writeFile(old, 'of a database before');
    await chmod(old, 0o644);
    const path = await keepFirstSignIn(folder, first);
    expect(path).toBe(old);
    expect(await readFile(path, 'utf8')).toBe('admin / one-time\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('goes away once its owner has a password of his or her own, or after a week', async () => {
    const path = await keepFirstSignIn(folder, first);
    const asked: string[] = [];
    const isOneTime = async (username: string) => asked.push(username) > 0;
    await forgetFirstSignIn(folder, Date.now(), isOneTime);
    expect([existsSync(path), asked]).toEqual([true, ['admin']]);
    await forgetFirstSignIn(folder, Date.now(), async () => false);
    expect(existsSync(path)).toBe(false);
    await keepFirstSignIn(folder, first);
    await forgetFirstSignIn(folder, Date.now() + 8 * DAY_MS, isOneTime);
    expect(existsSync(path)).toBe(false);
    // Nothing is there any more, and nobody is asked.
    asked.length = 0;
    await forgetFirstSignIn(folder, Date.now(), isOneTime);
    expect(asked).toEqual([]);
  });
});
