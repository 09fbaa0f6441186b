import { expect, test } from 'vitest';
import { oidcRoutes } from '../../src/staff/oidc-routes.ts';
import { roomApp } from '../support/room-app.ts';

const CONFIG = {
  ...{ issuer: 'https://idp.test', clientId: 'c', clientSecret: 's', name: 'idp', roleClaim: 'groups' },
  ...{ roles: [], defaultRole: null },
};
/** Where people said that they want to come back to, as the provider's ticket keeps it. */
const kept: string[] = [];
const { app } = roomApp([
  oidcRoutes({
    oidc: {
      config: CONFIG,
      provider: {
        depart: async (to) => {
          kept.push(to);
          return { url: 'https://idp.test/authorize', ticket: 'ticket' };
        },
        arrive: () => Promise.reject(new Error('not part of this test')),
      },
    },
    enter: () => Promise.reject(new Error('not part of this test')),
    isSecure: false,
    passkeysAt: null,
    addressOf: () => '127.0.0.1',
  }),
]);

test.each([
  'https://evil.test/',
  '//evil.test/',
  '/\\evil.test',
  '\\\\evil.test',
  'javascript:alert(1)',
  '/console@evil.test',
  '/console.evil.test/',
  ' /console/',
  '/console/\r\nlocation: https://evil.test',
  '/api/session',
])('comes back to the console alone, whatever %j was asked for', async (to) => {
  const answer = await app.request(`/api/session/oidc?to=${encodeURIComponent(to)}`);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://idp.test/authorize']);
  expect(kept.at(-1)).toBe('/console/');
});

test('comes back to the place of the console that was asked for', async () => {
  await app.request('/api/session/oidc?to=%2Fconsole%2Fendpoints%2F7%3Fpart%3Dhealth');
  expect(kept.at(-1)).toBe('/console/endpoints/7?part=health');
});
