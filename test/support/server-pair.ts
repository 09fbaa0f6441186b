import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../../src/base/digest.ts';
import { publicKeySchema } from '../../src/contract/media-type.ts';
import { type Database, openDatabase } from '../../src/db/connect.ts';
import { players } from '../../src/db/endpoint-tables.ts';
import { attemptStore } from '../../src/staff/attempt-store.ts';
import { guesses } from '../../src/staff/guesses.ts';
import { signInStore } from '../../src/staff/sign-in-store.ts';
import { staffFlow } from '../../src/staff/staff-flow.ts';
import { type Box, boxOf } from '../override/a-box.ts';
import { type CutProxy, cutProxy } from './cut-proxy.ts';
import { testPlace } from './database.ts';
import { type Answer, send } from './server.ts';
import { type ServerProcess, serverProcess } from './server-process.ts';

/** Two server programs on one PostgreSQL. A reaches it straight, B over a line that can be cut. */
export interface ServerPair {
  readonly a: ServerProcess;
  readonly b: ServerProcess;
  readonly line: CutProxy;
  /** The address of the database, and the folder of data that both share. */
  readonly url: string;
  readonly folder: string;
  /** The same database, for what no route can do. */
  readonly database: Database;
  /** All that both have written so far. */
  said(): string;
  /** Makes a person of each role, who asks server A. */
  staff(): Promise<(role: string, method: string, path: string, body?: unknown) => Promise<Answer>>;
  /** Pairs a box with an endpoint: the same one as it speaks to each server. */
  box(
    endpointId: number,
    token: string,
  ): Promise<{ readonly a: Box; readonly b: Box; readonly playerId: number }>;
  remove(): Promise<void>;
}

const ROLES = ['editor', 'reviewer', 'operator'] as const;

/** Starts both in the same moment on a database without a schema. */
export async function serverPair(): Promise<ServerPair> {
  const place = await testPlace({ isBare: true });
  if (!('url' in place.options)) throw new Error('two servers need PostgreSQL');
  const folder = await mkdtemp(join(tmpdir(), 'beacon-pair-'));
  const url = new URL(place.options.url);
  const line = await cutProxy(url.hostname, Number(url.port || 5432));
  const far = new URL(url);
  far.hostname = '127.0.0.1';
  far.port = String(line.port);
  let said = '';
  const hear = (words: string): void => {
    said += words;
  };
  const a = await serverProcess({ url: url.href }, folder, {}, hear);
  const b = await serverProcess({ url: far.href }, folder, {}, hear);
  await Promise.all([a.start(), b.start()]);
  const database = await openDatabase(place.options);
  return {
    ...{ a, b, line, database, folder, url: url.href },
    said: () => said,
    async staff() {
      const accounts = signInStore(database.db, { baseUrl: 'http://localhost', secret: 's'.repeat(40) });
      const people = staffFlow({
        accounts,
        guesses: guesses(attemptStore(database.db), Date.now),
        now: Date.now,
      });
      const tokens = new Map<string, string>();
      for (const role of ROLES) {
        const account = { username: `one.${role}`, password: 'the own password of tests' };
        await people.addStaff(
          { id: 'system', name: 'test', role: 'administrator' },
          { ...account, name: role, role },
        );
        const { body } = await send(`${a.url}/api/session`, { method: 'POST', body: account });
        tokens.set(role, body.token);
      }
      return (role, method, path, body) => {
        const token = tokens.get(role) ?? '';
        return send(`${a.url}${path}`, { method, token, ...(body !== undefined && { body }) });
      };
    },
    async box(endpointId, token) {
      const [row] = await database.db
        .insert(players)
        .values({
          endpointId,
          tokenHash: sha256Hex(token),
          hardwareId: token,
          capabilities: {},
          pairedAt: new Date(0),
        })
        .returning({ id: players.id });
      const file = await readFile(join(folder, 'keys', 'signing.json'), 'utf8');
      const key = publicKeySchema.parse(JSON.parse(file));
      return {
        a: boxOf(a.url, key, token, endpointId),
        b: boxOf(b.url, key, token, endpointId),
        playerId: row?.id ?? 0,
      };
    },
    async remove() {
      await Promise.all([a.kill(), b.kill()]);
      await database.close();
      await line.close();
      await place.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
