import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CROWD_SPREAD_MS } from '../../players/core/errands.ts';
import { type Fleet, startFleet } from '../../players/fleet/start-fleet.ts';
import { sha256Hex } from '../../src/base/digest.ts';
import { type Database, openDatabase } from '../../src/db/connect.ts';
import { serverProcess } from '../support/server-process.ts';
import { worldOf } from '../support/world.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { withScratchUrl } from './scratch-database.ts';
import { type Served, servedPlayers } from './served.ts';

const ROUNDS = 3;
/** Every player plays one of these after the other: so many reports come in. */
const FILM_MS = 5_000;
const SETTLE_MS = 8_000;
const GIVE_UP_MS = 90_000;

/** `--players 3000` */
function playersAsked(): number {
  const at = process.argv.indexOf('--players');
  const count = z.coerce.number().int().min(10).max(10_000);
  return at < 0 ? 1_000 : count.parse(process.argv[at + 1]);
}

/** Endpoints that play one film around the clock, and an enrolment token for each. */
export async function fill(database: Database, count: number, dataDir: string): Promise<{ token: string }[]> {
  const world = worldOf(database);
  const film = await world.asset({ isFiller: true, durationMs: FILM_MS });
  // The bytes whose hash the world gives its films.
  const path = join(dataDir, 'media', film.sha256.slice(0, 2), film.sha256);
  let bytes = 'film 1';
  for (let n = 2; sha256Hex(bytes) !== film.sha256; n += 1) bytes = `film ${n}`;
  await database.sql`update assets set bytes = ${bytes.length} where id = ${film.id}`;
  await database.sql`update renditions set bytes = ${bytes.length} where asset_id = ${film.id}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  await world.booking({
    playlistId: await world.playlist(film.id),
    campaignId: await world.campaign('2020-01-01', '2099-12-31'),
    fromDate: '2020-01-01',
    toDate: '2099-12-31',
  });
  const ids = await world.endpointsAlike(count);
  const tokens = await world.enrolments(ids);
  return tokens.map((token, n) => ({ id: ids[n] ?? 0, token }));
}

/** What stands before servers at these ports, at one address. */
export async function front(ports: readonly string[]): Promise<{ url: string; stop(): void }> {
  const child = fork(fileURLToPath(new URL('front-proxy.ts', import.meta.url)), ports, { silent: true });
  const [told] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${Number(told.toString())}`, stop: () => void child.kill() };
}

/** Waits until `isSo`, and says how long in ms it took. */
async function until(isSo: () => boolean, what: string): Promise<number> {
  const began = performance.now();
  while (!isSo()) {
    if (performance.now() - began > GIVE_UP_MS) throw new Error(`never: ${what}`);
    await pause(5);
  }
  return performance.now() - began;
}

/** Kills one of two servers again and again; seconds until every player was served, kill by kill. */
async function kills(count: number, served: Served, servers: Awaited<ReturnType<typeof serverProcess>>[]) {
  const rounds: { seconds: number; streamsBack: number; streams: number; requests: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await until(() => served.open() === count && served.failing() === 0, 'all players served before a kill');
    await pause(SETTLE_MS);
    served.takeLosses();
    // The one that came back last has few streams: the next kill takes the other.
    const victim = servers[round % 2];
    const began = performance.now();
    await victim?.kill();
    await until(() => served.open() < count, 'the first loss');
    await until(() => served.open() === count, 'all streams open');
    const streamsBack = (performance.now() - began) / 1_000;
    await until(() => served.open() === count && served.failing() === 0, 'all players served');
    const seconds = (performance.now() - began) / 1_000;
    rounds.push({ seconds, streamsBack, ...served.takeLosses() });
    console.error(`kill ${round + 1} of ${ROUNDS}: ${JSON.stringify(rounds.at(-1))}`);
    await victim?.start();
  }
  return rounds;
}

/** The same many plain connections before two bare servers of which one is killed, each back after a chance in the same spread. */
async function bareSeconds(count: number): Promise<number> {
  const children = await Promise.all(
    [1, 2].map(async () => {
      const child = fork(fileURLToPath(new URL('bare-broadcast.ts', import.meta.url)), { silent: true });
      const [told] = (await once(child.stdout ?? child, 'data')) as [Buffer];
      return { child, port: String(Number(told.toString())) };
    }),
  );
  const before = await front(children.map(({ port }) => port));
  const agent = new Agent({ keepAlive: false });
  let open = 0;
  let isOver = false;
  const listen = (): void => {
    if (isOver) return;
    let wasOpen = false;
    const asked = get(`${before.url}/api/player/v1/events`, { agent }, (answer) => {
      wasOpen = true;
      open += 1;
      answer.resume().on('error', () => {});
    });
    asked.on('error', () => {});
    asked.once('close', () => {
      if (wasOpen) open -= 1;
      setTimeout(listen, Math.random() * CROWD_SPREAD_MS);
    });
  };
  for (let n = 0; n < count; n += 1) setTimeout(listen, n);
  await until(() => open === count, 'all plain connections');
  const began = performance.now();
  children[0]?.child.kill('SIGKILL');
  await until(() => open < count, 'the first loss of the plain ones');
  await until(() => open === count, 'all plain connections again');
  const seconds = (performance.now() - began) / 1_000;
  isOver = true;
  before.stop();
  children[1]?.child.kill();
  return seconds;
}

/** Sets what the fleet says was acknowledged against the database. */
export async function compare(
  { sql }: Database,
  truth: Awaited<ReturnType<Fleet['stop']>>,
): Promise<{ lost: number; doubled: number; plays: number }> {
  const rows = await sql<{ endpointId: number; times: number; kept: number }[]>`
    with held as (
      select player_id, seq from plays union all
      select player_id, seq from quarantined_plays where seq is not null
    )
    select p.endpoint_id as "endpointId", count(*)::int as times, count(distinct h.seq)::int as kept
    from held h join players p on p.id = h.player_id group by 1`;
  const held = new Map(rows.map(({ endpointId, ...row }) => [endpointId, row]));
  let lost = 0;
  let doubled = 0;
  for (const { endpointId, lastSeq, waiting } of truth.perPlayer) {
    const { times, kept } = held.get(endpointId ?? 0) ?? { times: 0, kept: 0 };
    lost += Math.max(0, lastSeq - waiting - kept);
    doubled += times - kept;
  }
  const [counted] = await sql<{ plays: number }[]>`select count(*)::int as plays from plays`;
  return { lost, doubled, plays: counted?.plays ?? 0 };
}

/**
 * Two server programs behind a front, with simulated players that poll, hold their event stream and report a play each
 * every five seconds; one is killed with -9 and started again, then the other, three times. Value: the longest time until
 * every stream is open again and every request that failed was got through. Yardstick: plain connections before bare
 * servers that come back in the same spread of time.
 */
export async function run(): Promise<BenchResult> {
  const count = playersAsked();
  return withScratchUrl(async (url) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-'));
    const database = await openDatabase({ url });
    const enrolments = await fill(database, count, dataDir);
    const servers = [await serverProcess({ url }, dataDir), await serverProcess({ url }, dataDir)];
    try {
      for (const server of servers) await server.start();
      const before = await front(servers.map((server) => new URL(server.url).port));
      const served = servedPlayers();
      const fleet = startFleet({
        ...{ server: before.url, enrolments, rampMs: count * 10, link: served.watch },
      });
      const rounds = await kills(count, served, servers);
      const truth = await fleet.stop(30_000);
      const compared = await compare(database, truth);
      before.stop();
      const yardstick = await bareSeconds(count);
      const value = Math.max(...rounds.map(({ seconds }) => seconds));
      return {
        name: 'failover',
        value: rounded(value),
        unit: 's until every player is served again, worst of the kills',
        yardstick: rounded(yardstick),
        ratio: rounded(value / yardstick),
        n: rounds.length,
        players: count,
        seconds: rounds.map(({ seconds }) => rounded(seconds)),
        streamsBack: rounds.map(({ streamsBack }) => rounded(streamsBack)),
        streamsLost: rounds.map(({ streams }) => streams),
        requestsFailed: rounds.map(({ requests }) => requests),
        ...compared,
        waiting: truth.playsWaiting,
      };
    } finally {
      for (const server of servers) await server.kill();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}
