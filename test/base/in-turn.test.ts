import { describe, expect, test } from 'vitest';
import { inTurn } from '../../src/base/in-turn.ts';

describe('inTurn', () => {
  test('runs one work at a time in the order of asking, and goes on after one that failed', async () => {
    const turns = inTurn(8, { en: 'full', zh: '已满' });
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (name === 'b') throw new Error('b broke');
      return name;
    };
    const done = await Promise.allSettled(['a', 'b', 'c'].map((name) => turns.run(work(name))));
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  test('refuses whoever finds all places taken, and has room again afterwards', async () => {
    const turns = inTurn(2, { en: 'come later', zh: '请稍后' });
    const work = async () => 'done';
    const done = await Promise.allSettled([1, 2, 3, 4].map(() => turns.run(work)));
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(done[3]).toMatchObject({ reason: { code: 'request.tooMany', message: 'come later' } });
    expect(await turns.run(work)).toBe('done');
  });
});
