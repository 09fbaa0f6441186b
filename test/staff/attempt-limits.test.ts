import { describe, expect, test } from 'vitest';
import { AttemptLimits } from '../../src/staff/attempt-limits.ts';

const LIMIT = { failures: 3, windowMs: 1_000 };

describe('AttemptLimits', () => {
  test('lets a key try until its failures are used up, then tells the wait to the end of the window', () => {
    const limits = new AttemptLimits();
    for (const at of [10, 20, 30]) {
      expect(limits.waitMs('a', LIMIT, at)).toBe(0);
      limits.count('a', LIMIT, at);
    }
    expect(limits.waitMs('a', LIMIT, 40)).toBe(970);
    expect(limits.waitMs('b', LIMIT, 40)).toBe(0);
    expect(limits.waitMs('a', LIMIT, 1_009)).toBe(1);
    expect(limits.waitMs('a', LIMIT, 1_010)).toBe(0);
  });

  test('starts a new window with the first try after the old one', () => {
    const limits = new AttemptLimits();
    for (const at of [0, 1, 2, 5_000]) limits.count('a', LIMIT, at);
    expect(limits.waitMs('a', LIMIT, 5_001)).toBe(0);
  });

  test('takes a success back without opening the window anew', () => {
    const limits = new AttemptLimits();
    for (const at of [0, 1, 2]) limits.count('a', LIMIT, at);
    limits.giveBack('a');
    expect(limits.waitMs('a', LIMIT, 3)).toBe(0);
    limits.count('a', LIMIT, 4);
    expect(limits.waitMs('a', LIMIT, 5)).toBe(995);
  });

  test('holds a bounded number of keys and forgets the oldest first', () => {
    const limits = new AttemptLimits(2);
    for (const key of ['a', 'b', 'c']) for (const at of [0, 1, 2]) limits.count(key, LIMIT, at);
    expect(limits.waitMs('a', LIMIT, 3)).toBe(0);
    expect(limits.waitMs('b', LIMIT, 3)).toBeGreaterThan(0);
    expect(limits.waitMs('c', LIMIT, 3)).toBeGreaterThan(0);
  });
});
