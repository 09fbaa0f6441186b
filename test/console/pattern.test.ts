import { describe, expect, test } from 'vitest';
import { patternFor } from '../../src/console/pattern.ts';

const PATTERNS = ['/', '/bookings/$bookingId', '/bookings/new', '/reports/issued/$number'];

describe('patternFor', () => {
  test.each([
    ['/', '/'],
    ['', '/'],
    ['/bookings/new', '/bookings/new'],
    ['/bookings/12', '/bookings/$bookingId'],
    ['/reports/issued/7/', '/reports/issued/$number'],
    ['/bookings/12/more', null],
    ['/nowhere', null],
  ])('the address %j fits the pattern %j, a word before what stands for anything', (path, pattern) => {
    expect(patternFor(path, PATTERNS)).toBe(pattern);
  });
});
