import { expect, test } from 'vitest';
import { returnPlace } from '../../src/console/return-place.ts';

/** What the server lets through as a place to come back to. */
const CONSOLE_PLACE = /^\/console(\/[\w\-./?=&%]*)?$/;

test('a sign-in elsewhere comes back to the page with what its address asks for', () => {
  const place = returnPlace('/console/why', '?endpoint=3&at=2027-02-05T12:00&q=a*b+c~%E7%81%AB');
  expect(place).toMatch(CONSOLE_PLACE);
  const { pathname, searchParams } = new URL(place, 'http://signs.test');
  expect(pathname).toBe('/console/why');
  expect(Object.fromEntries(searchParams)).toEqual({ endpoint: '3', at: '2027-02-05T12:00', q: 'a*b c~火' });
});

test('a refusal of an earlier sign-in does not come along', () => {
  expect(returnPlace('/console/', '?refused=oidc.notAllowed')).toBe('/console/');
  expect(returnPlace('/console/why', '?refused=x&endpoint=3')).toBe('/console/why?endpoint=3');
});

test('where the address is too long, the page alone is come back to', () => {
  expect(returnPlace('/console/material', `?q=${'a'.repeat(500)}`)).toBe('/console/material');
});
