import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { apiRoutes } from '../../src/base/api-routes.ts';
import { readConfig } from '../../src/config.ts';
import { requestLimits } from '../../src/http/request-limits.ts';
import { stubApp } from './stub-app.ts';

const RATES = { player: 2, media: 3, account: 2, address: 2 };
const OK = z.object({});

async function ask(as: string | null, path: string, method = 'GET') {
  const room = apiRoutes();
  for (const at of [
    '/api/player/v1/keys',
    `/api/player/v1/media/:sha256`,
    '/api/people',
    '/api/session/methods',
  ])
    room.get(at, (c) => c.json(OK.parse({})));
  const { app } = await stubApp({
    rooms: [room],
    limits: requestLimits(RATES, () => 0),
    addressOf: (c) => c.req.header('x-test-address') ?? 'here',
  });
  return async (address = 'here') => {
    const headers = { 'x-test-address': address, ...(as !== null && { authorization: `Bearer ${as}` }) };
    const answer = await app.request(path, { method, headers });
    const { code } = (await answer.json()) as { code?: string };
    return [answer.status, code, answer.headers.get('retry-after')] as const;
  };
}

describe('requestLimits', () => {
  test.each([
    ['a player', 'box', '/api/player/v1/keys', 2],
    ['files of a player', 'box', `/api/player/v1/media/${'a'.repeat(64)}`, 3],
    ['an account', 'viewer', '/api/people', 2],
    ['a stranger', null, '/api/session/methods', 2],
  ] as const)('hold %s to a rate, with the wait in seconds', async (_, as, path, rate) => {
    const once = await ask(as, path);
    for (let n = 0; n < rate; n += 1) expect(await once()).toEqual([200, undefined, null]);
    expect(await once()).toEqual([429, 'request.tooMany', String(60 / rate)]);
  });

  test('count credentials that are not known by address, and no other address with it', async () => {
    const guess = await ask('nobody-knows', '/api/player/v1/keys');
    expect(await guess()).toEqual([401, 'token.unknown', null]);
    await guess();
    expect((await guess())[0]).toBe(429);
    expect((await guess('elsewhere'))[0]).toBe(401);
  });

  test('refuse an address that is over its rate before a key is looked up, and no key that is known behind it', async () => {
    const room = apiRoutes();
    room.get('/api/endpoints', (c) => c.json(OK.parse({})));
    const lookedUp: string[] = [];
    const { app } = await stubApp({
      rooms: [room],
      limits: requestLimits({ ...RATES, account: 9 }, () => 0),
      addressOf: (c) => c.req.header('x-test-address') ?? '2001:db8::1',
      recogniseKey: async (token) => {
        lookedUp.push(token);
        return token === 'bt_known' ? { id: 7, name: 'K', scopes: ['fleet.read'], remit: null } : null;
      },
    });
    const show = async (token: string, address = '2001:db8::1') => {
      const headers = { authorization: `Bearer ${token}`, 'x-test-address': address };
      return (await app.request('/api/endpoints', { headers })).status;
    };
    // A key that is known costs the address nothing.
    for (let n = 0; n < 3; n += 1) expect(await show('bt_known')).toBe(200);
    // One of the same network guesses from many addresses.
    for (let n = 0; n < RATES.address; n += 1) expect(await show(`bt_${n}`, `2001:db8::a${n}`)).toBe(401);
    const before = lookedUp.length;
    expect([await show('bt_x'), await show('bt_y', '2001:db8::b')]).toEqual([429, 429]);
    expect(lookedUp.length).toBe(before);
    expect(await Promise.all([show('bt_known'), show('bt_known')])).toEqual([200, 200]);
    expect(await show('bt_x', '2001:db8:0:1::1')).toBe(401);
  });

  test('follow RATE_LIMITS, which may name some, or none by off', () => {
    expect(readConfig({}).rates?.player).toBe(600);
    expect(readConfig({ RATE_LIMITS: 'player=90' }).rates).toMatchObject({ player: 90, media: 12_000 });
    expect(readConfig({ RATE_LIMITS: 'off' }).rates).toBeUndefined();
    for (const wrong of ['player', 'player=0', 'players=5', 'player=1=2'])
      expect(() => readConfig({ RATE_LIMITS: wrong })).toThrow('RATE_LIMITS');
  });
});
