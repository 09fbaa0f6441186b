import { describe, expect, test } from 'vitest';
import { pageAt, pageOf } from '../../src/console/pages.ts';

describe('pageAt', () => {
  test('finds the page of an address, a word before what stands for anything', () => {
    expect(pageAt('/')).toBe(pageOf('/'));
    expect(pageAt('')).toBe(pageOf('/'));
    expect(pageAt('/reports/shortfalls')).toBe(pageOf('/reports/shortfalls'));
    expect(pageAt('/bookings/new')).toBe(pageOf('/bookings/new'));
    expect(pageAt('/bookings/12')).toBe(pageOf('/bookings/$bookingId'));
    expect(pageAt('/reports/issued/7/')).toBe(pageOf('/reports/issued/$number'));
  });

  test('finds none where there is none', () => {
    expect(pageAt('/bookings/12/more')).toBeNull();
    expect(pageAt('/nowhere')).toBeNull();
  });
});
