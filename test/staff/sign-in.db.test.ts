import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { composeStaff } from '../../src/compose-staff.ts';
import { staff, staffCredentials, staffSessions } from '../../src/db/staff-tables.ts';
import type { App } from '../../src/http/app.ts';
import { type SignInStore, signInStore } from '../../src/staff/sign-in-store.ts';
import type { StaffFlow } from '../../src/staff/staff-flow.ts';
import { stubApp } from '../http/stub-app.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const BASE_URL = 'http://signs.test';
const SECRET = 'Q7pZk2vLx9Rt4Wm8Yc1Nb6Hd3Jf5Gs0A';

let database: TestDatabase;
let accounts: SignInStore;
let flow: StaffFlow;
let app: App;
let first: { username: string; password: string };
let administrator: { username: string; password: string };
let now = Date.now(); // the library has its own clock, which is the real one
let address = '10.0.0.1';

beforeAll(async () => {
  database = await testDatabase();
  accounts = signInStore(database.db, { baseUrl: BASE_URL, secret: SECRET });
  const composed = composeStaff({
    ...{ db: database.db, publicUrl: BASE_URL, secret: SECRET, now: () => now },
    addressOf: () => address,
  });
  flow = composed.people;
  ({ app } = await stubApp({
    rooms: composed.rooms,
    recogniseStaff: composed.recognise,
    baseUrl: BASE_URL,
  }));
  const made = await flow.ensureAdministrator();
  if (!made) throw new Error('no administrator was made in an empty database');
  first = made;
  administrator = await flow.renewPassword('system', made.username, 'lasts');
});
afterAll(() => database.close());
beforeEach(() => {
  now += 1_000_000; // 16 minutes and more: failures of one test are not held against the next
});

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.request(`${BASE_URL}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', host: 'signs.test', ...headers },
  });

async function signIn(username: string, password: string) {
  const answer = await call('POST', '/api/session', { username, password });
  const body = (await answer.json()) as { token: string; role: string; code: string };
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('beacon.session_token=')) ?? '';
  return { status: answer.status, body, cookie, sent: cookie.split(';')[0] ?? '', headers: answer.headers };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function addPerson(username: string, role: string, password?: string) {
  const { body } = await signIn(administrator.username, administrator.password);
  const answer = await call(
    'POST',
    '/api/staff',
    { username, name: 'N', role, password },
    bearer(body.token),
  );
  return {
    status: answer.status,
    body: (await answer.json()) as { oneTimePassword: string | null; code: string },
  };
}

describe('ensureAdministrator', () => {
  test('makes one administrator in an empty database and none ever after', async () => {
    expect(first.password).toMatch(/^([a-z0-9]{4}-?){4}$/);
    expect(await Promise.all([flow.ensureAdministrator(), flow.ensureAdministrator('other')])).toEqual([
      null,
      null,
    ]);
    expect(await accounts.countOf('administrator')).toBe(1);
  });
});

describe('ensureSampleStaff', () => {
  test('makes an editor and another person as reviewer, and finds the same two again', async () => {
    const first = await flow.ensureSampleStaff();
    expect(first.editorId).not.toBe(first.reviewerId);
    expect(await flow.ensureSampleStaff()).toEqual(first);
  });
});

describe('POST /api/session', () => {
  test('signs in by username in any spelling, with an HttpOnly cookie for browsers', async () => {
    const { status, body, cookie, sent } = await signIn('ADMIN', administrator.password);
    expect(status).toBe(200);
    expect(body.role).toBe('administrator');
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
    const me = await call('GET', '/api/session', undefined, { cookie: sent });
    expect(await me.json()).toMatchObject({ role: 'administrator' });
  });

  test('gives a bearer token for programs that serves as the cookie does', async () => {
    const { body } = await signIn(administrator.username, administrator.password);
    const answer = await call('GET', '/api/staff', undefined, bearer(body.token));
    expect(answer.status).toBe(200);
  });

  test('marks the cookie Secure where the server is reached by https', async () => {
    const secure = signInStore(database.db, { baseUrl: 'https://signs.test', secret: SECRET });
    const from = { address, userAgent: 'test' };
    const signedIn = await secure.signIn(administrator, from);
    if (signedIn === null || typeof signedIn === 'string') throw new Error('the sign-in failed');
    expect(signedIn.cookies.join()).toMatch(/__Secure-beacon\.session_token=.*Secure/);
  });

  test('says the same to a wrong password and to an unknown account', async () => {
    const wrong = await signIn(administrator.username, 'not the password');
    const unknown = await signIn('nobody.here', 'not the password');
    for (const { status, body } of [wrong, unknown]) {
      expect(status).toBe(401);
      expect(body.code).toBe('session.badCredentials');
    }
    expect({ ...wrong.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });

  test('stops guessing at one account from one address after five failures, right password or not', async () => {
    const { body } = await addPerson('guessed', 'viewer');
    address = '10.0.0.2';
    for (let i = 0; i < 5; i += 1) expect((await signIn('guessed', `guess number ${i}`)).status).toBe(401);
    const stopped = await signIn('Guessed', body.oneTimePassword ?? '');
    expect(stopped.status).toBe(429);
    expect(Number(stopped.headers.get('retry-after'))).toBe(900);
    address = '10.0.0.1';
    expect((await signIn('guessed', body.oneTimePassword ?? '')).status).toBe(200);
    address = '10.0.0.2';
    now += 900_000;
    expect((await signIn('guessed', body.oneTimePassword ?? '')).status).toBe(200);
    address = '10.0.0.1';
  });

  test('counts parallel guesses before it looks at their passwords', async () => {
    address = '10.0.0.3';
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => signIn('admin', `parallel guess ${i}`)),
    );
    address = '10.0.0.1';
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
  });
});

describe('sessions', () => {
  test('are worth nothing without the signature, so that a copy of the database lets nobody in', async () => {
    await signIn(administrator.username, administrator.password);
    const [row] = await database.db.select().from(staffSessions).limit(1);
    const raw = row?.token ?? '';
    expect(raw.length).toBeGreaterThan(20);
    expect((await call('GET', '/api/session', undefined, bearer(raw))).status).toBe(401);
    expect(
      (await call('GET', '/api/session', undefined, { cookie: `beacon.session_token=${raw}` })).status,
    ).toBe(401);
  });

  test('signed with another secret are refused', async () => {
    const forged = signInStore(database.db, { baseUrl: BASE_URL, secret: `${SECRET}-other` });
    const signedIn = await forged.signIn(administrator, { address, userAgent: '' });
    if (signedIn === null || typeof signedIn === 'string') throw new Error('the forged sign-in failed');
    expect((await call('GET', '/api/session', undefined, bearer(signedIn.token))).status).toBe(401);
  });

  test('end at once with DELETE /api/session', async () => {
    const { body, sent } = await signIn(administrator.username, administrator.password);
    const out = await call('DELETE', '/api/session', undefined, { cookie: sent });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie().join()).toMatch(/beacon\.session_token=; Max-Age=0/);
    expect((await call('GET', '/api/session', undefined, bearer(body.token))).status).toBe(401);
  });

  test('end for everybody else when the password is changed', async () => {
    const { body: made } = await addPerson('changer', 'editor');
    const current = made.oneTimePassword ?? '';
    const [one, other] = [await signIn('changer', current), await signIn('changer', current)];
    const next = '新的密码 is long enough';
    const wrong = await call(
      'PUT',
      '/api/session/password',
      { current: 'wrong one', next },
      bearer(one.body.token),
    );
    expect(wrong.status).toBe(401);
    const done = await call('PUT', '/api/session/password', { current, next }, bearer(one.body.token));
    expect(done.status).toBe(204);
    expect((await call('GET', '/api/session', undefined, bearer(other.body.token))).status).toBe(401);
    expect((await signIn('changer', current)).status).toBe(401);
    expect((await signIn('changer', next)).status).toBe(200);
  });

  test('of a banned account are refused to begin', async () => {
    const { body } = await addPerson('banned.one', 'viewer');
    await database.db.update(staff).set({ banned: true }).where(eq(staff.username, 'banned.one'));
    expect((await signIn('banned.one', body.oneTimePassword ?? '')).status).toBe(401);
  });
});

describe('POST /api/staff', () => {
  test('makes an account with a one-time password, told once and stored as a hash alone', async () => {
    const { status, body } = await addPerson('张三', 'reviewer');
    expect(status).toBe(201);
    const signedIn = await signIn('张三', body.oneTimePassword ?? '');
    expect(signedIn.body.role).toBe('reviewer');
    const stored = await database.db.select().from(staffCredentials);
    expect(JSON.stringify(stored)).not.toContain(body.oneTimePassword);
  });

  test('takes a given password of twelve characters or more and does not repeat it', async () => {
    expect((await addPerson('short.one', 'viewer', 'elevenchars')).status).toBe(422);
    const { status, body } = await addPerson('given.one', 'viewer', 'twelve chars');
    expect(status).toBe(201);
    expect(body.oneTimePassword).toBeNull();
  });

  test('refuses a name that is taken in any spelling, and leaves nothing behind', async () => {
    await addPerson('twice', 'viewer');
    const before = await flow.listStaff();
    const { status, body } = await addPerson('TWICE', 'administrator');
    expect(status).toBe(409);
    expect(body.code).toBe('staff.usernameTaken');
    expect(await flow.listStaff()).toEqual(before);
  });

  test('is refused to everybody but administrators', async () => {
    await addPerson('mere.editor', 'editor', 'the password of mere');
    const { body: session } = await signIn('mere.editor', 'the password of mere');
    const answer = await call(
      'POST',
      '/api/staff',
      { username: 'x1', name: 'X', role: 'administrator' },
      bearer(session.token),
    );
    expect(await answer.json()).toMatchObject({ status: 403, code: 'role.insufficient' });
  });
});

describe('POST /api/staff/{username}/password', () => {
  test('replaces the password and ends every session of that account', async () => {
    const { body: made } = await addPerson('forgetful', 'viewer');
    const old = await signIn('forgetful', made.oneTimePassword ?? '');
    const { body } = await signIn(administrator.username, administrator.password);
    const answer = await call('POST', '/api/staff/Forgetful/password', undefined, bearer(body.token));
    const { oneTimePassword } = (await answer.json()) as { oneTimePassword: string };
    expect((await call('GET', '/api/session', undefined, bearer(old.body.token))).status).toBe(401);
    expect((await signIn('forgetful', made.oneTimePassword ?? '')).status).toBe(401);
    expect((await signIn('forgetful', oneTimePassword)).status).toBe(200);
  });

  test('refuses an account that does not exist', async () => {
    await expect(flow.renewPassword('system', 'nobody')).rejects.toMatchObject({ code: 'staff.unknown' });
  });
});

describe('forgetExpired', () => {
  test('removes the sessions that have ended and no others', async () => {
    const { body } = await addPerson('two.sessions', 'viewer');
    const [ended, running] = [
      await signIn('two.sessions', body.oneTimePassword ?? ''),
      await signIn('two.sessions', body.oneTimePassword ?? ''),
    ];
    const endedToken = ended.body.token.split('.')[0] ?? '';
    await database.db
      .update(staffSessions)
      .set({ expiresAt: new Date(now - 1) })
      .where(eq(staffSessions.token, endedToken));
    expect(await flow.forgetExpired()).toBe(1);
    expect((await call('GET', '/api/session', undefined, bearer(running.body.token))).status).toBe(200);
  });
});

describe('GET /api/audit', () => {
  test('tells who made which account, in a chain that is intact', async () => {
    await addPerson('audited.one', 'operator');
    const { body } = await signIn(administrator.username, administrator.password);
    const log = await call('GET', '/api/audit?limit=1', undefined, bearer(body.token));
    expect(await log.json()).toMatchObject({
      entries: [{ action: 'staff.add', detail: { username: 'audited.one', role: 'operator' } }],
    });
    const verdict = await call('GET', '/api/audit/verdict', undefined, bearer(body.token));
    expect(await verdict.json()).toMatchObject({ intact: true });
  });
});

describe('the library', () => {
  test('has none of its own routes open', async () => {
    for (const path of [
      '/api/auth/sign-up/email',
      '/api/auth/sign-in/username',
      '/api/auth/admin/create-user',
    ]) {
      expect((await call('POST', path, {})).status, path).toBe(404);
    }
  });
});
