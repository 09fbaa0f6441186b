import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../players/kiosk/sha256.ts';
import { sha256Hex } from '../../../src/base/digest.ts';

describe('sha256', () => {
  it('gives the hash of the whole however the bytes are cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
        const hash = sha256();
        for (const piece of pieces) hash.update(piece);
        expect(hash.hex()).toBe(sha256Hex(Buffer.concat(pieces)));
      }),
    );
  });

  it('hashes an empty file as FIPS 180-4 does', () => {
    expect(sha256().hex()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
