import { describe, expect, test } from 'vitest';
import { askedTogether } from '../../src/console/asked-together.ts';

describe('what is asked at the same time', () => {
  test('is one question, in parts of the most that one may have, and each gets its own answer', async () => {
    const asked: number[][] = [];
    const nameOf = askedTogether(async (ids: readonly number[]) => {
      asked.push([...ids]);
      return ids.filter((id) => id !== 4).map((id) => ({ id, name: `n${id}` }));
    }, 3);
    const found = await Promise.all([1, 2, 2, 3, 4].map(nameOf));
    expect(found.map((one) => one?.name ?? null)).toEqual(['n1', 'n2', 'n2', 'n3', null]);
    expect(asked).toEqual([[1, 2, 3], [4]]);
    expect(await nameOf(7)).toEqual({ id: 7, name: 'n7' });
    expect(asked).toHaveLength(3);
  });

  test('fails together, and is asked anew the next time', async () => {
    let isAway = true;
    const nameOf = askedTogether(async (ids: readonly number[]) => {
      if (isAway) throw new Error('away');
      return ids.map((id) => ({ id }));
    }, 10);
    await expect(Promise.all([nameOf(1), nameOf(2)])).rejects.toThrow('away');
    isAway = false;
    expect(await nameOf(1)).toEqual({ id: 1 });
  });
});
