import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Answer, type Desk, deskOf, send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

/** Markup and the marks of several template languages: what a console or a report must show as these letters. */
const ODD = `<img src=x onerror=pwned()>{{7*7}}${'$'}{7*7}<%= 7*7 %>#{7*7}`;
/** What the box of the first endpoint calls its hardware. */
export const KNOWN_BOX = '<b>box</b> 00:16:3e:aa:bb:cc';

const parameterSchema = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
});
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.object({ get: z.object({ parameters: z.array(parameterSchema).optional() }) }).partial(),
  ),
});
/** Parameters without which a route answers nothing, and lawful values of them. */
const LAWFUL: Readonly<Record<string, string>> = {
  ...{ from: '2027-02-01', to: '2027-02-02', day: '2027-02-01', date: '2027-02-01' },
  ...{ ids: '1', assets: '1', asset: '1', framing: 'fit', width: '64', height: '64' },
};

/** One route that is read, with what it must be asked. */
export interface ReadRoute {
  readonly route: string;
  readonly required: Readonly<Record<string, string>>;
}

/** A whole server with a little of everything in it. */
export interface AttackedServer {
  readonly running: TestServer;
  readonly administrator: Desk;
  readonly editor: Desk;
  readonly odd: string;
  readonly boxToken: string;
  readonly usedEnrolment: string;
  /** All routes to read, the streams and big downloads left out. */
  gets(): Promise<readonly ReadRoute[]>;
  /** Those that take a query, with the names in it. */
  lists(): Promise<readonly { readonly route: string; readonly names: readonly string[] }[]>;
  /** What an administrator reads there; `id` stands for every part of the address that varies. */
  look(
    route: string,
    query: Readonly<Record<string, string>>,
    id?: string,
  ): Promise<Pick<Answer, 'status' | 'body'>>;
  /** Whatever opens something, and the hashes that the database keeps of it. */
  secrets(): Promise<string[]>;
  countOfAllTables(): Promise<Record<string, number>>;
}

/** How many things a JSON answer lists, over all of its lists. */
export function rowsIn(body: unknown): number {
  if (Array.isArray(body)) return body.reduce((sum: number, one) => sum + rowsIn(one), body.length);
  if (typeof body !== 'object' || body === null) return 0;
  return Object.values(body).reduce((sum: number, one) => sum + rowsIn(one), 0);
}

async function pairedBox(running: TestServer, staff: Desk, endpointId: number) {
  const api = `${running.url}/api/player/v1`;
  const body = {
    hardwareId: KNOWN_BOX,
    kind: 'screen',
    capabilities: { video: true, image: true, audio: true },
  };
  const { code, secret } = (await send(`${api}/pairings`, { method: 'POST', body })).body;
  await staff.ask('POST', '/api/pairings/claim', { code, endpointId });
  const { token } = (await send(`${api}/pairings/current`, { token: secret })).body;
  await send(`${api}/health`, {
    method: 'POST',
    token,
    body: {
      ...{ now: new Date().toISOString(), uptimeMs: 1, playing: null, errors: [] },
      player: { name: ODD.slice(0, 64), version: ODD.slice(0, 32) },
    },
  });
  await running.server.players.writeSightings();
  return { token: String(token), secret: String(secret) };
}

/** Starts one, with people, boxes, keys and names that are meant to break something. */
export async function attackedServer(): Promise<AttackedServer> {
  const running = await testServer();
  const { sql } = running.database;
  const rows = worldOf(running.database);
  const [administrator, editor] = await Promise.all([
    deskOf(running, 'administrator'),
    deskOf(running, 'editor'),
  ]);
  const made = async (by: Desk, path: string, body: unknown) => {
    const answer = await by.ask('POST', path, body);
    if (answer.status !== 201 && answer.status !== 200)
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  const place = { kind: 'tv', area: 'East', timeZone: 'Asia/Shanghai', openingHours: '24/7' };
  const names = [ODD, 'plain', "O'Brien 100%_\\"];
  const endpointIds: number[] = [];
  for (const [n, name] of names.entries())
    endpointIds.push(
      (await made(administrator, '/api/endpoints', { ...place, name, code: `T-code-of-a-screen-${n}` })).id,
    );
  const [first = 0, second = 0] = endpointIds;
  for (const name of names) {
    const { id: assetId } = await rows.asset({ titleZh: name });
    const playlist = await made(editor, '/api/playlists', { name, items: [{ assetId }] });
    const dates = { fromDate: '2027-01-01', toDate: '2027-12-31' };
    const campaign = await made(editor, '/api/campaigns', { name, ...dates });
    await made(editor, '/api/bookings', {
      ...{ campaignId: campaign.id, playlistId: playlist.id, name, ...dates },
      ...{ endpoints: { endpointIds: [first] }, rate: { kind: 'perHour', plays: 2 } },
    });
    await made(editor, '/api/groups', { name, rule: { kinds: ['tv'] } });
  }

  const box = await pairedBox(running, administrator, first);
  const enrolled = await made(administrator, `/api/endpoints/${second}/enrolments`, undefined);
  const open = await made(administrator, `/api/endpoints/${second}/enrolments`, undefined);
  const joined = await send(`${running.url}/api/player/v1/enrolments`, {
    method: 'POST',
    body: {
      token: enrolled.token,
      hardwareId: 'second',
      capabilities: { video: true, image: true, audio: true },
    },
  });
  // It was used, so that it is told to nobody again.
  await send(`${running.url}/api/player/v1/manifest`, { token: joined.body.token });
  const key = await made(administrator, '/api/keys', {
    name: 'a key',
    scopes: ['fleet.read'],
    expiresAt: null,
  });
  const address = 'https://hook.test/a-path-that-is-secret';
  const plan = {
    name: 'plan',
    what: 'rollCall',
    channel: 'webhook',
    address,
    secret: 'a-secret-of-a-webhook',
  };
  await made(administrator, '/api/dispatch/plans', plan);
  const factor = await made(editor, '/api/session/second-factor', { password: 'the own password of tests' });
  const file = await readFile(join(running.dataDir, 'keys', 'signing.json'), 'utf8');
  const signing = z.object({ d: z.string().min(40) }).parse(JSON.parse(file));
  const told = [
    administrator.token,
    editor.token,
    box.token,
    box.secret,
    joined.body.token,
    open.token,
    key.key,
  ];
  const written = [
    enrolled.token,
    factor.secret,
    signing.d,
    plan.secret,
    address,
    'the own password of tests',
  ];

  const { body } = await administrator.ask('GET', '/openapi.json');
  const routes = Object.entries(documentSchema.parse(body).paths).flatMap(([route, { get }]) =>
    get && !/\/events$|\/export$|^\/metrics|\/oidc/.test(route)
      ? [{ route, parameters: get.parameters ?? [] }]
      : [],
  );
  const requiredOf = (parameters: readonly z.infer<typeof parameterSchema>[]) =>
    Object.fromEntries(
      parameters
        .filter(({ in: at, required }) => at === 'query' && required)
        .map(({ name }) => [name, LAWFUL[name] ?? '1']),
    );
  const requiredAt = new Map(routes.map(({ route, parameters }) => [route, requiredOf(parameters)]));

  return {
    running,
    administrator,
    editor,
    odd: ODD,
    boxToken: box.token,
    usedEnrolment: enrolled.token,
    gets: async () => [...requiredAt].map(([route, required]) => ({ route, required })),
    lists: async () =>
      routes.flatMap(({ route, parameters }) => {
        const asked = parameters.filter(({ in: at }) => at === 'query').map(({ name }) => name);
        return asked.length > 0 ? [{ route, names: asked }] : [];
      }),
    async look(route, query, id = '1') {
      const path = route.replace(/\{[^}]+\}/g, encodeURIComponent(id));
      const { status, body } = await administrator.ask(
        'GET',
        `${path}?${new URLSearchParams({ ...requiredAt.get(route), ...query })}`,
      );
      return { status, body };
    },
    async secrets() {
      const columns = await sql<{ from: string; name: string }[]>`
        select table_name as from, column_name as name from information_schema.columns
        where table_schema = 'public' and data_type = 'text' and table_name <> 'audit_log'
          and column_name ~ '(hash|secret|token|password|codes)$'`;
      const kept = await Promise.all(
        columns.map(
          ({ from, name }) => sql<{ value: string }[]>`
          select ${sql(name)} as value from ${sql(from)} where length(${sql(name)}) >= 8`,
        ),
      );
      return [...new Set([...told, ...written, ...kept.flat().map(({ value }) => value)].map(String))];
    },
    async countOfAllTables() {
      const tables = await sql<{ name: string }[]>`
        select table_name as name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE'
          and table_name !~ 'job|attempt|health|session|told|instance' order by 1`;
      const counts = await Promise.all(
        tables.map(({ name }) => sql<{ rows: number }[]>`select count(*)::int as rows from ${sql(name)}`),
      );
      return Object.fromEntries(tables.map(({ name }, n) => [name, counts[n]?.[0]?.rows ?? -1]));
    },
  };
}
