import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aimedAt, isInRing, metresBetween, type Position } from '../../src/override/aim.ts';

const at = (id: number, longitude: number | null, latitude: number | null) => ({
  id,
  kind: 'tv',
  areaId: 1,
  tags: [],
  longitude,
  latitude,
});

describe('metresBetween', () => {
  test('gives the known distance from Beijing to Hohhot within half a per cent', () => {
    const metres = metresBetween([116.4074, 39.9042], [111.7519, 40.8414]);
    expect(Math.abs(metres - 408_000)).toBeLessThan(2_100);
  });

  test('gives a degree of latitude its 111.2 km anywhere', () => {
    const longitude = fc.double({ min: -180, max: 180, noNaN: true });
    const latitude = fc.double({ min: -89, max: 88, noNaN: true });
    fc.assert(
      fc.property(longitude, latitude, (x, y) => {
        expect(Math.abs(metresBetween([x, y], [x, y + 1]) - 111_195)).toBeLessThan(1);
      }),
    );
  });
});

describe('isInRing', () => {
  const dent: Position[] = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 1],
    [0, 4],
    [0, 0],
  ];

  test('follows a ring into its dent, and counts its border as inside', () => {
    expect(isInRing(dent, [2, 0.5])).toBe(true);
    expect(isInRing(dent, [2, 3])).toBe(false);
    expect(isInRing(dent, [2, 1])).toBe(true);
    expect(isInRing(dent, [4, 2])).toBe(true);
    expect(isInRing(dent, [5, 0])).toBe(false);
  });

  test('says the same whichever way round the ring runs and wherever it begins', () => {
    const point = fc.tuple(fc.integer({ min: -1, max: 5 }), fc.integer({ min: -1, max: 5 }));
    const turn = fc.integer({ min: 0, max: dent.length - 2 });
    fc.assert(
      fc.property(point, turn, (position, shift) => {
        const open = dent.slice(1);
        const turned = [...open.slice(shift), ...open.slice(0, shift)];
        const closed = [...turned, ...turned.slice(0, 1)];
        const inside = isInRing(dent, position);
        expect(isInRing(closed, position)).toBe(inside);
        expect(isInRing(closed.toReversed(), position)).toBe(inside);
      }),
    );
  });
});

describe('aimedAt', () => {
  test('means no endpoint without coordinates by a shape, but does by every other word', () => {
    const places = [at(1, null, null), at(2, 111, 40)];
    const circles = [{ centre: [111, 40] as Position, radiusM: 10 }];
    const ids = (aim: Parameters<typeof aimedAt>[0]) => aimedAt(aim, places, new Map()).map(({ id }) => id);
    expect(ids({ circles })).toEqual([2]);
    expect(ids({ circles, endpointIds: [1] })).toEqual([1, 2]);
    expect(ids({ all: true })).toEqual([1, 2]);
    expect(ids({ all: true, kinds: ['screen'] })).toEqual([]);
  });
});
