import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import postgres from 'postgres';
import { readConfig } from '../../src/config.ts';
import { seedDemo } from '../../src/demo/seed-flow.ts';
import { KIOSK_PAGES } from '../../src/http/page-files.ts';
import { runServer } from '../../src/run-server.ts';
import { signIn } from '../support/editor-account.ts';
import { fillEmptyTables } from './fill-tables.ts';
import { packPages } from './pages-of-release.ts';
import { raiseEmergency } from './raise-emergency.ts';
import { statementRecorder } from './statement-recorder.ts';

/*
 * What stays of a release, so that every later version is tried against it:
 *
 *   npm run build && node test/releases/cut-release.ts 0.1.0 postgres://…an empty database
 *
 * backup/        a database of this schema with rows in all tables, as `npm run backup` writes it
 * speaker.js.gz  the loudspeaker player as it was installed in the field
 * kiosk.json.gz  the browser player, its files in one
 * messages.json  what that player asked and what this server answered
 * statements.json.gz  what this server asked of its database meanwhile
 *
 * The key in the backup was made for this and signs nothing else.
 */

/** One request of the player with its answer. */
interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly type: string | null;
  readonly answer: string;
}

const [version, url] = process.argv.slice(2);
if (version === undefined || url === undefined) throw new Error('Give a version and an empty database.');
const target = join(import.meta.dirname, version);
const speaker = join(import.meta.dirname, '..', '..', 'dist', 'headless', 'speaker.js');
const scratch = await mkdtemp(join(tmpdir(), 'beacon-release-'));
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const sql = postgres(url, { max: 1 });
const recorder = await statementRecorder(url);
const environment = {
  DATA_DIR: join(scratch, 'server'),
  DATABASE_URL: recorder.url,
  PORT: '8179',
  LOG_LEVEL: 'error',
};
const exchanges = await recorded();
recorder.close();
const statements = JSON.stringify(recorder.statements(), null, 1);
await writeFile(join(target, 'statements.json.gz'), gzipSync(statements, { level: 9 }));
await writeFile(join(target, 'messages.json'), `${JSON.stringify(exchanges, null, 1)}\n`);
await writeFile(join(target, 'kiosk.json.gz'), await packPages(KIOSK_PAGES));
await writeFile(join(target, 'speaker.js.gz'), gzipSync(await readFile(speaker), { level: 9 }));

console.log('one row each:', await fillEmptyTables(sql));
await sql.end();
const cli = join(import.meta.dirname, '..', '..', 'src', 'backup', 'backup-cli.ts');
execFileSync(process.execPath, [cli, 'backup', '--folder', join(target, 'backup')], {
  env: { ...process.env, ...environment, DATABASE_URL: url },
  stdio: 'inherit',
});
await rm(scratch, { recursive: true });

/** The player plays for half a minute through a proxy that writes down; an emergency comes in between. */
async function recorded(): Promise<Exchange[]> {
  const running = await runServer(readConfig(environment));
  const { server } = running;
  await server.people.ensureAdministrator();
  const seeded = await seedDemo(server, Date.now(), () => {});
  await server.board.refresh();
  const box = seeded.endpoints.find(({ kind }) => kind === 'loudspeaker');
  const [offer] = await server.players.offerEnrolments(box ? [box.id] : [], 'system');
  const found: Exchange[] = [];
  const proxy = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { method = 'GET', url: path = '/' } = request;
    const headers = new Headers();
    for (const name of ['authorization', 'content-type', 'if-none-match', 'range', 'content-encoding'])
      if (typeof request.headers[name] === 'string') headers.set(name, request.headers[name]);
    const answer = await fetch(running.url + path, { method, headers, ...(body.length > 0 && { body }) });
    const { status } = answer;
    const type = answer.headers.get('content-type');
    response.writeHead(
      status,
      Object.fromEntries([...answer.headers].filter(([n]) => !/encoding|length/.test(n))),
    );
    if (path.endsWith('/events') || path.includes('/media/')) {
      try {
        for await (const piece of answer.body ?? []) response.write(piece);
      } catch {
        // The server ended first, as it does at the end.
      }
      response.end();
      return;
    }
    const text = await answer.text();
    response.end(text);
    const isNew = !found.some((one) => one.path === path && one.status === status);
    if (isNew || path.endsWith('/plays'))
      found.push({
        method,
        path,
        body: body.length > 0 ? JSON.parse(body.toString()) : null,
        status,
        type,
        answer: text,
      });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : null;
  const player = spawn(
    process.execPath,
    [
      speaker,
      '--server',
      `http://127.0.0.1:${port}`,
      '--data',
      join(scratch, 'box'),
      '--enrolment',
      offer?.token ?? '',
      '--sink',
      'null',
    ],
    { stdio: 'inherit' },
  );
  await pause(15_000);
  const { username, password } = await server.people.renewPassword('system', 'admin', 'lasts');
  const [siren] = await sql<{ id: number }[]>`
    select id from assets where media_class = 'audio' order by id limit 1`;
  const token = await signIn(running.url, { username, password });
  await raiseEmergency(async (method, path, content) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(running.url + path, { method, headers, body: JSON.stringify(content ?? {}) });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }, siren?.id ?? 0);
  await pause(15_000);
  player.kill('SIGTERM');
  await once(player, 'exit');
  proxy.closeAllConnections();
  proxy.close();
  await running.stop();
  return found;
}
