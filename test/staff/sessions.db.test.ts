import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWN_PASSWORD, type StaffDesk, staffDesk } from './staff-desk.ts';

let desk: StaffDesk;
let boss: Record<string, string>;

beforeAll(async () => {
  desk = await staffDesk();
  await desk.add('boss', 'administrator');
  boss = await desk.signedIn('boss');
});
afterAll(() => desk?.database.close());

const at = (address: string, agent: string) => ({ 'x-test-address': address, 'user-agent': agent });
const audited = async () => (await desk.ask('GET', '/api/audit?limit=3', undefined, boss)).body.entries;

describe('GET /api/sessions', () => {
  test('tells where the own account is signed in, and which of them asks', async () => {
    await desk.add('two.places', 'viewer');
    await desk.signedIn('two.places', { headers: at('10.1.1.1', 'Old phone') });
    const here = await desk.signedIn('two.places', { headers: at('10.1.1.2', 'Desk') });
    const { body } = await desk.ask('GET', '/api/sessions', undefined, here);
    expect(body.sessions).toMatchObject([
      { isCurrent: true, address: '10.1.1.2', userAgent: 'Desk' },
      { isCurrent: false, address: '10.1.1.1', userAgent: 'Old phone' },
    ]);
    expect(JSON.stringify(body)).not.toContain(here.authorization?.slice(7, 20));
  });

  test('still tells device and address of the session after its password was changed', async () => {
    await desk.add('kept.place', 'viewer');
    const from = at('10.1.1.3', 'Desk');
    const before = await desk.signedIn('kept.place', { headers: from });
    const change = { current: OWN_PASSWORD, next: 'another password of tests' };
    const done = await desk.ask('PUT', '/api/session/password', change, { ...before, ...from });
    const cookie = done.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { body } = await desk.ask('GET', '/api/sessions', undefined, { cookie });
    expect(body.sessions).toMatchObject([{ isCurrent: true, address: '10.1.1.3', userAgent: 'Desk' }]);
  });
});

describe('DELETE /api/sessions/{id}', () => {
  test('ends that sign-in from the next request on, and the audit log says whose and where', async () => {
    const id = await desk.add('ends.one', 'editor');
    const lost = await desk.signedIn('ends.one', { headers: at('10.1.2.1', 'Lost phone') });
    const here = await desk.signedIn('ends.one');
    const { body } = await desk.ask('GET', '/api/sessions', undefined, here);
    const other = body.sessions.find((one: { isCurrent: boolean }) => !one.isCurrent);
    expect((await desk.ask('DELETE', `/api/sessions/${other.id}`, undefined, here)).status).toBe(204);
    expect((await desk.ask('GET', '/api/session', undefined, lost)).status).toBe(401);
    expect((await desk.ask('GET', '/api/session', undefined, here)).status).toBe(200);
    expect((await audited())[0]).toMatchObject({
      ...{ actor: id, action: 'session.end', subject: `staff ${id}` },
      detail: { address: '10.1.2.1', userAgent: 'Lost phone' },
    });
  });

  test('says that there is none where it is of another person', async () => {
    await desk.add('stranger', 'viewer');
    await desk.add('victim', 'viewer');
    const [theirs, own] = [await desk.signedIn('victim'), await desk.signedIn('stranger')];
    const { body } = await desk.ask('GET', '/api/sessions', undefined, theirs);
    const answer = await desk.ask('DELETE', `/api/sessions/${body.sessions[0].id}`, undefined, own);
    expect(answer).toMatchObject({ status: 404, body: { code: 'session.unknown' } });
    expect((await desk.ask('GET', '/api/session', undefined, theirs)).status).toBe(200);
  });
});

describe('DELETE /api/sessions', () => {
  test('ends all sign-ins of the own account but the one that asks, and nobody else’s', async () => {
    await desk.add('ends.others', 'viewer');
    const others = [await desk.signedIn('ends.others'), await desk.signedIn('ends.others')];
    const here = await desk.signedIn('ends.others');
    expect((await desk.ask('DELETE', '/api/sessions', undefined, here)).body).toEqual({ ended: 2 });
    for (const other of others)
      expect((await desk.ask('GET', '/api/session', undefined, other)).status).toBe(401);
    for (const kept of [here, boss])
      expect((await desk.ask('GET', '/api/session', undefined, kept)).status).toBe(200);
  });
});

describe('an administrator', () => {
  test('sees where an account is signed in and ends one sign-in or all of them', async () => {
    const id = await desk.add('watched', 'operator');
    const theirs = [
      await desk.signedIn('watched'),
      await desk.signedIn('watched'),
      await desk.signedIn('watched'),
    ];
    const { body } = await desk.ask('GET', '/api/staff/Watched/sessions', undefined, boss);
    expect(body.sessions).toHaveLength(3);
    const one = `/api/staff/watched/sessions/${body.sessions[0].id}`;
    expect((await desk.ask('DELETE', one, undefined, boss)).status).toBe(204);
    const all = await desk.ask('DELETE', '/api/staff/watched/sessions', undefined, boss);
    expect(all.body).toEqual({ ended: 2 });
    for (const ended of theirs)
      expect((await desk.ask('GET', '/api/session', undefined, ended)).status).toBe(401);
    expect((await audited())[0]).toMatchObject({ action: 'session.endAll', subject: `staff ${id}` });
  });

  test('blocks an account: its sign-ins end and no new one begins until it is let in again', async () => {
    await desk.add('leaver', 'editor');
    const theirs = await desk.signedIn('leaver');
    const block = (isBlocked: boolean) => desk.ask('PATCH', '/api/staff/leaver', { isBlocked }, boss);
    expect((await block(true)).status).toBe(204);
    expect((await desk.ask('GET', '/api/session', undefined, theirs)).status).toBe(401);
    const tries = () => desk.ask('POST', '/api/session', { username: 'leaver', password: OWN_PASSWORD });
    expect((await tries()).body.code).toBe('session.badCredentials');
    expect((await audited())[0]).toMatchObject({ action: 'staff.block', detail: { username: 'leaver' } });
    expect((await block(false)).status).toBe(204);
    expect((await tries()).status).toBe(200);
  });

  test('changes a role, which counts from the next request of that person on', async () => {
    await desk.add('risen', 'viewer');
    const theirs = await desk.signedIn('risen');
    expect((await desk.ask('GET', '/api/audit', undefined, theirs)).status).toBe(403);
    await desk.ask('PATCH', '/api/staff/risen', { role: 'administrator' }, boss);
    expect((await desk.ask('GET', '/api/audit', undefined, theirs)).status).toBe(200);
    await desk.ask('PATCH', '/api/staff/risen', { role: 'viewer' }, boss);
  });

  test('finds accounts by words of username or name, a page at a time', async () => {
    for (const username of ['page.a', 'page.b', 'page.c']) await desk.add(username, 'viewer');
    const found = async (query: string): Promise<string[]> => {
      const { body } = await desk.ask('GET', `/api/staff?${query}`, undefined, boss);
      return body.staff.map(({ username }: { username: string }) => username);
    };
    expect(await found('q=PAGE&limit=2')).toEqual(['page.a', 'page.b']);
    expect(await found('q=page&limit=2&after=page.b')).toEqual(['page.c']);
    // Their names are "page.a name" and so on.
    expect(await found('q=name%20page.b&limit=9')).toEqual(['page.b']);
    expect(await found('q=%25&limit=9')).toEqual([]);
  });

  test('cannot take the last administrator away, by block or by role', async () => {
    for (const change of [{ isBlocked: true }, { role: 'editor' }]) {
      const answer = await desk.ask('PATCH', '/api/staff/boss', change, boss);
      expect(answer).toMatchObject({ status: 409, body: { code: 'staff.lastAdministrator' } });
    }
    expect((await desk.ask('GET', '/api/staff', undefined, boss)).status).toBe(200);
  });
});

describe('a one-time password', () => {
  test('opens nothing but its own change, and everything after it', async () => {
    const made = await desk.ask('POST', '/api/staff', { username: 'fresh', name: 'F', role: 'viewer' }, boss);
    const current: string = made.body.oneTimePassword;
    const fresh = await desk.signedIn('fresh', { password: current });
    expect((await desk.ask('GET', '/api/session', undefined, fresh)).body.mustChangePassword).toBe(true);
    expect((await desk.ask('GET', '/api/people', undefined, fresh)).body.code).toBe(
      'session.oneTimePassword',
    );
    const same = await desk.ask('PUT', '/api/session/password', { current, next: current }, fresh);
    expect(same).toMatchObject({ status: 422, body: { parts: [{ where: 'next' }] } });
    await desk.ask('PUT', '/api/session/password', { current, next: OWN_PASSWORD }, fresh);
    const own = await desk.signedIn('fresh');
    expect((await desk.ask('GET', '/api/people', undefined, own)).status).toBe(200);
  });

  test('made anew by an administrator must be changed again', async () => {
    await desk.add('forgot', 'viewer');
    const renewed = await desk.ask('POST', '/api/staff/forgot/password', undefined, boss);
    const password: string = renewed.body.oneTimePassword;
    const { body } = await desk.ask('POST', '/api/session', { username: 'forgot', password });
    expect(body.mustChangePassword).toBe(true);
  });
});
