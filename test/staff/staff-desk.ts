import { composeStaff } from '../../src/compose-staff.ts';
import type { App } from '../../src/http/app.ts';
import { stubApp } from '../http/stub-app.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const SECRET = 'Q7pZk2vLx9Rt4Wm8Yc1Nb6Hd3Jf5Gs0A';
/** A password that lasts. */
export const OWN_PASSWORD = 'the own password of tests';

/** The people's room on a database of its own, with one administrator. */
export interface StaffDesk {
  readonly database: TestDatabase;
  readonly people: ReturnType<typeof composeStaff>['people'];
  readonly app: App;
  /** Moves the clock of our own part on; the library's is the real one. */
  pass(ms: number): void;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: Body; headers: Headers }>;
  /** Makes an account of this role whose password is {@link OWN_PASSWORD}; its id. */
  add(username: string, role: string): Promise<string>;
  /** Headers of a signed-in program. */
  signedIn(
    username: string,
    more?: { password?: string; headers?: Record<string, string> },
  ): Promise<Record<string, string>>;
}

// biome-ignore lint/suspicious/noExplicitAny: an outsider's view of the wire has no types of ours
type Body = any;

/** Makes one. Call in `beforeAll`, and close its database. `publicUrl`: without a slash at the end. */
export async function staffDesk(publicUrl = 'http://signs.test'): Promise<StaffDesk> {
  const database = await testDatabase();
  let now = Date.now();
  const { people, rooms, recognise } = composeStaff({
    ...{ db: database.db, publicUrl, secret: SECRET, now: () => now },
    addressOf: (c) => c.req.header('x-test-address') ?? '10.0.0.1',
  });
  const { app } = await stubApp({ rooms, recogniseStaff: recognise, baseUrl: publicUrl });
  const ask: StaffDesk['ask'] = async (method, path, body, headers = {}) => {
    const answer = await app.request(`${publicUrl}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', host: new URL(publicUrl).host, ...headers },
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
  };
  const by = { id: 'system', name: 'test', role: 'administrator' } as const;
  return {
    ...{ database, people, app, ask },
    pass: (ms) => {
      now += ms;
    },
    async add(username, role) {
      const request = { username, name: `${username} name`, role: role as 'viewer', password: OWN_PASSWORD };
      return (await people.addStaff(by, request)).id;
    },
    async signedIn(username, { password = OWN_PASSWORD, headers = {} } = {}) {
      const { body } = await ask('POST', '/api/session', { username, password }, headers);
      return { authorization: `Bearer ${body.token}` };
    },
  };
}
