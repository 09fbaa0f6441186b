import { seededRandom } from '../../players/fleet/seeded-random.ts';

/** What one unit of work costs, measured on one core of the machine of docs/benchmarks.md. */
export interface Costs {
  /** Processor time of a server for a poll that memory answers. */
  readonly pollUs: number;
  /** … for a play in a report over HTTP, its share of the request included. */
  readonly playUs: number;
  /** Processor time of the database for a play. */
  readonly playDatabaseUs: number;
  /** Processor time of a server to send an emergency to one player and take its receipt. */
  readonly overrideUs: number;
  /** Memory of a server for a player: connection, stream, programme. Every server holds all programmes. */
  readonly connectionBytes: number;
  readonly programmeBytes: number;
  /** Time to compile the programme of one endpoint anew; every server compiles all. */
  readonly compileUs: number;
  /** Disk of the database for a play, indexes included. */
  readonly playBytes: number;
}

/** How a fleet behaves, and what its machines bear. */
export const FLEET = {
  pollEveryS: 30,
  /** Spots of 15 s, one after the other, for so many hours a day. */
  spotS: 15,
  openHours: 16,
  /** Share of a core that a process may need, so that the rest of a minute waits for nobody. */
  busyAtMost: 0.6,
  /** Memory of one process, and connections that it holds. */
  processBytes: 4e9,
  connections: 30_000,
  /** Cores and disk of one database machine. */
  databaseCores: 8,
  databaseBytes: 4e12,
  keptMonths: 13,
  /** The horizon is compiled anew while it is asked for every half minute. */
  compileS: 30,
  /** An emergency must be everywhere. */
  overrideS: 1,
} as const;

/** What a fleet of a size asks of servers and database. */
export interface Demand {
  readonly endpoints: number;
  readonly pollsPerS: number;
  readonly playsPerS: number;
  readonly serverCores: number;
  readonly databaseCores: number;
  readonly playBytesPerDay: number;
  /** Processes that are needed, each of one core. */
  readonly processes: number;
  /** Each limit as a share of what one system of servers and one database bears; above 1: broken. The worst first. */
  readonly limits: readonly { readonly what: string; readonly used: number }[];
}

/** The arithmetic: one cell of many server processes and one database. */
export function demandOf(endpoints: number, costs: Costs): Demand {
  const pollsPerS = endpoints / FLEET.pollEveryS;
  // The busy hours, in which all play.
  const playsPerS = endpoints / FLEET.spotS;
  const serverCores = (pollsPerS * costs.pollUs + playsPerS * costs.playUs) / 1e6;
  const databaseCores = (playsPerS * costs.playDatabaseUs) / 1e6;
  const playBytesPerDay = ((endpoints * 3_600 * FLEET.openHours) / FLEET.spotS) * costs.playBytes;
  const processes = Math.max(
    1,
    Math.ceil(serverCores / FLEET.busyAtMost),
    Math.ceil(endpoints / FLEET.connections),
    Math.ceil((endpoints * costs.overrideUs) / 1e6 / FLEET.overrideS),
  );
  const ofProcess =
    (endpoints * (costs.programmeBytes + costs.connectionBytes / processes)) / FLEET.processBytes;
  const limits = [
    { what: 'memory of each process: every programme', used: ofProcess },
    {
      what: 'each process compiles all endpoints',
      used: (endpoints * costs.compileUs) / 1e6 / FLEET.compileS,
    },
    {
      what: `disk of the database, ${FLEET.keptMonths} months of plays`,
      used: (playBytesPerDay * 30.4 * FLEET.keptMonths) / FLEET.databaseBytes,
    },
    {
      what: 'processor of the database: plays',
      used: databaseCores / (FLEET.databaseCores * FLEET.busyAtMost),
    },
    // Each opens up to 22, and PostgreSQL is well with a few hundred.
    { what: 'connections to the database', used: (processes * 23) / 400 },
  ].toSorted((a, b) => b.used - a.used);
  return { endpoints, pollsPerS, playsPerS, serverCores, databaseCores, playBytesPerDay, processes, limits };
}

/**
 * Simulates the polls of one process's share of a fleet as a queue with one server: players poll every 30 s with a tenth of
 * jitter, and all come back within `backWithinS` after a power cut. Gives waits with service in milliseconds.
 */
export function simulatedPolls(
  players: number,
  costs: Pick<Costs, 'pollUs' | 'playUs'>,
  {
    seconds,
    backWithinS,
    seed,
  }: { readonly seconds: number; readonly backWithinS: number; readonly seed: number },
): { readonly p99Ms: number; readonly worstAfterCutMs: number } {
  const random = seededRandom(seed);
  const arrivals: { readonly at: number; readonly us: number }[] = [];
  for (let player = 0; player < players; player += 1) {
    for (let at = random() * FLEET.pollEveryS; at < seconds; at += FLEET.pollEveryS * (0.9 + 0.2 * random()))
      arrivals.push({ at, us: costs.pollUs });
    for (let at = random() * FLEET.spotS; at < seconds; at += FLEET.spotS)
      arrivals.push({ at, us: costs.playUs });
  }
  const cut = Array.from({ length: players }, () => ({ at: random() * backWithinS, us: costs.pollUs }));
  const p99 = waits(arrivals);
  return { p99Ms: p99[Math.floor(p99.length * 0.99)] ?? 0, worstAfterCutMs: waits(cut).at(-1) ?? 0 };
}

/** Waiting and service of each, in milliseconds, sorted. */
function waits(arrivals: readonly { readonly at: number; readonly us: number }[]): number[] {
  let freeAt = 0;
  return arrivals
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, us }) => {
      freeAt = Math.max(freeAt, at) + us / 1e6;
      return (freeAt - at) * 1_000;
    })
    .sort((a, b) => a - b);
}
