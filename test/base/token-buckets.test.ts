import { describe, expect, test } from 'vitest';
import { TokenBuckets } from '../../src/base/token-buckets.ts';

describe('TokenBuckets', () => {
  test('gives each key what a minute gives at once, then evenly, and tells the wait', () => {
    const buckets = new TokenBuckets<string>(60);
    for (let n = 0; n < 60; n += 1) expect(buckets.take('a', 0)).toBe(0);
    expect(buckets.take('a', 0)).toBe(1_000);
    expect(buckets.take('a', 400)).toBe(600);
    expect(buckets.take('b', 400)).toBe(0);
    expect(buckets.take('a', 1_000)).toBe(0);
    expect(buckets.take('a', 1_000)).toBe(1_000);
  });

  test('holds no more than a minute gives, however long nobody asks', () => {
    const buckets = new TokenBuckets<string>(2);
    buckets.take('a', 0);
    for (const wait of [0, 0, 30_000]) expect(buckets.take('a', 3_600_000)).toBe(wait);
  });

  test('takes nothing away when the clock is set back', () => {
    const buckets = new TokenBuckets<string>(2);
    buckets.take('a', 60_000);
    expect(buckets.take('a', 0)).toBe(0);
    expect(buckets.take('a', 30_000)).toBe(0);
  });

  test('remembers a bounded number of keys', () => {
    const buckets = new TokenBuckets<number>(1, 2);
    for (const key of [1, 2, 3]) buckets.take(key, 0);
    expect(buckets.take(1, 0)).toBe(0);
    expect(buckets.take(3, 0)).toBeGreaterThan(0);
  });
});
