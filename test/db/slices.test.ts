import { expect, test } from 'vitest';
import { inSlices } from '../../src/db/slices.ts';

test.each([0, 1, 499, 500, 501, 1_000, 1_203])(
  '%i rows come whole, in order, and no more than 500 at once',
  async (count) => {
    // Ids have gaps, as where rows were deleted.
    const table = Array.from({ length: count }, (_, n) => ({ id: 3 * n + 2 }));
    const asked: number[] = [];
    const rows = await inSlices(
      async (above, most) => {
        asked.push(most);
        return table.filter(({ id }) => id > above).slice(0, most);
      },
      ({ id }) => id,
    );
    expect(rows).toEqual(table);
    expect(Math.max(...asked)).toBe(500);
    expect(asked).toHaveLength(Math.floor(count / 500) + 1);
  },
);
