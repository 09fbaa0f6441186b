import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupRoutes } from '../../src/endpoints/group-routes.ts';
import { groupStore } from '../../src/endpoints/group-store.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('GET /api/groups', () => {
  test('gives pages by name, by a part of it, and one by its id', async () => {
    const { call } = roomApp([groupRoutes({ groups: groupStore({ database, audit, now: Date.now }) })]);
    for (const name of ['Towers', 'Lifts', 'Lobbies', 'Squares'])
      await call('POST', '/api/groups', { name, rule: { kinds: ['screen'] } });
    const namesOf = async (query: string): Promise<string[]> =>
      (await call('GET', `/api/groups${query}`)).body.groups.map(({ name }: { name: string }) => name);
    expect(await namesOf('')).toEqual(['Lifts', 'Lobbies', 'Squares', 'Towers']);
    expect(await namesOf('?limit=2')).toEqual(['Lifts', 'Lobbies']);
    expect(await namesOf('?limit=2&after=Lobbies')).toEqual(['Squares', 'Towers']);
    expect(await namesOf('?limit=9&q=LO')).toEqual(['Lobbies']);
    expect(await namesOf('?ids=1')).toEqual(['Towers']);
  });
});
