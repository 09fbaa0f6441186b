import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audienceRoutes } from '../../src/audience/audience-routes.ts';
import { audienceStore } from '../../src/audience/audience-store.ts';
import { audit, listAudit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { roomApp } from '../support/room-app.ts';
import { worldOf } from '../support/world.ts';

let database: TestDatabase;
let room: ReturnType<typeof roomApp>;
let plaza: number;

beforeAll(async () => {
  database = await testDatabase();
  const world = worldOf(database);
  plaza = await world.endpoint({ code: 'P', kind: 'screen', placeClass: 'plaza', audiencePerHour: 500 });
  await world.endpoint({ code: 'L', placeClass: 'constructor' });
  room = roomApp([audienceRoutes({ audience: audienceStore({ database, audit, now: Date.now }) })]);
});
afterAll(() => database.close());

async function ask(method: string, path: string, body?: unknown) {
  const isText = typeof body === 'string';
  const answer = await room.app.request(path, {
    method,
    headers: {
      authorization: 'Bearer ann.editor',
      ...(body !== undefined && { 'content-type': isText ? 'text/csv' : 'application/json' }),
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  });
  expect(room.faults).toEqual([]);
  return { status: answer.status, body: await answer.json() };
}

describe('audience models', () => {
  it('begin with the average of each endpoint, as version 0', async () => {
    const { body } = await ask('GET', `/api/endpoints/${plaza}/audience`);
    expect(body).toMatchObject({ basis: 'endpoint', version: 0, openOohId: 302, visitsPerWeek: 4 });
    expect(new Set(body.people)).toEqual(new Set([500]));
    const facts = await ask('GET', '/api/audience');
    expect(facts.body).toMatchObject({
      version: 0,
      population: null,
      versions: [],
      endpoints: { endpoint: 2 },
    });
  });

  it('take the hours of a class of place, labelled as an assumption, and name those without defaults', async () => {
    const { body } = await ask('POST', '/api/audience/assume', {});
    expect(body).toEqual({
      version: 1,
      created: 1,
      updated: 0,
      unchanged: 0,
      withoutDefaults: ['L'],
      counted: 0,
    });
    const made = await ask('GET', `/api/endpoints/${plaza}/audience`);
    expect(made.body).toMatchObject({ basis: 'placeClass', version: 1, placeClass: 'plaza' });
    expect(made.body.source).toMatch(/assumption/i);
    expect((await ask('POST', '/api/audience/assume', {})).body).toMatchObject({ version: 1, unchanged: 1 });
  });

  it('import counts as one version, tell faulty lines, and change nothing for the same file again', async () => {
    const table = 'id,weekday,hour,people_per_hour,source\nP,*,*,120,街道办计数\nL,1,99,1,\n';
    const first = await ask('POST', '/api/audience/import?source=files', table);
    expect(first.body).toMatchObject({ version: 2, created: 0, updated: 1, unchanged: 0 });
    expect(first.body.failed).toEqual([expect.objectContaining({ line: 3, id: 'L' })]);
    const again = await ask('POST', '/api/audience/import?source=files', table);
    expect(again.body).toMatchObject({ version: 2, created: 0, updated: 0, unchanged: 1 });
    const made = await ask('GET', `/api/endpoints/${plaza}/audience`);
    expect(made.body).toMatchObject({ basis: 'counted', version: 2, source: '街道办计数' });
    expect((await ask('POST', '/api/audience/assume', {})).body).toMatchObject({ version: 2, counted: 1 });
    const facts = await ask('GET', '/api/audience');
    expect(facts.body.versions.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
    expect(facts.body.endpoints).toEqual({ counted: 1, placeClass: 0, endpoint: 1 });
  });

  it('carry the population of the district on from version to version, and every step is in the log', async () => {
    const said = { people: 230_000, source: '2020 年人口普查' };
    expect((await ask('PUT', '/api/audience/population', said)).body).toMatchObject({
      version: 3,
      population: 230_000,
    });
    await ask('POST', '/api/audience/import', 'id,weekday,hour,people_per_hour\nL,*,8,7\n');
    expect((await ask('GET', '/api/audience')).body).toMatchObject({ version: 4, population: 230_000 });
    const acts = (await listAudit(database.db, { limit: 10 })).map(({ action }) => action);
    expect(acts).toEqual(
      expect.arrayContaining(['audience.import', 'audience.placeClass', 'audience.population']),
    );
  });

  it('are never changed in place: the database refuses it', async () => {
    await expect(database.sql`update audience_models set dwell_seconds = 1`).rejects.toThrow(/append only/);
    await expect(database.sql`delete from audience_versions`).rejects.toThrow(/append only/);
  });

  it.each([
    ['GET', '/api/endpoints/999999/audience', undefined, 404],
    ['PUT', '/api/audience/population', { people: 0, source: 'x' }, 422],
    ['PUT', '/api/audience/population', { people: 5 }, 422],
    ['POST', '/api/audience/import', 'nothing of the kind', 422],
  ])('answer %s %s with %j by no more than %i', async (method, path, body, status) => {
    expect((await ask(method, path, body)).status).toBe(status);
  });
});
