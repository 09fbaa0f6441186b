import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Sql } from 'postgres';
import { DAY_MS, HOUR_MS } from '../../src/base/units.ts';
import { type Database, openDatabase } from '../../src/db/connect.ts';
import { type PlayReportEnvelope, startIngest } from '../../src/plays/ingest-flow.ts';
import { placeStore } from '../../src/plays/place-store.ts';
import { playMonths } from '../../src/plays/play-months-store.ts';
import { playStore } from '../../src/plays/play-store.ts';
import { toldStore } from '../../src/plays/told-store.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { type ReadyReport, withServer } from './ingest-http.ts';
import { median, withScratchUrl } from './scratch-database.ts';

const PLAYERS = 1_000;
const PLAYS_EACH = 500;
const PER_REPORT = 100;
const ASSETS = 20;
const CONNECTIONS = 64;
const ROUNDS = 3;
/** What a year of a large county leaves behind. */
const STORED = 10_000_000;
const ROWS = PLAYERS * PLAYS_EACH;
const SINCE = Date.UTC(2027, 1, 2);
const NOW = SINCE + DAY_MS;

const shaOf = (asset: number): string => asset.toString(16).padStart(64, '0');

/** Every player's plays, one each 10 s, in reports of 100; the reports of all players take turns. */
function reportsOf(
  round: number,
  since = SINCE,
  now = NOW,
): { readonly playerId: number; readonly report: PlayReportEnvelope }[] {
  const reports: { readonly playerId: number; readonly report: PlayReportEnvelope }[] = [];
  const clock = { now: new Date(now).toISOString() };
  for (let first = 0; first < PLAYS_EACH; first += PER_REPORT) {
    for (let playerId = 1; playerId <= PLAYERS; playerId += 1) {
      const plays = Array.from({ length: PER_REPORT }, (_, n) => {
        const asset = ((first + n) % ASSETS) + 1;
        return {
          seq: first + n + 1,
          bookingId: (asset % 4) + 1,
          assetId: asset,
          sha256: shaOf(asset),
          startedAt: new Date(since + (first + n) * 10_000 + playerId).toISOString(),
          durationMs: 10_000,
          outcome: 'completed',
        };
      });
      const report = { epoch: `bench-round-${round}`, plays, clock };
      // As read off the wire.
      reports.push({ playerId, report: JSON.parse(JSON.stringify(report)) as PlayReportEnvelope });
    }
  }
  return reports;
}

async function addPlayers(sql: Sql): Promise<void> {
  const told = JSON.stringify(
    Array.from({ length: ASSETS }, (_, n) => [shaOf(n + 1), n + 1, ((n + 1) % 4) + 1, 10_000]),
  );
  await sql`insert into areas (name) values ('area')`;
  await sql`
    insert into endpoints (code, name, kind, area_id, owner, time_zone, opening_hours, quiet_hours, place_class,
      audience_per_hour, dwell_seconds, created_at)
    select n, n, 'screen', 1, '', 'Asia/Shanghai', '[]', '[]', 'plaza', 100, 10, now()
    from generate_series(1, ${PLAYERS}) as n`;
  await sql`
    insert into players (endpoint_id, token_hash, hardware_id, capabilities, paired_at)
    select n, encode(sha256(convert_to('bench-token-' || n, 'UTF8')), 'hex'), '', '{}',
      to_timestamp(${SINCE}::float8 / 1000) - interval '1 year' from generate_series(1, ${PLAYERS}) as n`;
  await sql`
    insert into manifests (endpoint_id, revision, serial, issued_at, valid_until, told)
    select n, '', 1, now(), now(), ${told}::text::jsonb from generate_series(1, ${PLAYERS}) as n`;
}

/**
 * Plays a second that the server counts: judged, deduplicated, summed and committed. `settled`: the same until their sums
 * are put into hours and days as well, the part that was not yet done beside the commits.
 */
async function ingestRate(
  database: Database,
  round: number,
): Promise<{ readonly committed: number; readonly settled: number }> {
  const { sql } = database;
  const plays = playStore(sql);
  const ingest = startIngest({
    plays,
    months: playMonths(sql),
    told: toldStore(sql),
    places: placeStore(sql),
    clock: () => NOW,
    inFlight: 2,
  });
  const reports = reportsOf(round);
  const clock = { now: new Date(NOW).toISOString() };
  for (let playerId = 1; playerId <= PLAYERS; playerId += 1) {
    // The epochs begin, and what was told is read, outside the measured time: both happen once in a life.
    await ingest.receive(
      { playerId, endpointId: playerId },
      { epoch: `bench-round-${round}`, plays: [], clock },
    );
  }
  await sql`checkpoint`;
  const began = performance.now();
  const turn = reports.values();
  let accepted = 0;
  const connection = async (): Promise<void> => {
    for (const { playerId, report } of turn) {
      const receipt = await ingest.receive({ playerId, endpointId: playerId }, report);
      accepted += receipt.accepted;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const seconds = (performance.now() - began) / 1_000;
  if (accepted !== ROWS) throw new Error(`${accepted} of ${ROWS} plays were counted`);
  await plays.settle();
  const settledSeconds = (performance.now() - began) / 1_000;
  return { committed: ROWS / seconds, settled: ROWS / settledSeconds };
}

/** Rows a second of one COPY of the very same rows into one table with a primary key. */
async function copyRate(sql: Sql, rows: readonly string[]): Promise<number> {
  await sql`drop table if exists plain_plays`;
  await sql`create table plain_plays (like plays, primary key (player_id, epoch_no, seq))`;
  await sql`checkpoint`;
  const began = performance.now();
  await pipeline(Readable.from(rows), await sql`copy plain_plays from stdin`.writable());
  const seconds = (performance.now() - began) / 1_000;
  const [row] = await sql<{ rows: number }[]>`select count(*)::int as rows from plain_plays`;
  if (row?.rows !== ROWS) throw new Error(`${row?.rows} of ${ROWS} rows were copied`);
  return ROWS / seconds;
}

/** The rows that a round stored, as COPY text in pieces of some 64 kB. */
async function rowsOf(sql: Sql): Promise<string[]> {
  const pieces: string[] = [];
  let piece = '';
  for await (const chunk of await sql`copy (select * from plays) to stdout`.readable()) {
    piece += chunk;
    if (piece.length < 65_536) continue;
    pieces.push(piece);
    piece = '';
  }
  return [...pieces, piece];
}

async function fill(sql: Sql): Promise<void> {
  await playMonths(sql).ensure([SINCE]);
  // Of other epochs, over the whole month before, so that hours and plays exist beside the new ones.
  await sql`
    insert into plays
    select n % ${PLAYERS} + 1, 1000, n, n % ${PLAYERS} + 1, n % ${ASSETS} + 1, n % ${ASSETS} % 4 + 1, null,
      to_timestamp(${SINCE}::float8 / 1000) + n * interval '200 ms', 10000, 'completed', now()
    from generate_series(1, ${STORED}) as n`;
  await sql`
    insert into settled_play_hours
    select endpoint_id, booking_id, asset_id, date_trunc('hour', started_at, 'UTC'), count(*), 0, 0, sum(duration_ms)
    from plays group by 1, 2, 3, 4 on conflict do nothing`;
  await sql`
    insert into settled_play_days
    select booking_id, (started_at at time zone 'Asia/Shanghai')::date, endpoint_id, asset_id, count(*), 0, 0,
      sum(duration_ms)
    from plays group by 1, 2, 3, 4 on conflict do nothing`;
  // Else the database does it by itself while we measure.
  await sql`vacuum analyze`;
  await sql`checkpoint`;
}

const readyReports = (reports: ReturnType<typeof reportsOf>): ReadyReport[] =>
  reports.map(({ playerId, report }) => ({ token: `bench-token-${playerId}`, body: JSON.stringify(report) }));

/** An hour of a county: 138 players, each reporting its four plays of every minute. */
function ordinaryHour(now: number): ReadyReport[] {
  const reports: ReadyReport[] = [];
  const everyFourPlays = reportsOf(999, now - DAY_MS, now).filter(({ playerId }) => playerId <= 138);
  for (const { playerId, report } of everyFourPlays) {
    for (let first = 0; first < PER_REPORT; first += 4) {
      const plays = report.plays.slice(first, first + 4);
      reports.push({ token: `bench-token-${playerId}`, body: JSON.stringify({ ...report, plays }) });
    }
  }
  return reports.slice(0, 138 * 60);
}

/** The same over HTTP, by the real server in a process of its own; its clock is the real one. */
async function overHttp(url: string, sql: Sql, rows: readonly string[]) {
  const now = Date.now();
  return withServer(
    url,
    async (post) => {
      const pairs: number[] = [];
      let last = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        const copy = await copyRate(sql, rows);
        const reports = readyReports(reportsOf(100 + round, now - round * DAY_MS, now));
        const { rate, accepted } = await post(reports, CONNECTIONS);
        if (accepted !== ROWS) throw new Error(`${accepted} of ${ROWS} plays were counted over HTTP`);
        last = rate;
        pairs.push(rate / copy);
      }
      const hour = await post(ordinaryHour(now), 8);
      return {
        httpPlaysASecond: Math.round(last),
        httpRatio: rounded(median(pairs)),
        ordinaryHourServerPercent: rounded((hour.serverSeconds / 3_600) * 100),
        ordinaryHourDatabasePercent: rounded((hour.databaseSeconds / 3_600) * 100),
      };
    },
    sql,
  );
}

/** Measures counting of plays against COPY, on an empty system and on one with 10 million plays. */
export async function run(): Promise<BenchResult> {
  return withScratchUrl(async (url) => {
    const database = await openDatabase({ url });
    try {
      return await measure(url, database);
    } finally {
      await database.close();
    }
  });
}

async function measure(url: string, database: Database): Promise<BenchResult> {
  const { sql } = database;
  await addPlayers(sql);
  await playMonths(sql).ensure([SINCE, SINCE + 31 * DAY_MS + HOUR_MS]);
  const empty = async () =>
    void (await sql`truncate plays, settled_play_hours, settled_play_days, unsettled_sums, player_epochs`);
  await ingestRate(database, 0);
  const rows = await rowsOf(sql);
  // Each rate is set against a COPY right beside it, since other work on the machine slows both.
  const pairs = async (first: number, before: () => Promise<void>) => {
    const found: { copy: number; ingest: number; settled: number }[] = [];
    for (let round = first; round < first + ROUNDS; round += 1) {
      const copy = await copyRate(sql, rows);
      await before();
      const { committed, settled } = await ingestRate(database, round);
      found.push({ copy, ingest: committed, settled });
    }
    return found;
  };
  const onEmpty = await pairs(1, empty);
  const http = await overHttp(url, sql, rows);
  await empty();
  await fill(sql);
  const onFull = await pairs(1 + ROUNDS, async () => {});
  const ratioOf = (found: typeof onEmpty) => median(found.map(({ copy, ingest }) => ingest / copy));
  return {
    name: 'ingest',
    value: Math.round(median(onEmpty.map(({ ingest }) => ingest))),
    unit: 'plays/s',
    yardstick: Math.round(median(onEmpty.map(({ copy }) => copy))),
    ratio: rounded(ratioOf(onEmpty)),
    n: ROUNDS,
    about: 'against one COPY of the same rows into one table with a primary key; median of paired ratios',
    ratioSettled: rounded(median(onEmpty.map(({ copy, settled }) => settled / copy))),
    playsARound: ROWS,
    stored: STORED,
    ratioStored: rounded(ratioOf(onFull)),
    storedToEmpty: rounded(ratioOf(onFull) / ratioOf(onEmpty)),
    ...http,
  };
}
