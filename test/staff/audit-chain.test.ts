import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, entryHash, FIRST_PREVIOUS_HASH, storable } from '../../src/staff/audit-chain.ts';

const entry = { at: 0, actor: 'p1', action: 'asset.approve', subject: 'asset 12', detail: { b: 1, a: '安' } };

describe('entryHash', () => {
  test('is the SHA-256 of the stated canonical text', () => {
    const text = `["${FIRST_PREVIOUS_HASH}","1970-01-01T00:00:00.000Z","p1","asset.approve","asset 12",{"a":"安","b":1}]`;
    expect(entryHash(FIRST_PREVIOUS_HASH, entry)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('changes with every field and with the hash before', () => {
    const changed = [
      { ...entry, at: 1 },
      { ...entry, actor: 'p2' },
      { ...entry, action: 'asset.reject' },
      { ...entry, subject: 'asset 13' },
      { ...entry, detail: { b: 2, a: '安' } },
    ].map((other) => entryHash(FIRST_PREVIOUS_HASH, other));
    const all = [entryHash(FIRST_PREVIOUS_HASH, entry), entryHash('1'.repeat(64), entry), ...changed];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('canonicalJson', () => {
  test('gives equal texts for values that differ in the order of keys alone, and texts that read back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
        const value = storable(given);
        const turned = storable(Object.fromEntries(Object.entries(given).reverse()));
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(storable(JSON.parse(canonicalJson(value)))).toEqual(value);
      }),
    );
  });
});

describe('storable', () => {
  test('replaces what jsonb refuses or forgets', () => {
    expect(storable({ a: 'x\0y', b: '\ud800', c: undefined, d: Number.NaN, e: new Date(0), f: -0 })).toEqual({
      a: 'x\uFFFDy',
      b: '\uFFFD',
      d: null,
      e: '1970-01-01T00:00:00.000Z',
      f: 0,
    });
  });
});
