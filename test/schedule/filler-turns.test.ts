import { describe, expect, it } from 'vitest';
import { FillerTurns } from '../../src/schedule/filler-turns.ts';
import { clipOf } from '../bench/demand-sets.ts';

const clips = [clipOf(1, 10_000), clipOf(2, 15_000)];

describe('FillerTurns', () => {
  it('chooses the piece after which the hole can be filled without a remainder', () => {
    const turns = new FillerTurns(clips, new Map());
    expect(turns.choose(15_000, () => true)?.assetId).toBe(2);
    expect(turns.choose(10_000, () => true)?.assetId).toBe(1);
    expect(turns.missBy(25_000)).toBe(0);
    expect(turns.missBy(7_000)).toBe(7_000 - 1_000 + 1);
  });

  it('divides airtime evenly where any length will do', () => {
    const turns = new FillerTurns(clips, new Map());
    const plays = new Map<number, number>();
    for (let i = 0; i < 50; i++) {
      const clip = turns.choose(Number.MAX_SAFE_INTEGER, () => true);
      if (clip === null) throw new Error('there is filler');
      turns.take(clip);
      plays.set(clip.assetId, (plays.get(clip.assetId) ?? 0) + 1);
    }
    expect([...plays]).toEqual([
      [1, 30],
      [2, 20],
    ]);
  });

  it('gives null where nothing is allowed', () => {
    expect(new FillerTurns(clips, new Map()).choose(60_000, () => false)).toBeNull();
    expect(new FillerTurns([], new Map()).choose(60_000, () => true)).toBeNull();
  });
});
