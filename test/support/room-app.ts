import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Schema } from 'hono';
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
    recognisePlayer,
    recogniseStaff: async (headers) => {
      const [, name, role] = /^Bearer (\w+)\.(\w+)$/.exec(headers.get('authorization') ?? '') ?? [];
      return name && role
        ? {
            member: { id: name, name, role: role as Role },
            session: { id: 's1', mustChangePassword: false },
            cookies: [],
          }
        : null;
    },
    recogniseKey: async () => null,
    status: () => Promise.reject(new Error('not part of this test')),
    ownPages: new Map(),
    kioskPages: new Map(),
    consolePages: new Map(),
    version: '0.0.0',
    baseUrl: 'http://signs.test',
    logFault: ({ error }) => faults.push(error),
    rules: ACCESS_RULES,
  });
  return { app, faults };
}
