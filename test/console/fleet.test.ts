import { describe, expect, test } from 'vitest';
import { fleetRows, isMeant, type Place } from '../../src/console/fleet.ts';

describe('fleetRows', () => {
  test('gives every endpoint its state in the order of the fleet, and one that no state names has no player', () => {
    const places = [5, 3, 9, 7].map((id) => ({ id })) as unknown as Place[];
    const rows = fleetRows(places, { playing: [3], closed: [5], silent: [9], unpaired: [7] });
    expect(rows.map(({ endpoint, state }) => [endpoint.id, state])).toEqual([
      [5, 'closed'],
      [3, 'playing'],
      [9, 'silent'],
      [7, 'unpaired'],
    ]);
    const added = fleetRows(places, { playing: [], closed: [], silent: [], unpaired: [] });
    expect(added.map(({ state }) => state)).toEqual(places.map(() => 'unpaired'));
  });
});

describe('isMeant', () => {
  const endpoint = {
    code: 'DS-007',
    name: '电梯 7',
    area: '罕台镇',
    areaId: 3,
    owner: '',
    tags: ['lift'],
    kind: 'tv',
  };
  const row = { endpoint, state: 'silent' } as unknown as Parameters<typeof isMeant>[0];

  test('wants every word somewhere in code, name, area, owner or tags, in any case', () => {
    expect(isMeant(row, { q: 'ds-007 LIFT' })).toBe(true);
    expect(isMeant(row, { q: '罕台 plaza' })).toBe(false);
  });

  test('joins text, kind, state and area by and', () => {
    expect(isMeant(row, { kind: 'tv', state: 'silent', area: 3 })).toBe(true);
    expect(isMeant(row, { kind: 'tv', state: 'playing' })).toBe(false);
    expect(isMeant(row, { area: 4 })).toBe(false);
  });
});
