import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSigningKeys } from '../../src/schedule/signing-key-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('openSigningKeys', () => {
  test('refuses a key that other accounts may read, when it starts and when it reads it anew', async () => {
    const file = join(folder, 'keys', 'signing.json');
    const keys = await openSigningKeys(file);
    await chmod(file, 0o640);
    const refusal = {
      code: 'config.invalid',
      sentence: {
        en: `${file} may be read by other accounts. Run chmod 600 on it.`,
        zh: `文件 ${file} 可被其他账户读取。请对它执行 chmod 600。`,
      },
    };
    await expect(openSigningKeys(file)).rejects.toMatchObject(refusal);
    await expect(keys.reload()).rejects.toMatchObject(refusal);
    await chmod(file, 0o600);
    expect((await openSigningKeys(file)).current().kid).toBe(keys.current().kid);
  });
});
