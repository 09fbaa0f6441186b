import { describe, expect, test } from 'vitest';
import { MEASURED } from './scale.ts';
import { demandOf, simulatedPolls } from './scale-model.ts';

describe('the arithmetic of growth', () => {
  test('asks ten times as much of ten times as many, and never of fewer than one process', () => {
    const [small, large] = [demandOf(1_000, MEASURED), demandOf(10_000, MEASURED)];
    expect(demandOf(1, MEASURED).processes).toBe(1);
    expect(large.pollsPerS / small.pollsPerS).toBeCloseTo(10);
    expect(large.playBytesPerDay / small.playBytesPerDay).toBeCloseTo(10);
  });

  test('names the worst limit first', () => {
    const { limits } = demandOf(1_000_000, MEASURED);
    expect(limits.map(({ used }) => used)).toEqual(limits.map(({ used }) => used).toSorted((a, b) => b - a));
    expect(limits[0]?.used).toBeGreaterThan(1);
  });

  test('simulates longer waits where a process is nearly always busy', () => {
    const run = { seconds: 20, backWithinS: 4, seed: 1 };
    const calm = simulatedPolls(1_000, MEASURED, run);
    const busy = simulatedPolls(1_000, { pollUs: 6_000, playUs: 11_000 }, run);
    expect(busy.p99Ms).toBeGreaterThan(10 * calm.p99Ms);
  });
});
