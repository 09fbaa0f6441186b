import { expect, test } from 'vitest';
import { barOf, datesOf, draggedDates, stepped } from '../../src/console/calendar.ts';
import { startingEndpoint } from '../../src/console/calendar-start.ts';

test('a calendar shows the whole week from Monday, or the whole month, that holds its date', () => {
  expect(datesOf('week', '2027-01-03')).toEqual(datesOf('week', '2026-12-28'));
  expect(datesOf('week', '2027-01-03').at(0)).toBe('2026-12-28');
  expect(datesOf('month', '2028-02-29')).toHaveLength(29);
  expect(stepped('month', '2027-01-31', 1)).toBe('2027-02-01');
  expect(stepped('month', '2027-03-31', -1)).toBe('2027-02-28');
  expect(stepped('week', '2027-01-03', 1)).toBe('2027-01-10');
});

test('a bar ends where the calendar does, and says that the booking goes on', () => {
  const dates = datesOf('week', '2027-01-06');
  const bar = barOf({ fromDate: '2026-12-01', toDate: '2027-01-05' }, dates);
  expect(bar).toEqual({ first: 0, last: 1, goesBefore: true, goesAfter: false });
  expect(barOf({ fromDate: '2027-01-11', toDate: '2027-01-12' }, dates)).toBeNull();
});

test('an end that is dragged past the other stops on its day', () => {
  const dates = { fromDate: '2027-01-05', toDate: '2027-01-08' };
  expect(draggedDates(dates, 'whole', -7)).toEqual({ fromDate: '2026-12-29', toDate: '2027-01-01' });
  expect(draggedDates(dates, 'from', 9)).toEqual({ fromDate: '2027-01-08', toDate: '2027-01-08' });
  expect(draggedDates(dates, 'to', -9)).toEqual({ fromDate: '2027-01-05', toDate: '2027-01-05' });
});

test('a calendar opens with the endpoint looked at last, else one on the air, else the first there is', () => {
  expect(startingEndpoint([3, 4, 5], 5, [4])).toBe(5);
  expect(startingEndpoint([3, 4, 5], 9, [9, 4])).toBe(4);
  expect(startingEndpoint([3, 4, 5], null, [])).toBe(3);
  expect(startingEndpoint([], 5, [5])).toBeNull();
});
