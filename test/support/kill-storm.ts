import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../players/fleet/seeded-random.ts';
import { sha256Hex } from '../../src/base/digest.ts';
import { localDateOf } from '../../src/base/local-time.ts';
import { DAY_MS } from '../../src/base/units.ts';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { makeReport } from '../../src/impressions/report-flow.ts';
import { reportStore } from '../../src/impressions/report-store.ts';
import { addFleet, fileOf } from '../plays/a-fleet.ts';
import { serverProcess } from './server-process.ts';
import { type StormFaults, type StormPlay, stormPlayer } from './storm-player.ts';

/** What a storm left behind. */
export interface StormResult {
  readonly plays: number;
  /** Plays of the truth that are not stored. */
  readonly lost: number;
  /** Rows beyond one for each play. */
  readonly doubled: number;
  /** Endpoints and days whose figures in the final report differ from the truth. */
  readonly reportDifferences: number;
  readonly serverKills: number;
  readonly playerKills: number;
  readonly faults: StormFaults;
}

/** What a storm is made of. */
export interface Storm {
  /** A fresh database, migrated and empty. */
  readonly place: DatabaseOptions;
  /** How many server processes share it: 1 on the embedded default. */
  readonly servers: number;
  readonly players: number;
  /** How often something is killed; in about a third of the moments it is a player. */
  readonly moments: number;
  readonly seed: number;
  /** Hears of every moment, counted from 1. */
  readonly onMoment?: (moment: number) => void;
}

/** Room for 140,000 plays of each player before they would reach the present. */
const SINCE_MS = 25 * DAY_MS;
const SPACING_MS = 15_000;
const ZONE = 'Asia/Shanghai';

/**
 * Real server processes are killed at random moments while players report plays twice, out of order and cut
 * half-way, and die themselves; then everything that was played is compared with what was counted.
 */
export async function killStorm(storm: Storm): Promise<StormResult> {
  const { place, servers, players, moments, seed, onMoment = () => {} } = storm;
  const random = seededRandom(seed);
  const scratch = await mkdtemp(join(tmpdir(), 'beacon-storm-'));
  const dataDir = 'dataDir' in place ? place.dataDir : scratch;
  const since = Date.now() - SINCE_MS;
  const faults: StormFaults = { duplicated: 0, reordered: 0, cutHalfway: 0, answersLost: 0 };
  const database = await openDatabase(place);
  const fleet = await addFleet(database.sql, players, since - DAY_MS);
  for (const { playerId } of fleet) {
    await database.sql`update players set token_hash = ${sha256Hex(`storm-token-${playerId}`)} where id = ${playerId}`;
  }
  await database.close();

  const running = await Promise.all(Array.from({ length: servers }, () => serverProcess(place, dataDir)));
  let serverKills = 0;
  let playerKills = 0;
  try {
    for (const server of running) await server.start();
    const boxes = fleet.map(({ playerId }) =>
      stormPlayer({
        urls: running.map(({ url }) => url),
        token: `storm-token-${playerId}`,
        epoch: `storm-${seed}-${playerId}`,
        nextPlay: (seq) => stormPlay(seq, since),
        random,
        faults,
      }),
    );
    let failure: unknown;
    const working = Promise.all(boxes.map((box) => box.run())).catch((error: unknown) => {
      failure = error;
    });
    const waitForTraffic = () => pause(random() * 400);
    const rounds = running.map(async (server) => {
      while (serverKills + playerKills < moments && failure === undefined) {
        await waitForTraffic();
        if (random() < 1 / 3) {
          playerKills += 1;
          boxes[Math.floor(random() * boxes.length)]?.kill();
        } else {
          serverKills += 1;
          await server.kill();
          await server.start();
        }
        onMoment(serverKills + playerKills);
      }
    });
    await Promise.all(rounds);
    for (const box of boxes) box.end();
    await working;
    if (failure !== undefined) throw failure;
    for (const server of running) await server.stop();
    const truth = new Map(fleet.map(({ endpointId }, n) => [endpointId, boxes[n]?.truth ?? []]));
    return { ...(await compare(place, truth, since)), serverKills, playerKills, faults };
  } finally {
    for (const server of running) await server.kill();
    await rm(scratch, { recursive: true, force: true });
  }
}

function stormPlay(seq: number, since: number): StormPlay {
  const assetId = (seq % 5) + 1;
  const outcome = (['completed', 'completed', 'cut', 'failed'] as const)[seq % 4] ?? 'completed';
  return {
    seq,
    bookingId: [1, 1, 2, 2, null][assetId - 1] ?? null,
    assetId,
    sha256: fileOf(assetId),
    startedAt: new Date(since + seq * SPACING_MS).toISOString(),
    durationMs: outcome === 'completed' ? 10_000 : (seq * 37) % 9_000,
    outcome,
  };
}

/** Sets the plays, and the report of every endpoint by day, against the truth. */
async function compare(
  place: DatabaseOptions,
  truth: ReadonlyMap<number, readonly StormPlay[]>,
  since: number,
) {
  const database = await openDatabase(place);
  try {
    const { sql } = database;
    let lost = 0;
    let doubled = 0;
    let reportDifferences = 0;
    const store = reportStore(sql, Date.now);
    const period = { from: localDateOf(since - DAY_MS, ZONE), to: localDateOf(Date.now(), ZONE) };
    for (const [endpointId, plays] of truth) {
      const rows = await sql<{ seq: number; times: number }[]>`
        select seq::float8 as seq, count(*)::int as times from plays where endpoint_id = ${endpointId} group by 1`;
      const stored = new Map(rows.map(({ seq, times }) => [seq, times]));
      lost += plays.filter(({ seq }) => !stored.has(seq)).length;
      doubled += rows.reduce((sum, { times }) => sum + times, 0) - stored.size;
      const report = await makeReport(store, Date.now, { by: 'day', endpointId, ...period });
      const told = report.rows
        .map((row) => [row.key, row.playsCounted, row.playsCut, row.playsFailed, row.airtimeMs])
        .filter(([, ...counts]) => counts.some((count) => count !== 0));
      if (JSON.stringify(told) !== JSON.stringify(figuresByDay(plays))) reportDifferences += 1;
    }
    const all = [...truth.values()].reduce((sum, plays) => sum + plays.length, 0);
    return { plays: all, lost, doubled, reportDifferences };
  } finally {
    await database.close();
  }
}

function figuresByDay(plays: readonly StormPlay[]): unknown[] {
  const days = new Map<string, [number, number, number, number]>();
  for (const { startedAt, durationMs, outcome } of plays) {
    const key = localDateOf(Date.parse(startedAt), ZONE);
    const [completed, cut, failed, airtime] = days.get(key) ?? [0, 0, 0, 0];
    days.set(key, [
      completed + Number(outcome === 'completed'),
      cut + Number(outcome === 'cut'),
      failed + Number(outcome === 'failed'),
      airtime + (outcome === 'failed' ? 0 : durationMs),
    ]);
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, counts]) => [key, ...counts]);
}
