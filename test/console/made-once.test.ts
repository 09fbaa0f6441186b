import { describe, expect, test } from 'vitest';
import { madeOnce } from '../../src/console/made-once.ts';

/** Makes numbers, and fails where it is told to. */
function maker() {
  const made: string[] = [];
  const once = madeOnce(async ({ name, fails = false }: { name: string; fails?: boolean }) => {
    if (fails && made.length === 0) {
      made.push('failed');
      throw new Error('refused');
    }
    return made.push(name);
  });
  return { made, once };
}

describe('madeOnce', () => {
  test('gives who tries again what was made for the same draft', async () => {
    const { made, once } = maker();
    expect(await once({ name: 'Winter' })).toBe(await once({ name: 'Winter' }));
    expect(made).toEqual(['Winter']);
  });

  test('makes another thing of another draft', async () => {
    const { made, once } = maker();
    await once({ name: 'Winter' });
    await once({ name: 'Spring' });
    expect(made).toEqual(['Winter', 'Spring']);
  });

  test('makes anew what could not be made', async () => {
    const { made, once } = maker();
    await expect(once({ name: 'Winter', fails: true })).rejects.toThrow('refused');
    await once({ name: 'Winter', fails: true });
    expect(made).toEqual(['failed', 'Winter']);
  });
});
