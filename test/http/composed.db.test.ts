import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/base/api-routes.ts';
import { type Composition, composeServer } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { ACCESS_RULES, rulesWithoutRoute } from '../../src/http/access-rules.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { CALLERS, type Caller, surprises } from './walk-routes.ts';

let folder: string;
let database: TestDatabase;
let server: Composition;
const troubles: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'composed-'));
  database = await testDatabase();
  const logTrouble = (what: string, error: unknown) => void troubles.push([what, error]);
  server = await composeServer(readConfig({ DATA_DIR: folder }), { now: Date.now, logTrouble, database });
});
afterAll(async () => {
  await server?.stop();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Signs a person of the role in, as a program does. */
async function tokenOf(role: Role): Promise<string> {
  const system = { id: 'system', name: 'system', role: 'administrator' } as const;
  const { username, oneTimePassword } = await server.people.addStaff(system, {
    username: `the.${role}`,
    name: role,
    role,
  });
  const from = { address: '127.0.0.1', userAgent: 'test' };
  return (await server.people.signIn(username, oneTimePassword, from)).token;
}

describe('composeServer', () => {
  test('mounts a route for every access rule', () => {
    expect(rulesWithoutRoute(server.app.routes, ACCESS_RULES)).toEqual([]);
  });

  test('guards every route against strangers and against each real role that it is not for', async () => {
    const callers: Caller[] = [
      { name: 'nobody', headers: {} },
      { name: 'nobody', headers: { authorization: 'Bearer not-a-token' } },
      { name: 'nobody', headers: { cookie: 'beacon.session_token=not.a-session' } },
    ];
    for (const name of CALLERS) {
      if (name === 'nobody' || name === 'box') continue;
      callers.push({ name, headers: { authorization: `Bearer ${await tokenOf(name)}` } });
    }
    expect(await surprises(server.app, callers)).toEqual([]);
    expect(troubles).toEqual([]);
  });
});
