import { describe, expect, test } from 'vitest';
import { relyingPartyOf } from '../../src/staff/passkey.ts';
import { passkeyFlow } from '../../src/staff/passkey-flow.ts';

describe('passkeys', () => {
  test.each([
    ['https://signs.county.cn', { id: 'signs.county.cn', origin: 'https://signs.county.cn' }],
    ['https://signs.county.cn:8443/', { id: 'signs.county.cn', origin: 'https://signs.county.cn:8443' }],
    ['http://localhost:8080', { id: 'localhost', origin: 'http://localhost:8080' }],
    ['http://signs.county.cn', null],
    ['http://10.0.0.5:8080', null],
    ['https://10.0.0.5', null],
    ['https://[fd00::5]', null],
  ])('are good at the public address %s as browsers have it', (publicUrl, party) => {
    expect(relyingPartyOf(publicUrl)).toEqual(party);
  });

  test('are refused in words where the public address allows none, before anything is looked at', async () => {
    const untouched = {} as never;
    const flow = passkeyFlow({
      ...{ party: relyingPartyOf('http://10.0.0.5:8080'), secret: 'a secret of tests', now: () => 0 },
      ...{ store: untouched, accounts: untouched, guesses: untouched },
    });
    await expect(flow.askEntry()).rejects.toMatchObject({ code: 'passkey.notHere' });
    await expect(flow.enter(untouched, untouched)).rejects.toMatchObject({ code: 'passkey.notHere' });
  });
});
