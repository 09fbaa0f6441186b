import { expect, test } from 'vitest';
import { inSlices } from '../../src/console/in-slices.ts';

test('more ids than one request may name are asked for in several, and answered in their order', async () => {
  const ids = Array.from({ length: 1_001 }, (_, at) => at);
  const sizes: number[] = [];
  const answers = await inSlices(ids, async (some) => {
    sizes.push(some.length);
    return some.map((id) => id * 2);
  });
  expect(sizes).toEqual([500, 500, 1]);
  expect(answers).toEqual(ids.map((id) => id * 2));
});
