import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUsername, normalUsername, spellPassword } from '../../src/staff/account.ts';

describe('normalUsername', () => {
  test('makes one name of every spelling of it', () => {
    expect(normalUsername('Zhang.San')).toBe('zhang.san');
    expect(normalUsername('ｚｈａｎｇ')).toBe('zhang');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const once = normalUsername(name);
        expect(normalUsername(once)).toBe(once);
      }),
    );
  });
});

describe('isUsername', () => {
  test.each(['张三', 'zhang.san', 'a1', '消防-01_x'])('takes %s', (name) => {
    expect(isUsername(name)).toBe(true);
  });

  test.each(['', 'a', '.a', 'a b', 'a\u0000b', '../x', 'a@b', 'x'.repeat(41)])(
    'refuses %j as a username',
    (name) => {
      expect(isUsername(name)).toBe(false);
    },
  );
});

describe('spellPassword', () => {
  test('gives four groups of four letters without look-alikes, for any bytes that suffice', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64, max: 247 }), (bytes) => {
        expect(spellPassword(bytes)).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/);
      }),
    );
  });

  test('skips bytes that would make some letters likelier, and throws when too few are left', () => {
    const fair = new Uint8Array(16).map((_, i) => i);
    expect(spellPassword(new Uint8Array([255, 250, ...fair]))).toBe(spellPassword(fair));
    expect(() => spellPassword(new Uint8Array(64).fill(248))).toThrow(RangeError);
  });
});
