import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit, listAudit } from '../../src/staff/audit-store.ts';
import { vouchedEntrance } from '../../src/staff/outside-account-store.ts';
import { OWN_PASSWORD, type StaffDesk, staffDesk } from './staff-desk.ts';

let desk: StaffDesk;
beforeAll(async () => {
  desk = await staffDesk();
});
afterAll(() => desk?.database.close());

describe('a person whom a provider vouches for', () => {
  test('stays an administrator while there is no other, whatever the provider says, and not longer', async () => {
    const { db } = desk.database;
    const settings = { baseUrl: 'http://signs.test', secret: OWN_PASSWORD.repeat(2) };
    const enter = vouchedEntrance(db, settings, audit, Date.now);
    const person = { issuer: 'https://id.test', subject: 's1', name: '王', username: 'wang' } as const;
    const from = { address: '10.0.0.1', userAgent: 'test' };
    const roleNow = async () => (await desk.people.listStaff()).find(({ name }) => name === '王')?.role;
    await enter({ ...person, role: 'administrator' }, from);
    expect(await enter({ ...person, role: 'viewer' }, from)).not.toBeNull();
    expect(await roleNow()).toBe('administrator');
    const entries = await listAudit(db, { limit: 5 });
    expect(entries.map(({ action }) => action)).toContain('staff.keepAdministrator');
    await desk.add('boss', 'administrator');
    await enter({ ...person, role: 'viewer' }, from);
    expect(await roleNow()).toBe('viewer');
  });
});
