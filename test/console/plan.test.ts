import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outlineOf, planOf } from '../../src/console/plan.ts';

const place = fc.record({
  longitude: fc.double({ min: 100, max: 120, noNaN: true }),
  latitude: fc.double({ min: 30, max: 50, noNaN: true }),
});

describe('planOf', () => {
  test('keeps every place inside the plan, with north above south and east right of west', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 50 }), (items) => {
        const { placed, width, height } = planOf(items);
        for (const { item, at } of placed) {
          expect(at.x).toBeGreaterThanOrEqual(0);
          expect(at.x).toBeLessThanOrEqual(width + 1e-6);
          expect(at.y).toBeLessThanOrEqual(height + 1e-6);
          for (const other of placed) {
            if (item.longitude > other.item.longitude) expect(at.x).toBeGreaterThanOrEqual(other.at.x - 1e-6);
            if (item.latitude > other.item.latitude) expect(at.y).toBeLessThanOrEqual(other.at.y + 1e-6);
          }
        }
      }),
    );
  });

  test('sets apart what has no coordinates', () => {
    const nowhere = { longitude: null, latitude: null };
    expect(planOf([nowhere, { longitude: 110, latitude: 40 }]).unplaced).toEqual([nowhere]);
  });
});

describe('outlineOf', () => {
  test('encloses every point, and bends the same way at every corner', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 100 }), y: fc.integer({ min: 0, max: 100 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 40 }), (points) => {
        const outline = outlineOf(points);
        for (const [i, a] of outline.entries()) {
          const b = outline[(i + 1) % outline.length] ?? a;
          for (const c of points) {
            expect((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });
});
