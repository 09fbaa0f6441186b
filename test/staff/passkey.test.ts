import { describe, expect, test } from 'vitest';
import { relyingPartyOf } from '../../src/staff/passkey.ts';

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
});
