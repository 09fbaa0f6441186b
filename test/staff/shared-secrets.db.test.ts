import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSharedSecret, slowFingerprint } from '../../src/staff/shared-secrets-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('secrets that all servers of a database share', () => {
  const key = (fingerprint: string, formers: readonly string[] = [], replace = false) =>
    isSharedSecret(database.db, { name: 'signingKey', fingerprint, formers }, replace);

  test('are those of the first server that came, also of many that start at once', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const fit = await Promise.all(names.map((name) => key(name)));
    expect(fit.filter(Boolean)).toHaveLength(1);
    const first = names[fit.indexOf(true)] ?? '';
    expect(await Promise.all(names.map((name) => key(name)))).toEqual(names.map((name) => name === first));
    await key('one', [], true);
  });

  test('give way to one that the key file tells to be their follower, and not back again', async () => {
    expect(await key('stranger', ['other'])).toBe(false);
    expect(await key('follower', ['zero', 'one'])).toBe(true);
    expect(await key('one')).toBe(false);
  });

  test('are replaced on purpose', async () => {
    expect(await key('restored')).toBe(false);
    expect(await key('restored', [], true)).toBe(true);
    expect(await key('follower')).toBe(false);
  });

  test('are known by something that does not give them away', () => {
    const secret = 'a secret of staff that is long enough';
    expect(slowFingerprint(secret)).toBe(slowFingerprint(secret));
    expect(slowFingerprint(secret)).not.toBe(slowFingerprint(`${secret}.`));
    expect(slowFingerprint(secret)).not.toContain('secret');
  });
});
