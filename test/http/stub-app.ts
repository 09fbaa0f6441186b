import type { Role } from '../../src/base/api-routes.ts';
import { type AppParts, buildApp, type LoggedFault } from '../../src/http/app.ts';
import { OWN_PAGES, readPages } from '../../src/http/page-files.ts';
import { isKeyScope, KEY_PREFIX } from '../../src/staff/key-scopes.ts';

/** An app with the given rooms, whose staff tokens are the names of roles, with `.fresh` where the password is a
 * one-time one and `.limited` where the account is for endpoint 2 alone, whose keys are the names of
 * scopes behind `bt_`, and whose player token is `box`. */
export async function stubApp(parts: Partial<AppParts>) {
  const faults: LoggedFault[] = [];
  const app = buildApp({
    rooms: [],
    recogniseStaff: async (headers) => {
      const [, role, mark] =
        /^Bearer (\w+)(\.fresh|\.limited|\.bare)?$/.exec(headers.get('authorization') ?? '') ?? [];
      if (role === undefined || role === 'box') return null;
      const remit = mark === '.limited' ? { areaIds: [1], owners: null } : null;
      const session = {
        id: 's1',
        mustChangePassword: mark === '.fresh',
        mustSetSecondFactor: mark === '.bare',
        remit,
      };
      return { member: { id: 'p1', name: 'P', role: role as Role }, session, cookies: [] };
    },
    recogniseKey: async (token) => {
      const scope = token.slice(KEY_PREFIX.length);
      return isKeyScope(scope) ? { id: 7, name: 'K', scopes: [scope], remit: null } : null;
    },
    recogniseAtOnce: () => null,
    recognisePlayer: (token) => (token === 'box' ? { playerId: 1, endpointId: 2 } : null),
    endpointsOf: async () => new Set([2]),
    status: async () => ({ version: '1', endpoints: 1, playersOnline: 1, playsPromised: 1, playsCounted: 1 }),
    ownPages: await readPages(OWN_PAGES),
    kioskPages: new Map(),
    consolePages: new Map(),
    version: '1.2.3',
    baseUrl: 'http://signs.test',
    logFault: (fault) => faults.push(fault),
    ...parts,
  });
  return { app, faults };
}
