import { expect, test } from 'vitest';
import { healthGrid } from '../../src/console/health-grid.ts';

test('the grid of health ends with the present hour, keeps silent hours, and shows the worst of each', () => {
  const now = Date.parse('2027-02-05T10:30:00Z');
  const told = (hour: string, over = {}) => ({ hour, reports: 12, clockOffMs: 0, troubles: 0, ...over });
  const grid = healthGrid(
    [
      told('2027-02-05T10:00:00Z'),
      told('2027-02-05T09:00:00Z', { troubles: 2, clockOffMs: 60_000 }),
      told('2027-02-05T07:00:00Z', { clockOffMs: -5_001 }),
      told('2027-01-01T00:00:00Z', { troubles: 1 }),
    ],
    now,
    2,
  );
  expect(grid.map((day) => day.length)).toEqual([24, 24]);
  expect(grid[1]?.slice(-4).map(({ state }) => state)).toEqual(['clock', 'none', 'trouble', 'up']);
  expect(grid[1]?.at(-1)?.at).toBe(Date.parse('2027-02-05T10:00:00Z'));
  expect(grid.flat().filter(({ state }) => state !== 'none')).toHaveLength(3);
});
