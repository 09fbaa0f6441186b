import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeStaff } from '../../src/compose-staff.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { sessionSecret } from '../../src/staff/secret-files.ts';
import { type StaffedPlace, staffedPlace } from '../support/staffed-place.ts';

let place: StaffedPlace;
beforeAll(async () => {
  place = await staffedPlace();
});
afterAll(() => place.remove());

/** Runs `npm run staff -- …` as a person at the server does. */
function staff(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { DATABASE_URL: _, ...environment } = process.env;
  const env = {
    ...{ ...environment, LANG: 'en_GB.UTF-8', DATA_DIR: place.dataDir },
    ...('url' in place.options && { DATABASE_URL: place.options.url }),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['src/staff/staff-cli.ts', ...words], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

describe('npm run staff', () => {
  test('gives an account a one-time password that lets in, and takes its second step off', async () => {
    const given = await staff('password', place.username);
    expect(given.err).toBe('');
    const [, password = ''] = /^\S+ \/ (\S+)\n$/.exec(given.out) ?? [];
    expect(await staff('second-factor', place.username)).toMatchObject({
      ...{ code: 0, out: 'Two-step sign-in is off.\n' },
    });
    const database = await openDatabase(place.options);
    const { people } = composeStaff({
      ...{ db: database.db, publicUrl: 'http://signs.test', now: Date.now, addressOf: () => '' },
      secret: await sessionSecret(place.dataDir, undefined),
    });
    const from = { address: '10.0.0.1', userAgent: 'test' };
    const signedIn = await people.signIn(place.username, password, from);
    await database.close();
    expect(signedIn.mustChangePassword).toBe(true);
  });

  test('says what it takes, and whom it does not know', async () => {
    expect(await staff('nonsense')).toMatchObject({ code: 1, err: expect.stringContaining('npm run staff') });
    const unknown = await staff('password', 'nobody.here');
    expect(unknown).toMatchObject({ code: 1, out: '', err: expect.stringContaining('nobody.here') });
  });
});
