import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readByteRange } from '../../src/catalogue/byte-range.ts';

describe('readByteRange', () => {
  test.each([
    ['bytes=0-99', { from: 0, to: 99 }],
    ['bytes=10-19', { from: 10, to: 19 }],
    ['bytes=990-', { from: 990, to: 999 }],
    ['bytes=990-5000', { from: 990, to: 999 }],
    ['bytes=-5', { from: 995, to: 999 }],
    ['bytes=-5000', { from: 0, to: 999 }],
    ['BYTES=0-0', { from: 0, to: 0 }],
    ['bytes=1000-', 'unsatisfiable'],
    ['bytes=5000-6000', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-1', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['bytes=-', 'whole'],
    ['items=0-5', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=99999999999999999999-', 'whole'],
    [undefined, 'whole'],
  ])('reads %s of 1000 bytes', (header, wanted) => {
    expect(readByteRange(header, 1_000)).toEqual(wanted);
  });

  test('never leaves the file', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1_000_000 }), (a, b, size) => {
        for (const header of [`bytes=${a}-${b}`, `bytes=${a}-`, `bytes=-${b}`]) {
          const range = readByteRange(header, size);
          if (typeof range === 'string') continue;
          expect(range.from).toBeGreaterThanOrEqual(0);
          expect(range.from).toBeLessThanOrEqual(range.to);
          expect(range.to).toBeLessThan(size);
        }
      }),
    );
  });
});
