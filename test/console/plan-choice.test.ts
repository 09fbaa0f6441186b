import { expect, test } from 'vitest';
import { boxBetween, isInside, picked, toggled, toggledArea } from '../../src/console/plan-choice.ts';
import { whyFrom } from '../../src/console/why-context.ts';

const place = (id: number, areaId = 1) => ({ id, areaId, kind: 'tv' as const, tags: [] });
const all = [place(1), place(2), place(3, 2), place(4, 2)];

test('a point is inside a drawn loop as it is inside a box, and outside where the loop is hollow', () => {
  const box = boxBetween({ x: 0, y: 0 }, { x: 10, y: 10 });
  expect(isInside(box, { x: 5, y: 5 })).toBe(true);
  expect(isInside(box, { x: 11, y: 5 })).toBe(false);
  const hook = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 8, y: 10 },
    { x: 8, y: 2 },
    { x: 0, y: 2 },
  ];
  expect(isInside(hook, { x: 4, y: 6 })).toBe(false);
});

test('the first endpoint that is picked from all stands alone, and taking away starts from what is chosen', () => {
  expect(picked({}, all, [2], 'add')).toEqual({ endpointIds: [2] });
  expect(picked({}, all, [2], 'away')).toEqual({ endpointIds: [1, 3, 4] });
  expect(picked({ areaIds: [2] }, all, [1], 'add')).toEqual({ endpointIds: [1, 3, 4] });
  expect(toggled({ endpointIds: [1, 2] }, all, place(2))).toEqual({ endpointIds: [1] });
});

test('a clicked area stays a condition until single endpoints are picked', () => {
  expect(toggledArea({ kinds: ['tv'] }, all, 2)).toEqual({ kinds: ['tv'], areaIds: [2] });
  expect(toggledArea({ areaIds: [2] }, all, 2)).toEqual({});
  expect(toggledArea({ endpointIds: [1] }, all, 2)).toEqual({ endpointIds: [1, 3, 4] });
  expect(toggledArea({ endpointIds: [1, 3, 4] }, all, 2)).toEqual({ endpointIds: [1] });
});

test('why is asked about what the address of the page names', () => {
  const at = '2027-01-20T11:05:00.000Z';
  expect(whyFrom('/console/endpoints/7', { at })).toEqual({ endpoint: 7, at });
  expect(whyFrom('/material/3', {})).toEqual({ asset: 3 });
  expect(whyFrom('/playlists/5', {})).toEqual({ playlist: 5 });
  expect(whyFrom('/bookings/calendar', { endpoint: 2, date: '2027-01-20', hour: 19 })).toEqual({
    endpoint: 2,
    at: '2027-01-20T19:00',
  });
  expect(whyFrom('/playlists/new', {})).toEqual({});
});
