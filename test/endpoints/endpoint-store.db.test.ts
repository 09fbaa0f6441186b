import { readFileSync } from 'node:fs';
import { count, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { areas, endpoints } from '../../src/db/endpoint-tables.ts';
import { auditLog } from '../../src/db/staff-tables.ts';
import { endpointDraftSchema } from '../../src/endpoints/endpoint.ts';
import { endpointStore } from '../../src/endpoints/endpoint-store.ts';
import { readFleetCsv } from '../../src/endpoints/fleet-csv.ts';
import { audit } from '../../src/staff/audit-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const NOW = Date.parse('2027-02-05T02:00:00Z');
const sample = readFileSync('media/samples/fleet.csv', 'utf8');
const fleetOf = (text: string) => readFleetCsv(new TextEncoder().encode(text));
let database: TestDatabase;
let rung: string[] = [];

function store() {
  return endpointStore({ database, audit, now: () => NOW });
}

beforeAll(async () => {
  database = await testDatabase();
  database.bell.listen('endpoints', (payload) => rung.push(payload));
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.delete(endpoints);
  await database.db.delete(areas);
  rung = [];
});

describe('EndpointStore.importFleet', () => {
  test('takes in the sample fleet with its areas, and changes nothing the second time', async () => {
    const first = await store().importFleet(fleetOf(sample), 'someone');
    expect(first).toEqual({ created: 138, updated: 0, unchanged: 0, failed: [] });
    const before = await database.db.select().from(endpoints);
    const [entries] = await database.db.select({ n: count() }).from(auditLog);
    const second = await store().importFleet(fleetOf(sample), 'someone');
    expect(second).toEqual({ created: 0, updated: 0, unchanged: 138, failed: [] });
    expect(await database.db.select().from(endpoints)).toEqual(before);
    expect(await database.db.select({ n: count() }).from(auditLog)).toEqual([entries]);
    expect(await store().areas()).toHaveLength(15);
    expect((await store().areas()).reduce((sum, area) => sum + area.endpoints, 0)).toBe(138);
  });

  test('changes the rows that differ, keeps their ids and leaves alone what the file does not name', async () => {
    await store().importFleet(fleetOf(sample), 'someone');
    const [before] = await store().list();
    const lines = sample.split('\n');
    const changed = [lines[0], lines[1]?.replace('07:00-22:00', '07:00-23:00')].join('\n');
    const report = await store().importFleet(fleetOf(changed), 'someone');
    expect(report).toMatchObject({ created: 0, updated: 1, unchanged: 0 });
    const after = await store().list();
    expect(after).toHaveLength(138);
    expect(after[0]).toMatchObject({ id: before?.id, code: 'DS-001', openingHours: 'Mo-Su 07:00-23:00' });
  });

  test('takes the good rows in and reports the bad ones', async () => {
    const [header, one, two, three] = sample.split('\n');
    const broken = [header, one, two?.replace('Asia/Shanghai', 'Mars/Olympus'), three].join('\n');
    const report = await store().importFleet(fleetOf(broken), 'someone');
    expect(report).toMatchObject({ created: 2, failed: [{ line: 3, id: 'DS-002' }] });
    expect((await store().list()).map(({ code }) => code)).toEqual(['DS-001', 'DS-003']);
  });

  test('gives the same result when two imports of one file run at once', async () => {
    const reports = await Promise.all([
      store().importFleet(fleetOf(sample), 'a'),
      store().importFleet(fleetOf(sample), 'b'),
    ]);
    expect(reports.map(({ created }) => created).sort((a, b) => a - b)).toEqual([0, 138]);
  });

  test('rings the bell once when something changed and not otherwise', async () => {
    const heard = new Promise<void>((resolve) => {
      const stop = database.bell.listen('endpoints', (payload) => {
        if (payload === 'last') resolve(stop());
      });
    });
    await store().importFleet(fleetOf(sample), 'someone');
    await store().importFleet(fleetOf(sample), 'someone');
    await database.bell.ring('endpoints', 'last');
    await heard;
    expect(rung).toEqual(['import', 'last']);
  });
});

describe('EndpointStore.create', () => {
  const draft = endpointDraftSchema.parse({
    code: 'X-1',
    name: '测试',
    kind: 'tv',
    area: '新街道',
    timeZone: 'Asia/Shanghai',
    openingHours: '24/7',
  });

  test('adds an endpoint with a new area and writes who did it', async () => {
    const made = await store().create(draft, 'zhang');
    expect(made).toMatchObject({
      code: 'X-1',
      area: '新街道',
      openingHours: 'Mo-Su 00:00-24:00',
      player: null,
    });
    const [entry] = await database.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.subject, `endpoint ${made.id}`));
    expect(entry).toMatchObject({ actor: 'zhang', action: 'endpoint.create' });
  });

  test('refuses a code that is in use with endpoint.nameTaken', async () => {
    await store().create(draft, 'zhang');
    await expect(store().create(draft, 'zhang')).rejects.toMatchObject({ code: 'endpoint.nameTaken' });
  });
});

describe('EndpointStore.get', () => {
  test('refuses an id that nobody has with endpoint.unknown', async () => {
    await expect(store().get(987_654)).rejects.toMatchObject({ code: 'endpoint.unknown' });
  });
});
