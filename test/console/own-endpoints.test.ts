import { describe, expect, test } from 'vitest';
import { keptToOwn } from '../../src/console/own-endpoints.ts';

const ENDPOINTS = [
  { id: 1, areaId: 5, kind: 'tv', tags: [] },
  { id: 2, areaId: 6, kind: 'screen', tags: [] },
];

describe('keptToOwn', () => {
  test('leaves the choice of who is for all endpoints as it is', () => {
    expect(keptToOwn({}, null, ENDPOINTS)).toEqual({});
  });
  test('keeps a choice to the areas of who is for some, so that new endpoints of them follow', () => {
    const remit = { areaIds: [5, 6], owners: null };
    expect(keptToOwn({ kinds: ['tv'] }, remit, ENDPOINTS)).toEqual({ kinds: ['tv'], areaIds: [5, 6] });
    expect(keptToOwn({ areaIds: [6, 7] }, remit, ENDPOINTS)).toEqual({ areaIds: [6] });
  });
  test('names the endpoints one by one for who is for some owners', () => {
    const remit = { areaIds: null, owners: ['x'] };
    expect(keptToOwn({ kinds: ['tv'] }, remit, ENDPOINTS)).toEqual({ endpointIds: [1] });
  });
});
