import { type LocalDay, localDayAt } from '../base/local-time.ts';
import { type Clock, type EpochMs, HOUR_MS, type Ms } from '../base/units.ts';
import { DEFAULT_STILL_MS } from '../campaigns/playlist.ts';
import { renditionFor, type TakingPlace } from '../catalogue/rendition.ts';
import type { Bell } from '../db/bell.ts';
import { likenessOf } from './alike.ts';
import {
  buildManifest,
  type ManifestBody,
  type ManifestContent,
  manifestBody,
  type StandingFile,
} from './build-manifest.ts';
import { CompiledDays, compileProgramme } from './compile-programme.ts';
import type { EndpointFacts, MaterialFacts } from './eligible.ts';
import type { IssuedManifest, ProgrammeStore, Publication } from './programme-store.ts';
import type { WithheldHour } from './withheld.ts';
import type { LoadedWorld } from './world-store.ts';

/** The programme that an endpoint's player should have now. */
export interface CurrentProgramme extends IssuedManifest {
  readonly endpoint: EndpointFacts;
  readonly content: ManifestContent;
}

/** Keeps every endpoint's programme compiled, given out and in memory, so that polls ask no database. */
export interface ProgrammeBoard {
  /** Compiles everything once; afterwards follows the bell. */
  start(): Promise<void>;
  /** What the endpoint's player should have, or undefined for an endpoint that does not exist (yet). */
  current(endpointId: number): CurrentProgramme | undefined;
  /** What all endpoints' players should have, in no order. */
  all(): readonly CurrentProgramme[];
  /** Compiles anew what changed. Resolves when the memory shows the database as of the call. */
  refresh(): Promise<void>;
  /** Whether some endpoint's horizon is due to move on by a day; then {@link refresh}. */
  rollIsDue(): boolean;
  /** Endpoints on the board. */
  readonly size: number;
  /** Days compiled and days taken from memory, since the start. */
  readonly counts: { readonly compiled: number; readonly reused: number };
  stop(): void;
}

/** What cannot be promised, and a name for it by which a change is seen. */
interface Denial {
  readonly hours: readonly WithheldHour[];
  readonly key: string;
}

/** Endpoints roll their horizon within so long after local midnight, spread by id. */
const ROLL_SPREAD_MS: Ms = 3 * HOUR_MS;

/** The local date with which a horizon starts, and from when until when it does. */
interface Horizon {
  readonly date: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Finds horizons at one instant; thousands of endpoints share a handful of local days. */
function horizonsAt(now: EpochMs): (endpoint: EndpointFacts) => Horizon {
  const days = new Map<string, LocalDay[]>();
  return ({ id, timeZone }) => {
    const stagger = (id * 97_777) % ROLL_SPREAD_MS;
    const at = now - stagger;
    const known = days.get(timeZone) ?? [];
    let day = known.find(({ startsAt, endsAt }) => at >= startsAt && at < endsAt);
    if (!day) {
      day = localDayAt(at, timeZone);
      days.set(timeZone, [...known, day]);
    }
    return { date: day.date, from: day.startsAt + stagger, to: day.endsAt + stagger };
  };
}

/** Emergency material is one file for all places but those that only play MP3: statements name it by its hash. */
function standingTaker({ kind, takes }: EndpointFacts): TakingPlace {
  return { kind, takes: takes && { ...takes, size: null, thinLine: false } };
}

/** The file of each piece of emergency material that the endpoint can play. */
function standingFor(endpoint: EndpointFacts, standing: readonly MaterialFacts[]): StandingFile[] {
  return standing.flatMap(({ assetId, files }) => {
    const file = renditionFor(standingTaker(endpoint), files);
    return file ? [{ assetId, sha256: file.sha256, durationMs: file.durationMs ?? DEFAULT_STILL_MS }] : [];
  });
}

/** Makes the board. `onPublished` is called for each endpoint whose programme changed. */
export function programmeBoard(deps: {
  store: ProgrammeStore;
  bell: Bell;
  now: Clock;
  onPublished: (endpointId: number, revision: string) => void;
  onTrouble: (error: unknown) => void;
  /** Where players fetch files; absent: from this server. */
  urlOf?: (sha256: string) => string;
}): ProgrammeBoard {
  const { store, bell, now, onPublished, onTrouble, urlOf } = deps;
  const memory = new CompiledDays();
  const board = new Map<number, CurrentProgramme>();
  /** While the clock is in here, every endpoint's horizon is as it was last compiled. */
  let unrolled: Pick<Horizon, 'from' | 'to'> = { from: -Infinity, to: Infinity };
  /** What each endpoint's bookings were last told that they do not get. */
  const denials = new Map<number, string>();
  /** The newest serial of each endpoint, as far as heard. */
  const serials = new Map<number, number>();
  const stops: (() => void)[] = [];
  let running: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;

  /** Compiles for one endpoint after the other, once for all that are alike. */
  function compilerOf(loaded: LoadedWorld) {
    const bodies = new Map<string, { readonly body: ManifestBody; readonly withheld: Denial }>();
    return (endpoint: EndpointFacts, date: string) => {
      const { key, bookings } = likenessOf(loaded.world, endpoint);
      const name = `${date} ${key}`;
      let known = bodies.get(name);
      if (!known) {
        const { hours, withheld } = compileProgramme({ ...loaded.world, bookings }, endpoint, date, memory);
        known = {
          body: manifestBody(hours, loaded.mediaOf, standingFor(endpoint, loaded.standing), urlOf),
          withheld: { hours: withheld, key: JSON.stringify(withheld) },
        };
        bodies.set(name, known);
      }
      return { content: buildManifest(endpoint, known.body), withheld: known.withheld };
    };
  }

  /** Until no other server has given out something else meanwhile. */
  async function compileAll(): Promise<void> {
    while (!(await compileOnce()));
  }

  async function compileOnce(): Promise<boolean> {
    const at = now();
    const loaded = await store.load(at);
    const contentOf = compilerOf(loaded);
    const publications = new Map<number, Publication>();
    const denied = new Map<number, Denial>();
    const places = new Map(loaded.world.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    const horizonOf = horizonsAt(at);
    let looked = 0;
    let [from, to] = [-Infinity, Infinity];
    for (const endpoint of places.values()) {
      // Compiling thousands of endpoints must not hold up polls and emergencies.
      looked += 1;
      if (looked % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      const { date, ...during } = horizonOf(endpoint);
      const { content, withheld } = contentOf(endpoint, date);
      const last = content.body.programme.at(-1)?.hour;
      const validUntil = last ? last.startsAt + last.lengthMs : at + 72 * HOUR_MS;
      from = Math.max(from, during.from);
      to = Math.min(to, during.to);
      if (withheld.key !== denials.get(endpoint.id)) denied.set(endpoint.id, withheld);
      const known = board.get(endpoint.id);
      if (known?.revision === content.revision) continue;
      const afterSerial = serials.get(endpoint.id) ?? 0;
      publications.set(endpoint.id, { endpointId: endpoint.id, content, validUntil, afterSerial });
    }
    await store.withhold(
      Array.from(denied, ([endpointId, { hours }]) => ({ endpointId, hours })),
      at,
    );
    for (const [endpointId, { key }] of denied) denials.set(endpointId, key);
    const { issued: given, overtaken } = await store.publish([...publications.values()], at);
    for (const [id, serial] of overtaken) serials.set(id, serial);
    for (const issued of given) {
      serials.set(issued.endpointId, issued.serial);
      const endpoint = places.get(issued.endpointId);
      const publication = publications.get(issued.endpointId);
      if (!endpoint || !publication) continue;
      board.set(issued.endpointId, { ...issued, endpoint, content: publication.content });
      onPublished(issued.endpointId, issued.revision);
    }
    for (const id of board.keys()) {
      if (places.has(id)) continue;
      board.delete(id);
      denials.delete(id);
      serials.delete(id);
    }
    unrolled = { from, to };
    if (given.length > 0) await bell.ring('manifests', String(given.length));
    return overtaken.size === 0;
  }

  /** At most one compilation runs and one waits: whoever asks while one waits shares it. */
  function refresh(): Promise<void> {
    if (waiting) return waiting;
    if (!running) {
      running = compileAll().finally(() => {
        running = null;
      });
      return running;
    }
    waiting = running
      .catch(() => {})
      .then(() => {
        waiting = null;
        return refresh();
      });
    return waiting;
  }

  const follow = () => void refresh().catch(onTrouble);
  return {
    async start() {
      for (const topic of ['bookings', 'endpoints', 'assets']) stops.push(bell.listen(topic, follow));
      stops.push(bell.whenMissed(follow));
      for (const [id, serial] of await store.newestSerials()) serials.set(id, serial);
      await refresh();
    },
    current: (endpointId) => board.get(endpointId),
    all: () => [...board.values()],
    refresh,
    rollIsDue: () => now() < unrolled.from || now() >= unrolled.to,
    get size() {
      return board.size;
    },
    get counts() {
      return { compiled: memory.compiled, reused: memory.reused };
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
