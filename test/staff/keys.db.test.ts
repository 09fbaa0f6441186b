import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiKeys } from '../../src/db/staff-tables.ts';
import { capXml } from '../override/an-alert.ts';
import { type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';

let now = Date.parse('2027-02-05T10:00:30+08:00');
let running: TestServer;
let boss: Desk;

beforeAll(async () => {
  running = await testServer(() => now);
  boss = await deskOf(running, 'administrator');
});
afterAll(async () => {
  expect(running.troubles).toEqual([]);
  await running.stop();
});

async function make(scopes: readonly string[], expiresAt: string | null = null) {
  const made = await boss.ask('POST', '/api/keys', { name: `for ${scopes.join()}`, scopes, expiresAt });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as { id: number; key: string };
}
const byKey = (key: string, path: string, init: Parameters<typeof send>[1] = {}) =>
  send(running.url + path, { token: key, ...init });

describe('a key of another program', () => {
  test('sends a CAP alert, which is written down under the name of the key', async () => {
    const { id, key } = await make(['alerts.send']);
    const taken = await byKey(key, '/api/alerts/cap', {
      method: 'POST',
      body: capXml({ identifier: 'by-key' }),
      headers: { 'content-type': 'application/xml' },
    });
    expect(taken.status, JSON.stringify(taken.body)).toBe(200);
    const { body } = await boss.ask('GET', '/api/audit?limit=20');
    const actors = body.entries.map(({ actor }: { actor: string }) => actor);
    expect(actors).toContain(`key ${id}`);
    const { body: people } = await boss.ask('GET', '/api/people');
    const named = { id: `key ${id}`, name: 'for alerts.send', role: null };
    expect(people.people).toContainEqual(named);
    const { body: some } = await boss.ask('GET', `/api/people?ids=nobody,key%20${id}`);
    expect(some.people).toEqual([named]);
  });

  test('opens what one of its scopes names, and tells what it lacks for the rest', async () => {
    const { key } = await make(['reports.read', 'fleet.read']);
    expect((await byKey(key, '/api/endpoints')).status).toBe(200);
    expect((await byKey(key, '/api/reports/totals')).status).toBe(200);
    const refused = await byKey(key, '/api/staff', { headers: { 'accept-language': 'en' } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'scope.insufficient' } });
    expect(refused.body.detail).toContain('reports.read, fleet.read');
  });

  test('is told once and kept as a hash alone', async () => {
    const { id, key } = await make(['fleet.read']);
    expect(key).toMatch(/^bt_[\w-]{43}$/);
    const stored = JSON.stringify(await running.database.db.select().from(apiKeys));
    expect(stored).not.toContain(key.slice(3));
    const { body } = await boss.ask('GET', '/api/keys');
    expect(JSON.stringify(body)).not.toContain(key);
    expect(body.keys.find((one: { id: number }) => one.id === id).begins).toBe(key.slice(0, 9));
  });

  test('is refused after its expiry', async () => {
    const { key } = await make(['fleet.read'], new Date(now + 60_000).toISOString());
    expect((await byKey(key, '/api/endpoints')).status).toBe(200);
    now += 60_000;
    expect(await byKey(key, '/api/endpoints')).toMatchObject({
      status: 401,
      body: { code: 'token.unknown' },
    });
  });

  test('is refused from its revocation on, which is written down and cannot be repeated', async () => {
    const { id, key } = await make(['fleet.read']);
    expect((await boss.ask('DELETE', `/api/keys/${id}`)).status).toBe(204);
    expect((await byKey(key, '/api/endpoints')).status).toBe(401);
    expect((await boss.ask('DELETE', `/api/keys/${id}`)).body.code).toBe('key.unknown');
    const { body } = await boss.ask('GET', '/api/audit?limit=1');
    expect(body.entries[0]).toMatchObject({ action: 'key.revoke', subject: `key ${id}` });
  });

  test('shows when it was last used, to the minute', async () => {
    const { id, key } = await make(['fleet.read']);
    const used = async () =>
      (await boss.ask('GET', '/api/keys')).body.keys.find((one: { id: number }) => one.id === id).lastUsedAt;
    expect(await used()).toBeNull();
    await byKey(key, '/api/endpoints');
    const first = new Date(now).toISOString();
    expect(await used()).toBe(first);
    now += 30_000;
    await byKey(key, '/api/endpoints');
    expect(await used()).toBe(first);
    now += 31_000;
    await byKey(key, '/api/endpoints');
    expect(await used()).toBe(new Date(now).toISOString());
  });

  test('with another last character, or none of its own, is nobody', async () => {
    const { key } = await make(['fleet.read']);
    for (const wrong of [`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, 'bt_', 'bt_x']) {
      expect((await byKey(wrong, '/api/endpoints')).status, wrong).toBe(401);
    }
  });
});
