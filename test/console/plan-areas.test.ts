import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areasOf, labelsOf } from '../../src/console/plan-areas.ts';

const BOUNDS = { x: 0, y: 0, width: 1_000, height: 700 };
const point = fc.record({ x: fc.integer({ min: 40, max: 960 }), y: fc.integer({ min: 40, max: 660 }) });
const placed = fc.array(
  fc.record({ at: point, area: fc.integer({ min: 1, max: 12 }) }).map(({ at, area }) => ({
    at,
    item: { areaId: area, area: area % 2 === 0 ? '巴音门克街道' : `Area ${area}` },
  })),
  { minLength: 1, maxLength: 60 },
);
/** As wide as the words are: a Chinese letter is a square, a Latin one a little more than half of it. */
const widthOf = (name: string) => (name.startsWith('Area') ? name.length * 0.56 : name.length);

describe('labelsOf', () => {
  test('puts no name over another and none beyond the edge, however the endpoints lie', () => {
    fc.assert(
      fc.property(placed, fc.integer({ min: 12, max: 40 }), (all, letter) => {
        const labels = labelsOf(
          areasOf(all),
          all.map(({ at }) => at),
          { bounds: BOUNDS, letter, margin: 20 },
        );
        for (const [index, { name, at }] of labels.entries()) {
          const half = (widthOf(name) * letter) / 2;
          expect(at.x - half).toBeGreaterThanOrEqual(-1e-6);
          expect(at.x + half).toBeLessThanOrEqual(BOUNDS.width + 1e-6);
          for (const other of labels.slice(index + 1)) {
            const isApart =
              Math.abs(at.x - other.at.x) >= half + (widthOf(other.name) * letter) / 2 - 1e-6 ||
              Math.abs(at.y - other.at.y) >= letter;
            expect(isApart).toBe(true);
          }
        }
      }),
    );
  });

  test('names an area that has room right above it, without a line', () => {
    const all = [100, 140, 180].map((x) => ({ at: { x, y: 300 }, item: { areaId: 1, area: '罕台镇' } }));
    const [label] = labelsOf(
      areasOf(all),
      all.map(({ at }) => at),
      { bounds: BOUNDS, letter: 20, margin: 20 },
    );
    expect(label).toMatchObject({ name: '罕台镇', at: { x: 140 }, tie: null });
    expect(label?.at.y).toBeLessThan(280);
  });
});
