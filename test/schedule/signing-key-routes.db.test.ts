import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeServer } from '../../src/compose.ts';
import { keyRotationSchema, ROTATION_TYP } from '../../src/contract/key-rotation.ts';
import { MANIFEST_TYP } from '../../src/contract/manifest.ts';
import { makeSigningKey, verifyStatement } from '../../src/contract/signing.ts';
import { deskOf, send, type TestServer, testServer } from '../support/server.ts';

let running: TestServer;

beforeAll(async () => {
  running = await testServer();
});

afterAll(() => running.stop());

/** A paired box: its token and the keys that it was told to pin. */
async function pairedBox(code = 'K-1') {
  const desk = await deskOf(running, 'operator');
  const endpoint = await desk.ask('POST', '/api/endpoints', {
    code,
    name: '东站广场大屏',
    kind: 'screen',
    area: '东站',
    timeZone: 'Asia/Shanghai',
    openingHours: '24/7',
  });
  const made = await desk.ask('POST', `/api/endpoints/${endpoint.body.id}/enrolments`);
  const joined = await send(`${running.url}/api/player/v1/enrolments`, {
    method: 'POST',
    body: {
      token: made.body.token,
      hardwareId: 'box',
      capabilities: { video: true, image: true, audio: true },
    },
  });
  await running.server.board.refresh();
  return joined.body;
}

describe('POST /api/signing-key/rotations', () => {
  it('signs from then on with a new key, which the old one vouches for, and leaves a trace', async () => {
    const box = await pairedBox();
    const path = `${running.url}/api/player/v1/manifest`;
    const before = await send(path, { token: box.token });
    const etag = before.headers.get('etag') ?? '';
    const old = await verifyStatement(before.body, MANIFEST_TYP, box.serverKeys);
    expect(old.ok).toBe(true);
    expect((await send(path, { token: box.token, headers: { 'if-none-match': etag } })).status).toBe(304);

    const desk = await deskOf(running, 'administrator');
    const rotated = await desk.ask('POST', '/api/signing-key/rotations');
    expect(rotated.status).toBe(201);
    expect(rotated.body.replaces).toBe(box.serverKeys[0].kid);
    expect((await desk.ask('GET', '/api/signing-key')).body).toEqual({
      kid: rotated.body.kid,
      rotations: 1,
      players: { following: 0, behind: 0, unknown: 1 },
    });

    // The same programme, but no 304: its signature is another one.
    const after = await send(path, { token: box.token, headers: { 'if-none-match': etag } });
    expect(after.status).toBe(200);
    expect(await verifyStatement(after.body, MANIFEST_TYP, box.serverKeys)).toEqual({
      ok: false,
      fault: 'signature.unknownKey',
    });
    const { rotations } = (await send(`${running.url}/api/player/v1/keys`, { token: box.token })).body;
    const vouched = await verifyStatement(rotations[0], ROTATION_TYP, box.serverKeys);
    const statement = keyRotationSchema.parse(JSON.parse(vouched.ok ? vouched.text : '{}'));
    expect(statement).toMatchObject({ replaces: box.serverKeys[0].kid, key: { kid: rotated.body.kid } });
    expect((await verifyStatement(after.body, MANIFEST_TYP, [statement.key])).ok).toBe(true);

    const trail = await desk.ask('GET', '/api/audit');
    expect(JSON.stringify(trail.body)).toContain('signingKey.rotate');
    expect(running.troubles).toEqual([]);
  });

  it('lets those who rotate at once take turns, so that each new key is vouched for by the one before', async () => {
    const desk = await deskOf(running, 'administrator');
    const before = (await desk.ask('GET', '/api/signing-key')).body;
    const all = await Promise.all(
      Array.from({ length: 6 }, () => desk.ask('POST', '/api/signing-key/rotations')),
    );
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 201));
    const replacedBy = new Map(all.map(({ body }) => [body.replaces, body.kid]));
    let kid = before.kid;
    for (const _ of all) kid = replacedBy.get(kid);
    expect((await desk.ask('GET', '/api/signing-key')).body).toMatchObject({
      kid,
      rotations: before.rotations + all.length,
    });
    expect(running.troubles).toEqual([]);
  });

  it('refuses where the key file is not the one that the database knows, names no file, and changes nothing', async () => {
    const desk = await deskOf(running, 'administrator');
    const file = join(running.dataDir, 'keys', 'signing.json');
    const [own, { kid }] = [await readFile(file, 'utf8'), (await desk.ask('GET', '/api/signing-key')).body];
    const stranger = `${JSON.stringify({ ...(await makeSigningKey()), rotations: [] })}\n`;
    await writeFile(file, stranger);
    try {
      const refused = await desk.ask('POST', '/api/signing-key/rotations');
      expect(refused).toMatchObject({ status: 409, body: { code: 'signingKey.foreign' } });
      expect(JSON.stringify(refused.body)).not.toContain(file);
      expect(await readFile(file, 'utf8')).toBe(stranger);
    } finally {
      await writeFile(file, own);
    }
    expect((await desk.ask('POST', '/api/signing-key/rotations')).body).toMatchObject({ replaces: kid });
  });

  it('leaves a server with a copy of its own behind: it is not ready and signs no programme before it has the new key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beacon-second-'));
    for (const name of ['keys', 'session-secret'])
      await cp(join(running.dataDir, name), join(folder, name), { recursive: true });
    const told: string[] = [];
    const signingKeyFile = join(folder, 'keys', 'signing.json');
    const second = await composeServer(
      {
        ...{ port: 0, host: '127.0.0.1', publicUrl: 'http://localhost', behindProxy: false },
        ...{ dataDir: folder, signingKeyFile },
      },
      {
        now: Date.now,
        database: { ...running.database, close: async () => {} },
        logTrouble: (what, error) => told.push(`${what}: ${String(error)}`),
      },
    );
    await second.start();
    const box = await pairedBox('K-2');
    await second.board.refresh();
    const readiness = async (path = '/readyz') => {
      const answer = await second.app.request(path);
      const { waitingFor } = (await answer.json()) as { waitingFor: string[] };
      return [answer.status, ...waitingFor];
    };
    const poll = async () =>
      (
        await second.app.request('/api/player/v1/manifest', {
          headers: { authorization: `Bearer ${box.token}` },
        })
      ).status;
    const stream = await second.app.request('/api/player/v1/events', {
      headers: { authorization: `Bearer ${box.token}` },
    });
    expect([await readiness(), await poll()]).toEqual([[200], 200]);

    const desk = await deskOf(running, 'administrator');
    expect((await desk.ask('POST', '/api/signing-key/rotations')).status).toBe(201);
    await expect.poll(() => readiness()).toEqual([503, 'the new signing key']);
    expect(await readiness('/servez')).toEqual([503, 'the new signing key']);
    expect(await poll()).toBe(409);
    expect(await stream.text()).toContain('event: manifest');
    expect(told.join()).toContain('another signing key');

    await cp(join(running.dataDir, 'keys', 'signing.json'), signingKeyFile);
    expect([await readiness(), await poll()]).toEqual([[200], 200]);
    await second.stop();
    await rm(folder, { recursive: true });
  });
});
