import { describe, expect, test } from 'vitest';
import { hindranceTo } from '../../src/console/passkeys.ts';

const HERE = 'https://signs.county.cn';

describe('a page of the console', () => {
  test('says what stands against passkeys: the server, the address, the browser, in this order', () => {
    expect(hindranceTo(null, HERE, false)).toBe('server');
    expect(hindranceTo({ origin: HERE }, 'http://10.0.0.5:8080', false)).toBe('address');
    expect(hindranceTo({ origin: HERE }, HERE, false)).toBe('browser');
    expect(hindranceTo({ origin: HERE }, HERE, true)).toBeNull();
  });
});
