import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reviewMarkSchema } from '../../src/catalogue/asset.ts';
import { areaBetween, areaMoved } from '../../src/console/review-mark.ts';

const share = fc.double({ min: -0.5, max: 1.5, noNaN: true });
const point = fc.record({ x: share, y: share });

describe('areaBetween', () => {
  test('whatever is dragged over a picture, also beyond its edges, the server takes the area', () => {
    fc.assert(
      fc.property(point, point, (a, b) => {
        expect(reviewMarkSchema.safeParse({ area: areaBetween(a, b) }).success).toBe(true);
      }),
    );
  });

  test('a drag upwards and to the left marks the same area as the other way round', () => {
    expect(areaBetween({ x: 0.6, y: 0.8 }, { x: 0.2, y: 0.3 })).toEqual({
      left: 0.2,
      top: 0.3,
      width: 0.4,
      height: 0.5,
    });
  });
});

describe('areaMoved', () => {
  test('whatever keys are pressed, the area stays within the picture', () => {
    const step = fc.record({ dx: share, dy: share, isResize: fc.boolean() });
    fc.assert(
      fc.property(point, point, fc.array(step, { maxLength: 20 }), (a, b, steps) => {
        const area = steps.reduce(
          (before, { dx, dy, isResize }) => areaMoved(before, dx, dy, isResize),
          areaBetween(a, b),
        );
        expect(reviewMarkSchema.safeParse({ area }).success).toBe(true);
      }),
    );
  });
});
