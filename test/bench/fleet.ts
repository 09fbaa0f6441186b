import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MINUTE_MS, SECOND_MS } from '../../src/base/units.ts';
import { type DatabaseOptions, openDatabase } from '../../src/db/connect.ts';
import { liveHeapBytes } from '../hostile/live-heap.ts';
import { ROOMY, type ServerProcess, serverProcess } from '../support/server-process.ts';
import { type BenchResult, rounded } from './bench-result.ts';
import { type FleetLine, fleetSimulator } from './fleet-simulator.ts';
import { fleetWorld } from './fleet-world.ts';
import { processorSeconds } from './processor-time.ts';
import { type LoadFigures, rawLoad } from './raw-load.ts';
import { withScratchUrl } from './scratch-database.ts';

const MANIFEST = '/api/player/v1/manifest';
/** Players whose polls are timed, beside the fleet, and how many of them ask each second. */
const PROBES = 64;
const PROBES_PER_SECOND = 50;
/** A manifest may change from one hour to the next; so long the probes ask for one revision. */
const PROBE_MS = 20 * SECOND_MS;
/** One process of the simulator carries so many; more would wait for each other. */
const PLAYERS_PER_PROCESS = 10_000;
/** Above so many players the server is started as the guide says for large fleets. */
const ROOMY_ABOVE = 1_000;
/** Longest wait for the whole fleet to be paired and playing. */
const START_MS = 20 * MINUTE_MS;

function numberAsked(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

async function memoryBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024;
}

/** The process of the embedded engine. */
async function childOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[0] ?? 0);
}

/** What the joining of each ten thousand leaves behind is dealt with before anything is measured. */
const SETTLE_MS = 20 * SECOND_MS;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls of the probes, as fast as they are paced, until the time is over. */
async function timedPolls(url: string, tokens: readonly string[], forMs: number): Promise<LoadFigures[]> {
  const rounds: LoadFigures[] = [];
  for (let leftMs = forMs; leftMs > 0; leftMs -= PROBE_MS) {
    const requests: string[] = [];
    for (const token of tokens) {
      const answer = await fetch(`${url}${MANIFEST}`, { headers: { authorization: `Bearer ${token}` } });
      await answer.arrayBuffer();
      const etag = answer.headers.get('etag') ?? '';
      requests.push(
        `GET ${MANIFEST} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nIf-None-Match: ${etag}\r\n\r\n`,
      );
    }
    const forThisMs = Math.min(PROBE_MS, leftMs);
    const port = Number(new URL(url).port);
    rounds.push(
      await rawLoad({
        port,
        requests,
        expected: 'HTTP/1.1 304',
        forMs: forThisMs,
        pacePerSecond: PROBES_PER_SECOND,
      }),
    );
  }
  return rounds;
}

/**
 * A fleet of simulated players (`--players`, 10,000) on one server process (`--servers`) for `--minutes` (10): each
 * polls, keeps its event stream open, plays a still of `--still-seconds` (15) after another and reports. Told are the
 * 99th percentile of polls timed beside the fleet (and of each 20 s of it), processor time, memory, and what the fleet
 * showed against what the server counted; with `--embedded` on the embedded database, whose engine is a process beside
 * it. Yardstick: the same polls at a bare Hono route with nobody else there.
 */
export async function run(): Promise<BenchResult> {
  const players = numberAsked('players', 10_000);
  const minutes = numberAsked('minutes', 10);
  const serverCount = numberAsked('servers', 1);
  const stillSeconds = numberAsked('still-seconds', 15);
  const isEmbedded = process.argv.includes('--embedded');
  const dataDir = await mkdtemp(join(tmpdir(), 'beacon-bench-'));
  const onPlace = async (place: DatabaseOptions): Promise<BenchResult> => {
    const { enrolments, probes } = await fleetWorld(
      place,
      dataDir,
      players,
      PROBES,
      stillSeconds * SECOND_MS,
    );
    const program = players > ROOMY_ABOVE ? ROOMY : undefined;
    const hear = (text: string): void => {
      if (/"level":(50|60)|Error/.test(text)) process.stderr.write(text);
    };
    const servers: ServerProcess[] = [];
    while (servers.length < serverCount)
      servers.push(await serverProcess(place, dataDir, { LOG_LEVEL: 'error' }, hear, program));
    const sumOfServers = async (of: (pid: number) => Promise<number>): Promise<number> => {
      const all = await Promise.all(servers.map(({ pid }) => of(pid ?? 0)));
      return all.reduce((sum, one) => sum + one, 0);
    };
    const bare = fork(fileURLToPath(new URL('bare-hono.ts', import.meta.url)), { silent: true });
    const simulators: Awaited<ReturnType<typeof fleetSimulator>>[] = [];
    try {
      const [told] = (await once(bare.stdout ?? bare, 'data')) as [Buffer];
      const [yardstick] = await timedPolls(`http://127.0.0.1:${Number(told.toString())}`, probes, PROBE_MS);
      for (const server of servers) await server.start();
      const emptyBytes = await sumOfServers(memoryBytes);
      const began = performance.now();
      const sumOf = (of: (line: FleetLine) => number): number =>
        simulators.reduce((sum, simulator) => {
          const line = simulator.last();
          return sum + (line ? of(line) : 0);
        }, 0);
      // One process after the other: servers that share two cores with the players let in some fifty boxes a second.
      for (let at = 0; at < players; at += PLAYERS_PER_PROCESS) {
        const tokens = enrolments.slice(at, at + PLAYERS_PER_PROCESS);
        const server = servers[simulators.length % serverCount];
        simulators.push(await fleetSimulator(server?.url ?? '', dataDir, tokens, simulators.length + 1));
        const joining = Math.min(players, at + PLAYERS_PER_PROCESS);
        while (sumOf(({ playing }) => playing) < joining * 0.99 || sumOf(({ online }) => online) < joining) {
          if (performance.now() - began > START_MS) throw new Error('the fleet does not get to play');
          await pause(SECOND_MS);
        }
        const joinedS = Math.round((performance.now() - began) / SECOND_MS);
        process.stderr.write(`${joining} of ${players} players are in after ${joinedS} s\n`);
      }
      const startedS = (performance.now() - began) / SECOND_MS;
      await pause(SETTLE_MS * simulators.length);

      const simulatorSeconds = async () => {
        const all = await Promise.all(simulators.map((simulator) => processorSeconds(simulator.pid)));
        return all.reduce((sum, one) => sum + one, 0);
      };
      const busyBefore = [await sumOfServers(processorSeconds), await simulatorSeconds()] as const;
      const shownBefore = sumOf(({ playsShown }) => playsShown);
      const measuredFrom = performance.now();
      let fewestOnline = players;
      const look = setInterval(() => {
        fewestOnline = Math.min(
          fewestOnline,
          sumOf(({ online }) => online),
        );
      }, 5 * SECOND_MS);
      const rounds = await timedPolls(servers[0]?.url ?? '', probes, minutes * MINUTE_MS);
      clearInterval(look);
      const seconds = (performance.now() - measuredFrom) / SECOND_MS;
      const shown = sumOf(({ playsShown }) => playsShown) - shownBefore;
      const busy = [
        (await sumOfServers(processorSeconds)) - busyBefore[0],
        (await simulatorSeconds()) - busyBefore[1],
      ] as const;
      const fullBytes = await sumOfServers(memoryBytes);
      const engineBytes = isEmbedded ? await memoryBytes(await childOf(servers[0]?.pid ?? 0)) : 0;
      const liveBytes = await liveHeapBytes(servers[0]?.pid ?? 0);

      const ends = await Promise.all(simulators.map((simulator) => simulator.end()));
      const used = ends.reduce((sum, line) => sum + (line?.highestSeq ?? 0), 0);
      const waiting = ends.reduce((sum, line) => sum + (line?.playsWaiting ?? 0), 0);
      for (const server of servers) await server.stop();
      const database = await openDatabase(place);
      const [counted] = await database.sql<{ plays: number; apart: number }[]>`
        select (select count(*)::int from plays) as plays, (select count(*)::int from quarantined_plays) as apart`;
      await database.close();
      const p99s = rounds.map(({ p99Ms }) => p99Ms);
      const all = rounds.flatMap(({ latenciesMs }) => latenciesMs).toSorted((a, b) => a - b);
      const value = all[Math.floor(all.length * 0.99)] ?? Number.NaN;
      return {
        name: 'fleet',
        value: rounded(value),
        unit: 'ms',
        yardstick: rounded(yardstick?.p99Ms ?? Number.NaN),
        ratio: rounded(value / (yardstick?.p99Ms ?? Number.NaN)),
        n: rounds.reduce((sum, round) => sum + round.answers, 0),
        players,
        stillSeconds,
        minutes: rounded(seconds / 60),
        measured: 'polls beside the fleet, 99th percentile',
        limitMs: 50,
        worstMs: rounded(all.at(-1) ?? Number.NaN),
        p99OfEach20sMs: p99s.map(rounded),
        medianP99Ms: rounded(p99s.toSorted((a, b) => a - b)[p99s.length >> 1] ?? Number.NaN),
        wrongAnswers: rounds.reduce((sum, round) => sum + round.wrong, 0),
        startedS: rounded(startedS),
        fewestOnline,
        playsPerSecond: rounded(shown / seconds),
        serverProcessorShare: rounded(busy[0] / seconds),
        playersProcessorShare: rounded(busy[1] / seconds),
        servers: serverCount,
        serverMegabytes: {
          empty: rounded(emptyBytes / 1e6),
          full: rounded(fullBytes / 1e6),
          engine: rounded(engineBytes / 1e6),
        },
        // What the heap of the first server holds on to after a collection.
        liveMegabytes: rounded(liveBytes / 1e6),
        complaints: simulators.reduce((sum, simulator) => sum + simulator.complaints(), 0),
        plays: { used, waiting, counted: counted?.plays ?? 0, keptApart: counted?.apart ?? 0 },
      };
    } finally {
      for (const simulator of simulators) await simulator.end();
      if (bare.connected) bare.disconnect();
      for (const server of servers) await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  };
  return isEmbedded ? onPlace({ dataDir }) : withScratchUrl((url) => onPlace({ url }));
}
