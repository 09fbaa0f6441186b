import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sha256Hex } from '../src/base/digest.ts';
import { openDatabase } from '../src/db/connect.ts';
import { addFleet } from './plays/a-fleet.ts';
import { type TestPlace, testPlace } from './support/database.ts';
import { send } from './support/server.ts';
import { type ServerProcess, serverProcess } from './support/server-process.ts';
import { startCollector } from './support/trace-collector.ts';

const top = join(import.meta.dirname, '..');
const TOKEN = 'a-token-of-a-box';
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })),
});

/** The Node of the machine, which may be far older than the one that the program brings along. */
const machinesNode =
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find((file) => existsSync(file)) ?? process.execPath;

const execFileAsync = promisify(execFile);
const collector = await startCollector();
afterAll(() => collector.close());

let folder: string;
let program: string;
let place: TestPlace;
let server: ServerProcess | undefined;

/* The browser's part is as `npm test` built it; what `npm pack` makes of the rest is made here. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beacon-packed-'));
  execFileSync(process.execPath, ['src/pack-cli.ts'], { cwd: top, stdio: 'ignore' });
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: top });
  await install();
  place = await testPlace();
});
afterAll(async () => {
  await server?.stop();
  await place?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Unpacks as npm does, and lays beside it what npm would install with it: nothing that is for developers alone. */
async function install(): Promise<void> {
  const modules = join(folder, 'node_modules');
  const home = join(modules, 'beacon-tower');
  await mkdir(home, { recursive: true });
  const version = JSON.parse(await readFile(join(top, 'package.json'), 'utf8')).version;
  const tarball = join(folder, `beacon-tower-${version}.tgz`);
  execFileSync('tar', ['-xzf', tarball, '-C', home, '--strip-components', '1']);
  const lock = lockSchema.parse(JSON.parse(await readFile(join(top, 'package-lock.json'), 'utf8')));
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    const isOutermost = /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path);
    if (!isOutermost || dev === true || !existsSync(join(top, path))) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(top, path), join(folder, path));
  }
  const bin = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')).bin['beacon-tower'];
  program = join(home, bin);
}

describe('the packed program, on a machine with a Node of its own only', () => {
  test('starts, shows console and player page, and answers the poll of a player', async () => {
    const database = await openDatabase(place.options);
    const [seat] = await addFleet(database.sql, 1, Date.now());
    await database.sql`update players set token_hash = ${sha256Hex(TOKEN)} where id = ${seat?.playerId ?? 0}`;
    await database.close();
    const dataDir = 'dataDir' in place.options ? place.options.dataDir : join(folder, 'data');
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    server = await serverProcess(place.options, dataDir, settings, () => {}, [machinesNode, program]);
    await server.start();
    const { url } = server;
    expect((await send(`${url}/readyz`)).body).toEqual({ status: 'ready', waitingFor: [] });
    for (const page of ['/console/', '/player/', '/docs', '/pages/base.css'])
      expect([page, (await fetch(url + page)).status]).toEqual([page, 200]);
    const polled = await send(`${url}/api/player/v1/manifest`, { token: TOKEN });
    expect(polled.status).toBe(200);
    const again = await send(`${url}/api/player/v1/manifest`, {
      token: TOKEN,
      headers: { 'if-none-match': polled.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  test('ends its server when a service manager asks it to, and what it answered is with the collector of traces, no secret in it', async () => {
    const guess = { username: 'admin', password: 'a guess that nobody may read' };
    await send(`${server?.url}/api/session`, { method: 'POST', body: guess });
    await send(`${server?.url}/api/assets?q=a-secret-search`, { token: 'bt_a-key-of-a-program' });
    await server?.stop();
    await expect(fetch(`${server?.url}/healthz`)).rejects.toThrow();
    const told = collector.bodies.join();
    for (const span of ['GET /readyz', 'GET /api/player/v1/manifest', 'POST /api/session', 'GET /api/assets'])
      expect(told).toContain(`"name":"${span}"`);
    for (const secret of [TOKEN, guess.password, guess.username, 'a-secret-search', 'bt_a-key'])
      expect(told).not.toContain(secret);
  });

  test('reads a film in a process of its own, also as plain JavaScript', async () => {
    const { options } = place;
    const env = {
      ...{ PATH: process.env.PATH, HOME: folder, LANG: 'en' },
      DATA_DIR: 'dataDir' in options ? options.dataDir : join(folder, 'data'),
      ...('url' in options && { DATABASE_URL: options.url }),
    };
    const film = join(top, 'media', 'samples', 'psa-ebike-charging.mp4');
    const { stdout } = await execFileAsync(machinesNode, [program, 'import', film], { env });
    expect(stdout).toContain('psa-ebike-charging');
  });

  test('puts data where the system keeps them for a person, and says which commands there are', () => {
    const settings = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: join(folder, 'kept') };
    const asked = (...args: string[]) =>
      execFileSync(machinesNode, [program, ...args], { encoding: 'utf8', stdio: 'pipe', env: settings });
    expect(asked('--help')).toContain(`Data lie in ${join(folder, 'kept', 'beacon-tower')} unless`);
    expect(asked('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(() => asked('dance')).toThrow();
    const odd = {
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...settings, YOUNG_GENERATION_MB: 'much' },
    } as const;
    expect(() => execFileSync(machinesNode, [program, 'start'], odd)).toThrow('a number of megabytes');
    // A command of the guide, told its way by the launcher: the folder that it misses is the one above.
    expect(() => asked('report', '--campaign', '1')).toThrow(join(folder, 'kept', 'beacon-tower'));
  });
});
