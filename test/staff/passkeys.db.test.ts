import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { softPasskey } from '../support/passkey.ts';
import { OWN_PASSWORD, type StaffDesk, staffDesk } from './staff-desk.ts';

const SITE = 'https://signs.test';
const ROOM = '/api/session/passkeys';
/** A certificate that names http://crl.test/x.crl as its list of revoked ones. */
const CERTIFICATE = Buffer.from(
  'MIIBZTCCAQugAwIBAgIUYsX8rrrOa1UC32e6H_eLi8ZvKSowCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBeDAgFw0yNjExMzAxMzQx' +
    'MzNaGA8yMTI2MTEwNjEzNDEzM1owDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAnaLnvuo_eWIytJXgX8' +
    'LEMeDZN_1uEURCBMh13zDP0sSNC_7Bc4YulZp9l7UT0jUJ9LrgP-rDGV09UlzEGPBIyjSTBHMCYGA1UdHwQfMB0wG6AZoBeGFWh0' +
    'dHA6Ly9jcmwudGVzdC94LmNybDAdBgNVHQ4EFgQUzbbNmndROFyBUyvjVMomsBCVsjUwCgYIKoZIzj0EAwIDSAAwRQIhANgpvBUW' +
    'VgpC94agA7H9mR74-ZssJytti23GkpCYJxLSAiAZtjJmPFpQAph4D1dXYv69OCVquSKNux1aWlKmf81Smw',
  'base64url',
);
let desk: StaffDesk;
let boss: Record<string, string>;
/** Somebody with a passkey, who keeps it. */
let wang: Awaited<ReturnType<typeof keyed>>;

beforeAll(async () => {
  desk = await staffDesk(SITE);
  await desk.add('boss', 'administrator');
  boss = await desk.signedIn('boss');
  wang = await keyed('wang');
});
afterAll(() => desk?.database.close());
beforeEach(() => desk.pass(1_000_000));

type Key = ReturnType<typeof softPasskey>;
type Sent = Record<string, string>;

const askNew = (headers: Sent) => desk.ask('POST', `${ROOM}/challenge`, { password: OWN_PASSWORD }, headers);

const keep = (answer: object, headers: Sent) =>
  desk.ask('POST', ROOM, { name: '办公室电脑', answer }, headers);

/** Makes a passkey of who sends these headers. */
async function addKey(headers: Sent) {
  const key = softPasskey(SITE);
  const asked = await askNew(headers);
  return { key, kept: await keep(key.make(asked.body), headers) };
}

/** A person with a passkey. */
async function keyed(username: string, role = 'editor') {
  const id = await desk.add(username, role);
  const headers = await desk.signedIn(username);
  return { id, headers, ...(await addKey(headers)) };
}

const askEntry = async () => (await desk.ask('POST', '/api/session/passkey/challenge')).body;
const send = (answer: object, headers: Sent = {}) =>
  desk.ask('POST', '/api/session/passkey', answer, headers);
const enter = async (key: Key, twist: Parameters<Key['answer']>[1] = {}, headers: Sent = {}) =>
  send(key.answer(await askEntry(), twist), headers);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const meOf = async (token: string) =>
  (await desk.ask('GET', '/api/session', undefined, bearer(token))).status;
const lastEntry = async () => (await desk.ask('GET', '/api/audit?limit=1', undefined, boss)).body.entries[0];

describe('a passkey', () => {
  test('is made with the password, signs in without one, and tells when it was last used', async () => {
    const { id, headers, key, kept } = wang;
    expect(kept).toMatchObject({ status: 201, body: { name: '办公室电脑', lastUsedAt: null } });
    const { body: log } = await desk.ask('GET', '/api/audit?q=passkey.add', undefined, boss);
    expect(log.entries).toMatchObject([{ action: 'passkey.add', actor: id }]);
    const entered = await enter(key);
    expect(entered).toMatchObject({ status: 200, body: { id, role: 'editor', mustSetSecondFactor: false } });
    expect(entered.headers.getSetCookie().join()).toMatch(/__Secure-beacon\.session_token=.*HttpOnly/);
    expect(await meOf(entered.body.token)).toBe(200);
    const { body } = await desk.ask('GET', ROOM, undefined, headers);
    expect(body.passkeys).toMatchObject([{ id: kept.body.id, lastUsedAt: expect.any(String) }]);
  });

  test('is asked for at this server alone, with its owner checked, and by no name', async () => {
    expect(await askEntry()).toMatchObject({ rpId: 'signs.test', userVerification: 'required' });
    expect((await askEntry()).allowCredentials ?? []).toEqual([]);
    const { headers } = wang;
    const wrong = await desk.ask('POST', `${ROOM}/challenge`, { password: 'not the password' }, headers);
    expect(wrong).toMatchObject({ status: 401, body: { code: 'session.badCredentials' } });
    const { body } = await askNew(headers);
    expect(body).toMatchObject({
      ...{ rp: { id: 'signs.test' }, user: { name: 'wang' }, excludeCredentials: [{}] },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  });

  test('answers a challenge once, within five minutes, and for what it was given', async () => {
    const { key, headers } = wang;
    const answer = key.answer(await askEntry());
    expect((await send(answer)).status).toBe(200);
    expect(await send(answer)).toMatchObject({ status: 401, body: { code: 'passkey.refused' } });
    const late = key.answer(await askEntry());
    desk.pass(301_000);
    expect((await send(late)).body.code).toBe('passkey.refused');
    const { body: forNew } = await askNew(headers);
    expect((await send(key.answer(forNew))).body.code).toBe('passkey.refused');
    const made = softPasskey(SITE).make({ ...(await askEntry()), user: { id: 'x' } });
    expect((await keep(made, headers)).status).toBe(401);
    const own = Buffer.from('a challenge of somebody else').toString('base64url');
    expect((await send(key.answer({ challenge: own }))).body.code).toBe('passkey.refused');
  });

  test.each([
    ['on the page of another site', { origin: 'https://sings.test' }],
    ['under the name of another site', { rpId: 'sings.test' }],
    ['by whom nobody checked', { isVerified: false }],
    ['in the name of somebody else', { owner: Buffer.from('another').toString('base64url') }],
  ])('used %s lets nobody in', async (_, twist) => {
    expect(await enter(wang.key, twist)).toMatchObject({ status: 401, body: { code: 'passkey.refused' } });
    expect((await enter(wang.key)).status).toBe(200);
  });

  test('whose signature is of another key, or that nobody knows, lets nobody in', async () => {
    const stranger = softPasskey(SITE);
    const [right, wrong] = [wang.key.answer(await askEntry()), stranger.answer(await askEntry())];
    const mixed = { ...right, response: { ...right.response, signature: wrong.response.signature } };
    expect((await send(mixed)).status).toBe(401);
    expect((await enter(stranger, { owner: 'eA' })).status).toBe(401);
  });

  test('whose counter does not go up was copied: it is refused, and the audit log tells it', async () => {
    const { id, key } = await keyed('cloned');
    expect((await enter(key, { counter: 7 })).status).toBe(200);
    for (const counter of [7, 6, 0]) {
      const refused = await enter(key, { counter });
      expect(refused).toMatchObject({ status: 401, body: { code: 'passkey.refused' } });
      expect(refused.body.detail).toMatch(/copied/);
    }
    expect(await lastEntry()).toMatchObject({ action: 'passkey.copied', subject: `staff ${id}` });
    expect((await enter(key, { counter: 8 })).status).toBe(200);
  });

  test('counts failures together with wrong passwords, and is not looked at once there were five', async () => {
    const { key } = await keyed('locked');
    const guess = () => desk.ask('POST', '/api/session', { username: 'locked', password: 'not it' });
    for (let i = 0; i < 3; i += 1) expect((await guess()).status).toBe(401);
    for (let i = 0; i < 2; i += 1) expect((await enter(key, { rpId: 'sings.test' })).status).toBe(401);
    expect(await enter(key)).toMatchObject({ status: 429 });
    expect((await enter(key, {}, { 'x-test-address': '10.8.0.1' })).status).toBe(200);
  });

  test('of a blocked account lets nobody in', async () => {
    const { key } = await keyed('blocked');
    await desk.ask('PATCH', '/api/staff/blocked', { isBlocked: true }, boss);
    expect(await enter(key)).toMatchObject({ status: 401, body: { code: 'passkey.refused' } });
  });

  test('is removed by its owner with the password; the sign-ins made by it end', async () => {
    const { id, key, kept, headers } = await keyed('removed');
    const entered = await enter(key);
    const end = (password: string) => desk.ask('POST', `${ROOM}/${kept.body.id}/end`, { password }, headers);
    expect((await end('not the password')).status).toBe(401);
    expect((await end(OWN_PASSWORD)).status).toBe(204);
    expect(await lastEntry()).toMatchObject({ action: 'passkey.remove', actor: id });
    expect(await meOf(entered.body.token)).toBe(401);
    expect((await enter(key)).status).toBe(401);
    expect(await end(OWN_PASSWORD)).toMatchObject({ status: 404, body: { code: 'passkey.unknown' } });
  });

  test('is taken by nobody else: not by its number, nor with the challenge of another', async () => {
    const [{ kept, headers }, other] = [wang, await keyed('not.mine')];
    const taken = await desk.ask(
      ...(['POST', `${ROOM}/${kept.body.id}/end`, { password: OWN_PASSWORD }, other.headers] as const),
    );
    expect(taken.status).toBe(404);
    const { body: asked } = await askNew(headers);
    const answer = softPasskey(SITE).make(asked);
    expect((await keep(answer, other.headers)).status).toBe(401);
    expect((await desk.ask('DELETE', '/api/staff/wang/passkeys', undefined, other.headers)).status).toBe(403);
  });

  test('that brings certificates is refused before anything that they name is fetched', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('closed network'));
    const attStmt = new Map([['x5c', [new Uint8Array(CERTIFICATE)]]]);
    const made = softPasskey(SITE).make((await askNew(wang.headers)).body, {
      attestation: { fmt: 'apple', attStmt },
    });
    expect((await keep(made, wang.headers)).status).toBe(401);
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  test('is taken off an account by an administrator, who sees how many there are', async () => {
    const { id, key } = await keyed('lost.all');
    const { body } = await desk.ask('GET', '/api/staff', undefined, boss);
    expect(body.staff.find((one: { id: string }) => one.id === id)).toMatchObject({ passkeys: 1 });
    const entered = await enter(key);
    expect((await desk.ask('DELETE', '/api/staff/lost.all/passkeys', undefined, boss)).status).toBe(204);
    expect(await lastEntry()).toMatchObject({ action: 'passkey.reset', subject: `staff ${id}` });
    expect(await meOf(entered.body.token)).toBe(401);
    expect((await enter(key)).status).toBe(401);
  });
});

describe('where two-step sign-in is asked of the role', () => {
  const people = async (headers: Sent) => (await desk.ask('GET', '/api/people', undefined, headers)).status;
  const policy = (secondFactorRoles: string[]) =>
    desk.ask('PUT', '/api/sign-in-policy', { secondFactorRoles }, boss);
  const byPassword = (username: string) =>
    desk.ask('POST', '/api/session', { username, password: OWN_PASSWORD });

  test('a passkey is both steps, and the password alone opens its account no more', async () => {
    const { key, headers } = await keyed('both.steps', 'operator');
    await policy(['operator']);
    expect(await people(headers)).toBe(401);
    const half = await byPassword('both.steps');
    expect(half).toMatchObject({ status: 401, body: { code: 'session.passkeyNeeded' } });
    expect(half.headers.getSetCookie()).toEqual([]);
    const { body } = await enter(key);
    expect(body.mustSetSecondFactor).toBe(false);
    expect(await people(bearer(body.token))).toBe(200);
    // A session that takes the place of one begun by a passkey is as good.
    const next = `${OWN_PASSWORD}, another`;
    const changed = await desk.ask(
      ...(['PUT', '/api/session/password', { current: OWN_PASSWORD, next }, bearer(body.token)] as const),
    );
    const cookie = changed.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    expect(await people({ cookie: cookie.join('; ') })).toBe(200);
    await policy([]);
  });

  test('making a passkey is setting the second step up', async () => {
    await policy(['operator']);
    await desk.add('sets.up', 'operator');
    const headers = await desk.signedIn('sets.up');
    expect(await people(headers)).toBe(403);
    const { key, kept } = await addKey(headers);
    expect(kept.status).toBe(201);
    expect(await people(headers)).toBe(200);
    expect((await enter(key)).status).toBe(200);
    await policy([]);
  });
});
