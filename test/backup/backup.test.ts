import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentSum } from '../../src/backup/backup.ts';

function sumOf(lines: readonly string[]) {
  const sum = contentSum();
  for (const line of lines) sum.add(line);
  return sum.content();
}

describe('contentSum', () => {
  test('is the same for the same rows in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (lines) => {
        expect(sumOf(lines.toReversed())).toEqual(sumOf(lines));
        expect(sumOf(lines.toSorted())).toEqual(sumOf(lines));
      }),
    );
  });

  test('differs as soon as one row is another one, is missing or is there twice', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.string(), fc.nat(), (lines, other, at) => {
        const place = at % lines.length;
        fc.pre(lines[place] !== other);
        expect(sumOf(lines.with(place, other)).digest).not.toBe(sumOf(lines).digest);
        expect(sumOf(lines.toSpliced(place, 1))).not.toEqual(sumOf(lines));
        expect(sumOf([...lines, lines[place] ?? ''])).not.toEqual(sumOf(lines));
      }),
    );
  });
});
