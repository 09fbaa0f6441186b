import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalPairingCode, spellPairingCode } from '../../src/endpoints/pairing-code.ts';

const bytes = fc
  .uint8Array({ minLength: 64, maxLength: 64 })
  .filter((all) => all.filter((b) => b < 230).length > 5);

describe('spellPairingCode', () => {
  test('spells six characters of which none looks like another', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        expect(spellPairingCode(random)).toMatch(/^[ACDEFGHJKMNPQRTWXY34679]{6}$/);
      }),
    );
  });

  test('refuses to spell from too few bytes', () => {
    expect(() => spellPairingCode(new Uint8Array(5))).toThrow(RangeError);
  });
});

describe('normalPairingCode', () => {
  test('reads a code typed in small or full-width letters, with spaces or dashes', () => {
    expect(normalPairingCode(' ac3-d4e ')).toBe('AC3D4E');
    expect(normalPairingCode('ＡＣ３Ｄ４Ｅ')).toBe('AC3D4E');
  });
});
