import { describe, expect, it } from 'vitest';
import { overlapOf } from '../../src/base/local-time.ts';
import { instantWithin, soundWindows, windowsLength } from '../../src/schedule/windows.ts';

const w = (fromMs: number, toMs: number) => ({ fromMs, toMs });

describe('soundWindows', () => {
  it('sorts, merges and clips windows, and leaves out what is none', () => {
    expect(
      soundWindows([w(50, 80), w(-5, 20), w(20, 30), w(70, 999), w(9, 9), w(8, 3), w(Number.NaN, 5)], 100),
    ).toEqual([w(0, 30), w(50, 100)]);
  });
});

describe('overlapOf', () => {
  it('gives the time that both lists hold', () => {
    expect(overlapOf([w(0, 10), w(20, 30)], [w(5, 25), w(28, 40)])).toEqual([w(5, 10), w(20, 25), w(28, 30)]);
    expect(overlapOf([w(0, 10)], [w(10, 20)])).toEqual([]);
  });
});

describe('instantWithin', () => {
  it('counts only time inside the windows', () => {
    const windows = [w(10, 20), w(50, 60)];
    expect(windowsLength(windows)).toBe(20);
    expect(instantWithin(windows, 0)?.atMs).toBe(10);
    expect(instantWithin(windows, 10)).toEqual({ atMs: 50, window: w(50, 60) });
    expect(instantWithin(windows, 20)).toBeNull();
  });
});
