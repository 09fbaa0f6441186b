import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/db/connect.ts';
import { type TestPlace, testPlace } from '../support/database.ts';
import { still, wav } from './sample-bytes.ts';

let folder: string;
let place: TestPlace;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beacon-cli-'));
  place = await testPlace();
});
afterAll(async () => {
  await place.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the program on the test's database; gives its exit code and what it printed. */
function run(...args: string[]): Promise<{ code: number; text: string }> {
  const { options } = place;
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: 'dataDir' in options ? options.dataDir : join(folder, 'data'),
    ...('url' in options && { DATABASE_URL: options.url }),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['src/catalogue/import-cli.ts', ...args], { env }, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : 0;
      resolve({ code, text: out + err });
    });
  });
}

describe('npm run import', () => {
  test('takes in what is good, says what is not, and ends with 1 then', async () => {
    const inbox = join(folder, 'inbox');
    await mkdir(inbox);
    await writeFile(join(inbox, '通知.png'), await still('png'));
    await writeFile(join(inbox, 'horn.wav'), wav(1));
    await writeFile(join(inbox, 'notes.txt'), 'not taken out of a folder');
    await writeFile(
      join(inbox, 'fleet.csv'),
      'id,name,kind,area,time_zone,opening_hours\nA,甲,tv,乙,Asia/Shanghai,24/7\n',
    );
    const good = await run(inbox, '--category', 'notice');
    expect(good).toMatchObject({ code: 0, text: expect.stringContaining('3 of 3 files taken in.') });
    expect(good.text).toContain('endpoints: 1 new, 0 changed, 0 unchanged, 0 failed');
    await writeFile(join(inbox, 'film.mp4'), 'no film');
    const mixed = await run(inbox, join(folder, 'missing.png'));
    expect(mixed).toMatchObject({ code: 1, text: expect.stringContaining('3 of 5 files taken in.') });
    expect(mixed.text).toMatch(/film\.mp4 +FAILED +asset\.notMedia: This is a text file/);
    expect(mixed.text).toMatch(/missing\.png +FAILED +cannot be read \(ENOENT\)/);
    expect(mixed.text).toMatch(/horn\.wav +ok +was there: asset \d+ “horn”/);
  });

  test('explains its use when it is called with nothing', async () => {
    expect(await run()).toMatchObject({ code: 2, text: expect.stringContaining('Usage:') });
  });

  test.runIf(inject('database').kind === 'embedded')(
    'points to the HTTP way while a server has the embedded database open',
    async () => {
      const server = await openDatabase(place.options);
      const refused = await run(join(folder, 'inbox'));
      await server.close();
      expect(refused).toMatchObject({
        code: 1,
        text: expect.stringContaining('--server http://localhost:8080'),
      });
    },
  );
});
