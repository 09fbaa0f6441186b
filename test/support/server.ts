import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/base/units.ts';
import { type Composition, composeServer } from '../../src/compose.ts';
import type { Config } from '../../src/config.ts';
import type { Database } from '../../src/db/connect.ts';
import { type RunningServer, startServer } from '../../src/http/server-flow.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** A whole server on a fresh database of this run's kind, listening on a free port. */
export interface TestServer {
  readonly url: string;
  readonly server: Composition;
  /** Where its media and keys lie. */
  readonly dataDir: string;
  /** For what no route can do. */
  readonly database: TestDatabase;
  /** Troubles that the server logged; a test that expects none asserts so. */
  readonly troubles: string[];
  stop(): Promise<void>;
}

/** A whole server on a database that is there, listening at `port` (a free one unless told). `stop` leaves what it wrote. */
export async function serverOn<D extends Database>(
  database: D,
  dataDir: string,
  {
    now = Date.now,
    more = {},
    port = 0,
    troubles = [],
  }: { now?: Clock; more?: Partial<Config>; port?: number; troubles?: string[] } = {},
) {
  const server = await composeServer(
    {
      port: 0,
      host: '127.0.0.1',
      dataDir,
      publicUrl: 'http://localhost',
      behindProxy: false,
      signingKeyFile: join(dataDir, 'keys', 'signing.json'),
      ...more,
    },
    { now, database, logTrouble: (what, error) => troubles.push(`${what}: ${String(error)}`) },
  );
  await server.start();
  const { app, lane } = server;
  const listening: RunningServer = await startServer({ app, lane, port, host: '127.0.0.1' });
  return {
    ...{ url: listening.url, port: listening.port, server, dataDir, database, troubles },
    async stop() {
      server.streams.endAll();
      await listening.stop(0);
      await server.stop();
    },
  };
}

/** Starts one. Call in `beforeAll`; `stop` also removes what it wrote. */
export async function testServer(now: Clock = Date.now, more: Partial<Config> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beacon-server-'));
  const running = await serverOn(await testDatabase(), dataDir, { now, more });
  return {
    ...running,
    async stop() {
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A signed-in person who speaks JSON over HTTP. */
export interface Desk {
  readonly token: string;
  /** Sends JSON (or bytes) and gives status and parsed body. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** What came back. `body` is parsed where it is JSON, else text. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an outsider's view of the wire has no types of ours
  readonly body: any;
  readonly headers: Headers;
}

/** One request as an outsider sends it. */
export async function send(
  url: string,
  init: { method?: string; token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { method = 'GET', token, body, headers = {} } = init;
  const isRaw = body instanceof Uint8Array || typeof body === 'string';
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && !isRaw && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && {
      body: isRaw ? (body as Uint8Array<ArrayBuffer> | string) : JSON.stringify(body),
    }),
  });
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    body: isJson ? await response.json() : await response.text(),
    headers: response.headers,
  };
}

/** Signs a person of a role in, making the account through the API as the first administrator. */
export async function deskOf(running: Pick<TestServer, 'url' | 'server'>, role: string): Promise<Desk> {
  const { url, server } = running;
  const username = `${role}.${Math.random().toString(36).slice(2, 8)}`;
  const password = 'the own password of tests';
  await server.people.addStaff(
    { id: 'system', name: 'test', role: 'administrator' },
    { username, name: role, role: role as 'editor', password },
  );
  const signedIn = await send(`${url}/api/session`, {
    method: 'POST',
    body: { username, password },
  });
  const token: string = signedIn.body.token;
  return {
    token,
    ask: (method, path, body, headers = {}) =>
      send(`${url}${path}`, { method, token, ...(body !== undefined && { body }), headers }),
  };
}
