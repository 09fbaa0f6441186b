import { describe, expect, test } from 'vitest';
import { heatOf } from '../../src/console/heat.ts';

describe('heatOf', () => {
  test('puts each hour of the week at its place, Monday first, and leaves the others at 0', () => {
    const cells = heatOf([
      { key: '1 08:00', playsPromised: 5, playsCounted: 4 },
      { key: '7 23:00', playsPromised: 2, playsCounted: 2 },
    ]);
    expect(cells.length).toBe(168);
    expect(cells[8]).toEqual({ weekday: 0, hour: 8, promised: 5, counted: 4 });
    expect(cells[167]).toEqual({ weekday: 6, hour: 23, promised: 2, counted: 2 });
    expect(cells.filter(({ counted }) => counted > 0).length).toBe(2);
  });
});
