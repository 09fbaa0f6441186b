import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { staffSecondFactors } from '../../src/db/staff-tables.ts';
import { codeAt, fromBase32 } from '../support/authenticator.ts';
import { OWN_PASSWORD, type StaffDesk, staffDesk } from './staff-desk.ts';

const ROOM = '/api/session/second-factor';
let desk: StaffDesk;
let boss: Record<string, string>;

beforeAll(async () => {
  desk = await staffDesk();
  await desk.add('boss', 'administrator');
  boss = await desk.signedIn('boss');
});
afterAll(() => desk?.database.close());
beforeEach(() => desk.pass(1_000_000));

/** A person whose authenticator is turned on. */
async function enrolled(username: string) {
  const id = await desk.add(username, 'operator');
  const headers = await desk.signedIn(username);
  const begun = await desk.ask('POST', ROOM, { password: OWN_PASSWORD }, headers);
  const { secret, uri } = begun.body as { secret: string; uri: string };
  // The clock of the library is the real one; the code of the step before is good as well.
  const confirmed = await desk.ask('POST', `${ROOM}/confirm`, { code: codeAt(secret, Date.now()) }, headers);
  const backupCodes: string[] = confirmed.body.backupCodes;
  const cookie = confirmed.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  return { id, secret, uri, backupCodes, cookie };
}

const enter = (username: string, code?: string, headers: Record<string, string> = {}) =>
  desk.ask('POST', '/api/session', { username, password: OWN_PASSWORD, code }, headers);

describe('two-step sign-in', () => {
  test('is asked of roles by an administrator: then nothing else is let in before it is set up', async () => {
    await desk.add('must.set', 'reviewer');
    const headers = await desk.signedIn('must.set');
    const people = () => desk.ask('GET', '/api/people', undefined, headers);
    expect((await people()).status).toBe(200);
    const policy = { secondFactorRoles: ['reviewer'] };
    expect((await desk.ask('PUT', '/api/sign-in-policy', policy, headers)).status).toBe(403);
    expect((await desk.ask('PUT', '/api/sign-in-policy', policy, boss)).status).toBe(204);
    expect((await desk.ask('GET', '/api/sign-in-policy', undefined, boss)).body).toEqual(policy);
    expect(await people()).toMatchObject({ status: 403, body: { code: 'session.secondFactorNeeded' } });
    const me = await desk.ask('GET', '/api/session', undefined, headers);
    expect(me).toMatchObject({ status: 200, body: { mustSetSecondFactor: true } });
    expect((await desk.ask('GET', '/api/people', undefined, boss)).status).toBe(200);
    const { body } = await desk.ask('POST', ROOM, { password: OWN_PASSWORD }, headers);
    const code = codeAt(body.secret, Date.now());
    const confirmed = await desk.ask('POST', `${ROOM}/confirm`, { code }, headers);
    const cookie = confirmed.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    expect((await desk.ask('GET', '/api/people', undefined, { cookie: cookie.join('; ') })).status).toBe(200);
    expect((await desk.ask('PUT', '/api/sign-in-policy', { secondFactorRoles: [] }, boss)).status).toBe(204);
  });

  test('asks for a code beside the password once an authenticator was confirmed, and takes it', async () => {
    const { secret, uri, cookie } = await enrolled('two.steps');
    expect(uri).toMatch(
      /^otpauth:\/\/totp\/Beacon%20Tower%3Atwo\.steps%40signs\.test\?secret=[A-Z2-7]{32,}&/,
    );
    expect((await desk.ask('GET', ROOM, undefined, { cookie })).body).toEqual({
      isOn: true,
      backupCodesLeft: 10,
    });
    const half = await enter('two.steps');
    expect(half).toMatchObject({ status: 401, body: { code: 'session.codeNeeded' } });
    expect(half.headers.getSetCookie()).toEqual([]);
    const whole = await enter('two.steps', codeAt(secret, Date.now()));
    expect(whole).toMatchObject({ status: 200, body: { role: 'operator' } });
    const token = { authorization: `Bearer ${whole.body.token}` };
    expect((await desk.ask('GET', '/api/session', undefined, token)).status).toBe(200);
  });

  test('is not on before the first code was shown', async () => {
    await desk.add('not.yet', 'viewer');
    const headers = await desk.signedIn('not.yet');
    expect((await desk.ask('POST', ROOM, { password: 'not the password' }, headers)).status).toBe(401);
    await desk.ask('POST', ROOM, { password: OWN_PASSWORD }, headers);
    const wrong = await desk.ask('POST', `${ROOM}/confirm`, { code: '000000' }, headers);
    expect(wrong).toMatchObject({ status: 401, body: { code: 'session.badCode' } });
    expect((await enter('not.yet')).status).toBe(200);
  });

  test('takes a code once', async () => {
    const { secret } = await enrolled('once.only');
    const code = codeAt(secret, Date.now());
    expect((await enter('once.only', code)).status).toBe(200);
    expect((await enter('once.only', code)).body.code).toBe('session.badCode');
  });

  test('takes each backup code once, and the audit log tells it', async () => {
    const { id, backupCodes } = await enrolled('lost.phone');
    const [first = '', second = ''] = backupCodes;
    expect(backupCodes).toHaveLength(10);
    expect((await enter('lost.phone', ` ${first} `)).status).toBe(200);
    desk.pass(1_000_000);
    expect((await enter('lost.phone', first)).body.code).toBe('session.badCode');
    expect((await enter('lost.phone', second)).status).toBe(200);
    const { body } = await desk.ask('GET', '/api/audit?limit=1', undefined, boss);
    expect(body.entries[0]).toMatchObject({ action: 'secondFactor.useBackupCode', actor: id });
  });

  test('counts wrong codes as wrong passwords: after five, not even the right one is looked at', async () => {
    const { secret } = await enrolled('guessed.code');
    for (const code of ['000001', '000002', '000003', '000004', '000005']) {
      expect((await enter('guessed.code', code)).body.code).toBe('session.badCode');
      if (code === '000003') expect((await enter('guessed.code')).body.code).toBe('session.codeNeeded');
    }
    expect((await enter('guessed.code', codeAt(secret, Date.now()))).status).toBe(429);
  });

  test('is locked after ten wrong codes in a row, from wherever they came', async () => {
    const { secret } = await enrolled('locked.code');
    for (let i = 10; i < 20; i += 1)
      await enter('locked.code', `0000${i}`, { 'x-test-address': `10.9.0.${i}` });
    const right = await enter('locked.code', codeAt(secret, Date.now()), { 'x-test-address': '10.9.1.1' });
    expect(right.body.code).toBe('session.badCode');
  });

  test('keeps neither secret nor backup codes readable in the database', async () => {
    const { id, secret, backupCodes } = await enrolled('kept.secret');
    const rows = await desk.database.db
      .select()
      .from(staffSecondFactors)
      .where(eq(staffSecondFactors.userId, id));
    const stored = JSON.stringify(rows);
    const raw = fromBase32(secret).toString();
    expect(raw).toMatch(/^[\w-]{32}$/);
    for (const text of [secret, raw, ...backupCodes]) expect(stored).not.toContain(text);
  });

  test('is turned off by its owner with the password, and new backup codes end the old ones', async () => {
    const { cookie, backupCodes } = await enrolled('ends.it');
    const sent = { cookie, 'sec-fetch-site': 'same-origin' };
    const renewed = await desk.ask('POST', `${ROOM}/codes`, { password: OWN_PASSWORD }, sent);
    expect(renewed.body.backupCodes).toHaveLength(10);
    expect((await enter('ends.it', backupCodes[0])).body.code).toBe('session.badCode');
    expect((await desk.ask('POST', `${ROOM}/end`, { password: 'not the password' }, sent)).status).toBe(401);
    expect((await desk.ask('POST', `${ROOM}/end`, { password: OWN_PASSWORD }, sent)).status).toBe(204);
    expect((await enter('ends.it')).status).toBe(200);
  });

  test('is reset by an administrator for somebody who lost the phone, and that is written down', async () => {
    const { id } = await enrolled('reset.me');
    const people = await desk.ask('GET', '/api/staff', undefined, boss);
    const listed = people.body.staff.find((one: { id: string }) => one.id === id);
    expect(listed).toMatchObject({ hasSecondFactor: true });
    const reset = await desk.ask('DELETE', '/api/staff/reset.me/second-factor', undefined, boss);
    expect(reset.status).toBe(204);
    expect((await enter('reset.me')).status).toBe(200);
    const { body } = await desk.ask('GET', '/api/audit?limit=1', undefined, boss);
    expect(body.entries[0]).toMatchObject({ action: 'secondFactor.reset', subject: `staff ${id}` });
  });

  test('whose secret cannot be read says so: the session secret was lost', async () => {
    const { id, secret } = await enrolled('lost.secret');
    await desk.database.db
      .update(staffSecondFactors)
      .set({ secret: 'ab'.repeat(60) })
      .where(eq(staffSecondFactors.userId, id));
    const answer = await enter('lost.secret', codeAt(secret, Date.now()));
    expect(answer).toMatchObject({ status: 409, body: { code: 'secondFactor.unreadable' } });
  });
});
