import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/connect.ts';
import { makeDataFolder } from '../../src/db/data-folder.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'beacon-folder-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('makeDataFolder', () => {
  test('makes every level that is missing, and is content with what is there', () => {
    const folder = join(home, 'a', 'b', 'c');
    makeDataFolder(folder);
    makeDataFolder(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  test.skipIf(process.platform !== 'linux')(
    'refuses a folder below /proc at once, where making it level by level ends (on Linux)',
    () => {
      expect(() => makeDataFolder('/proc/beacon/data')).toThrow(
        'The data folder /proc/beacon/data cannot be used',
      );
    },
  );

  test('refuses a file in the place of the folder, and below one', () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    expect(() => makeDataFolder(file)).toThrow('it is a file');
    expect(() => makeDataFolder(join(file, 'data'))).toThrow('cannot be used');
  });
});

describe('openDatabase with mustExist', () => {
  test('refuses a mistyped folder and leaves nothing there', async () => {
    const folder = join(home, 'mistyped');
    await expect(openDatabase({ dataDir: folder, mustExist: true })).rejects.toThrow(
      'There is no database in',
    );
    expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
  });
});
