import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '../../src/base/digest.ts';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { serverProcess } from '../support/server-process.ts';
import { worldOf } from '../support/world.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { processorSeconds } from './processor-time.ts';
import { type Load, type LoadFigures, rawLoad } from './raw-load.ts';
import { median, withScratchUrl } from './scratch-database.ts';

const PLAYERS = 1_000;
const CONNECTIONS = 64;
const ROUNDS = 5;
const ROUND_MS = 3_000;
const PATH = '/api/player/v1/manifest';

/** A process goes to the first core, this one, with the load, to the second; where there is no `taskset`, nowhere. */
function pin(pid: number | undefined, core: number): void {
  try {
    execFileSync('taskset', ['-a', '-cp', String(core), String(pid)], { stdio: 'ignore' });
  } catch {
    // Unpinned figures are noisier, not wrong.
  }
}

/** Endpoints with a player each, whose tokens are `bench-token-1` and so on. */
async function addPlayers(place: DatabaseOptions): Promise<void> {
  const database = await openDatabase(place);
  const world = worldOf(database);
  const areaId = await world.area();
  const { id: assetId } = await world.asset({ isFiller: true });
  const playlistId = await world.playlist(assetId);
  await world.booking({ playlistId, campaignId: await world.campaign('2020-01-01', '2099-12-31') });
  for (let n = 1; n <= PLAYERS; n += 1) {
    const endpointId = await world.endpoint({ areaId });
    await database.sql`
      insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at, last_seen_at)
      values (${endpointId}, ${sha256Hex(`bench-token-${n}`)}, '', '{}', now(), now())`;
  }
  await database.close();
}

type Round = LoadFigures & { readonly microseconds: number };

/** A load, with the server's processor time for each request. */
async function roundOf(load: Load, pid: number | undefined): Promise<Round> {
  const before = await processorSeconds(pid ?? 0);
  const figures = await rawLoad(load);
  const seconds = (await processorSeconds(pid ?? 0)) - before;
  return { ...figures, microseconds: (seconds * 1e6) / figures.answers };
}

function requestOf(token: string, etag: string): string {
  return `GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nIf-None-Match: ${etag}\r\n\r\n`;
}

/**
 * Unchanged polls of 1,000 paired players at one server process, against a bare Hono route that answers 304: most
 * requests a second, in turns, medians of 5 rounds; then the 99th percentile at half of that. On PostgreSQL; with `--embedded`
 * on the embedded database.
 */
export async function run(): Promise<BenchResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-'));
  const onPlace = async (place: DatabaseOptions): Promise<BenchResult> => {
    await addPlayers(place);
    const server = await serverProcess(place, dataDir);
    const bare = fork(fileURLToPath(new URL('bare-hono.ts', import.meta.url)), { silent: true });
    const [told] = (await once(bare.stdout ?? bare, 'data')) as [Buffer];
    try {
      await server.start();
      pin(server.pid, 0);
      pin(bare.pid, 0);
      pin(process.pid, 1);
      const port = Number(new URL(server.url).port);
      const requests = await Promise.all(
        Array.from({ length: CONNECTIONS }, async (_, n) => {
          const token = `bench-token-${n + 1}`;
          const answer = await fetch(`${server.url}${PATH}`, {
            headers: { authorization: `Bearer ${token}` },
          });
          await answer.arrayBuffer();
          return requestOf(token, answer.headers.get('etag') ?? '');
        }),
      );
      const ours = { port, requests, expected: 'HTTP/1.1 304' };
      const yardstick = {
        port: Number(told.toString()),
        requests: requests.map(() => requestOf('any', '"yardstick"')),
        expected: 'HTTP/1.1 304',
      };
      await rawLoad({ ...ours, forMs: ROUND_MS });
      await rawLoad({ ...yardstick, forMs: ROUND_MS });
      const rounds: { ours: Round; bare: Round }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push({
          ours: await roundOf({ ...ours, forMs: ROUND_MS }, server.pid),
          bare: await roundOf({ ...yardstick, forMs: ROUND_MS }, bare.pid),
        });
      }
      const value = median(rounds.map((round) => round.ours.perSecond));
      const half = await rawLoad({ ...ours, forMs: 2 * ROUND_MS, pacePerSecond: value / 2 });
      return {
        name: 'poll',
        value: Math.round(value),
        unit: 'requests/s',
        yardstick: Math.round(median(rounds.map((round) => round.bare.perSecond))),
        ratio: rounded(median(rounds.map((round) => round.ours.perSecond / round.bare.perSecond))),
        n: rounds.reduce((sum, round) => sum + round.ours.answers, 0),
        wrong: rounds.reduce((sum, round) => sum + round.ours.wrong, half.wrong),
        // A neighbour's load takes requests a second away, processor time for each hardly.
        microsecondsPerRequest: rounded(median(rounds.map((round) => round.ours.microseconds))),
        bareMicrosecondsPerRequest: rounded(median(rounds.map((round) => round.bare.microseconds))),
        processorRatio: rounded(
          median(rounds.map((round) => round.bare.microseconds / round.ours.microseconds)),
        ),
        p99MsAtFullLoad: rounded(median(rounds.map((round) => round.ours.p99Ms))),
        bareP99MsAtFullLoad: rounded(median(rounds.map((round) => round.bare.p99Ms))),
        halfLoadPerSecond: Math.round(half.perSecond),
        p99MsAtHalfLoad: rounded(half.p99Ms),
      };
    } finally {
      bare.disconnect();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  };
  return process.argv.includes('--embedded')
    ? onPlace({ dataDir })
    : withScratchUrl((url) => onPlace({ url }));
}
