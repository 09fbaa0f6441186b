import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/base/units.ts';
import { choosePhases, recallPhases } from '../../src/schedule/phases.ts';

const ask = (plays: number, durationMs: number, keptMs: number | null = null) => ({
  plays,
  durationMs,
  keptMs,
  apart: null,
});

describe('choosePhases', () => {
  it('keeps nominal instants of two rates clear of each other', () => {
    const [a = 0, b = 0] = choosePhases([ask(30, 30_000), ask(30, 30_000)]);
    const apart = (((b - a) % 120_000) + 120_000) % 120_000;
    expect(Math.min(apart, 120_000 - apart)).toBeGreaterThanOrEqual(29_000);
  });

  it('leaves kept phases where they are and gives others one within their interval', () => {
    const asks = [ask(12, 20_000, 123_456), ask(20, 10_000), ask(7, 15_000)];
    const phases = choosePhases(asks);
    expect(phases[0]).toBe(123_456);
    phases.forEach((phase, i) => {
      expect(phase).toBeGreaterThanOrEqual(0);
      expect(phase).toBeLessThan(HOUR_MS / (asks[i]?.plays ?? 1));
    });
  });
});

describe('recallPhases', () => {
  it('gives the same phases with and without a memo, and searches once', () => {
    const asks = [ask(6, 10_000), ask(4, 25_000), ask(30, 7_000)];
    const memo = new Map();
    const first = recallPhases(asks, memo);
    expect(first).toEqual(recallPhases(asks, undefined));
    expect(recallPhases(asks, memo)).toBe(first);
    expect(memo.size).toBe(1);
  });
});
