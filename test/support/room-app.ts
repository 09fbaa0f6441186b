import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Schema } from 'hono';
import { expect } from 'vitest';
import type { ApiEnv, KnownPlayer, Role } from '../../src/base/api-routes.ts';
import { ACCESS_RULES } from '../../src/http/access-rules.ts';
import { buildApp } from '../../src/http/app.ts';

/**
 * The whole app around some rooms. `Bearer <name>.<role>` is a signed-in person; any other token is asked of
 * `recognisePlayer`. A bug (500) throws where `faults` is looked at.
 */
export function roomApp(
  rooms: readonly OpenAPIHono<ApiEnv, Schema, '/'>[],
  recognisePlayer: (token: string) => KnownPlayer | null | Promise<KnownPlayer | null> = () => null,
) {
  const faults: unknown[] = [];
  const app = buildApp({
    rooms,
    recogniseAtOnce: () => null,
    recognisePlayer,
    recogniseStaff: async (headers) => {
      const [, name, role] = /^Bearer (\w+)\.(\w+)$/.exec(headers.get('authorization') ?? '') ?? [];
      return name && role
        ? {
            member: { id: name, name, role: role as Role },
            session: { id: 's1', mustChangePassword: false, mustSetSecondFactor: false, remit: null },
            cookies: [],
          }
        : null;
    },
    recogniseKey: async () => null,
    endpointsOf: async () => new Set(),
    status: () => Promise.reject(new Error('not part of this test')),
    ownPages: new Map(),
    kioskPages: new Map(),
    consolePages: new Map(),
    version: '0.0.0',
    baseUrl: 'http://signs.test',
    logFault: ({ error }) => faults.push(error),
    rules: ACCESS_RULES,
  });
  /** One request with JSON by a signed-in person; a bug fails the test. */
  const call = async (method: string, path: string, body?: unknown, who = 'li.editor') => {
    const answer = await app.request(path, {
      method,
      headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(faults).toEqual([]);
    return { status: answer.status, body: await answer.json() };
  };
  return { app, faults, call };
}
