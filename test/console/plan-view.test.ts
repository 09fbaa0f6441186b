import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWhole, panned, pinched, pointIn, wholeOf, zoomed } from '../../src/console/plan-view.ts';

const plan = { width: 1_000, height: 500 };
const whole = wholeOf(plan);
const points = fc.record({ x: fc.integer({ min: 0, max: 1_000 }), y: fc.integer({ min: 0, max: 500 }) });

describe('a view of the plan', () => {
  test('never leaves the plan nor its proportions, however it is zoomed and moved', () => {
    const acts = fc.array(fc.tuple(fc.constantFrom(0.3, 0.5, 1.25, 2, 9), points, points));
    fc.assert(
      fc.property(acts, (all) => {
        const view = all.reduce(
          (now, [factor, at, by]) =>
            panned(zoomed(now, plan, factor, at), plan, { x: by.x - 500, y: by.y - 250 }),
          whole,
        );
        expect(view.height).toBeCloseTo(view.width / 2);
        expect(view.width).toBeGreaterThanOrEqual(1_000 / 32 - 1e-6);
        for (const [low, high, most] of [
          [view.x, view.x + view.width, 1_000],
          [view.y, view.y + view.height, 500],
        ] as const) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(most + 1e-6);
        }
      }),
    );
  });

  test('keeps the point under the wheel where it is, and comes back to the whole', () => {
    const at = { x: 400, y: 200 };
    const near = zoomed(whole, plan, 4, at);
    expect((at.x - near.x) / near.width).toBeCloseTo(0.4);
    expect((at.y - near.y) / near.height).toBeCloseTo(0.4);
    expect(isWhole(near, plan)).toBe(false);
    expect(zoomed(near, plan, 0.1, at)).toEqual(whole);
  });

  test('keeps between two fingers what lay between them', () => {
    const near = zoomed(whole, plan, 2);
    const view = pinched(
      near,
      plan,
      [
        { x: 450, y: 250 },
        { x: 550, y: 250 },
      ],
      [
        { x: 420, y: 260 },
        { x: 620, y: 260 },
      ],
    );
    expect(view.width).toBeCloseTo(near.width / 2);
    // The middle was at 500, 250 and is now under the fingers' new middle, 520, 260 of the old view.
    expect((500 - view.x) / view.width).toBeCloseTo((520 - near.x) / near.width);
    expect((250 - view.y) / view.height).toBeCloseTo((260 - near.y) / near.height);
  });
});

test('a place on the screen is found in the plan, in its frame and however close it is looked at', () => {
  const frame = { left: 10, top: 20, width: 500, height: 400 };
  // Drawn half as large, with 75 pixels free above and below.
  expect(pointIn(whole, plan, frame, { x: 10, y: 95 })).toEqual({ x: 0, y: 0 });
  expect(pointIn(whole, plan, frame, { x: 510, y: 345 })).toEqual({ x: 1_000, y: 500 });
  const near = { x: 500, y: 250, width: 500, height: 250 };
  expect(pointIn(near, plan, frame, { x: 260, y: 220 })).toEqual({ x: 750, y: 375 });
  expect(pointIn(near, plan, frame, { x: 10, y: 95 })).toEqual({ x: 500, y: 250 });
});
