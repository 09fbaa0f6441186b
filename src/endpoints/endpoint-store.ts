import { and, arrayOverlaps, asc, count, eq, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { noSuch, Refusal } from '../base/refusal.ts';
import { wordsOfSearch } from '../base/search-words.ts';
import type { Clock } from '../base/units.ts';
import { refuseOutside, type Within } from '../base/within.ts';
import type { Database, Db } from '../db/connect.ts';
import { areas, endpoints, players } from '../db/endpoint-tables.ts';
import type { Area, Endpoint, EndpointDraft } from './endpoint.ts';
import type { EndpointFilter, Places } from './fleet.ts';
import type { FleetFault, FleetReading } from './fleet-csv.ts';
import { readPlaces, readStandings, type Standing } from './fleet-store.ts';
import { writeHours } from './opening-hours.ts';

/** What became of a fleet file, each row that failed with its reason in every language. */
export interface FleetImport {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: readonly FleetFault[];
}

/** Endpoints and areas in the database. */
export interface EndpointStore {
  /** The endpoints within by code, with the player that each is paired with now: all, or those that fit. */
  list(within?: Within, filter?: EndpointFilter): Promise<Endpoint[]>;
  /** The endpoints within, in brief. */
  places(within?: Within): Promise<Places>;
  /** Every endpoint within, with when its player was heard of. */
  standings(within?: Within): Promise<Standing[]>;
  /** @throws Refusal endpoint.unknown */
  get(id: number): Promise<Endpoint>;
  /** Adds one; its area is made when new. @throws Refusal endpoint.nameTaken when the code is in use. */
  create(draft: EndpointDraft, actor: string): Promise<Endpoint>;
  /**
   * Adds and changes endpoints by their code, all in one transaction. What the file does not name stays.
   * The same file a second time changes nothing.
   */
  importFleet(fleet: FleetReading, actor: string): Promise<FleetImport>;
  /** The areas by name, with how many endpoints within they have; without any where these are limited, none is told. */
  areas(within?: Within): Promise<Area[]>;
  /** @throws Refusal remit.outside, naming those of the endpoints that are not within */
  hold(within: Within, endpointIds: readonly number[]): Promise<void>;
  /** The same for the endpoint of a player, if there is such a player. @throws Refusal remit.outside */
  holdPlayer(within: Within, playerId: number): Promise<void>;
}

/** Any number that is the same in every server process: imports wait for each other. */
const IMPORT_LOCK = 119_002;
const ROWS_A_STATEMENT = 500;

/** Opens the store. Rings `endpoints` after each change, since programmes follow. */
export function endpointStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): EndpointStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;

  async function read(where?: SQL, limit?: number): Promise<Endpoint[]> {
    const all = db
      .select({ endpoint: endpoints, area: areas.name, player: PLAYER_COLUMNS })
      .from(endpoints)
      .innerJoin(areas, eq(areas.id, endpoints.areaId))
      .leftJoin(players, and(eq(players.endpointId, endpoints.id), isNull(players.revokedAt)))
      .where(where)
      .orderBy(asc(endpoints.code), asc(players.id))
      .$dynamic();
    const found = await (limit === undefined ? all : all.limit(limit));
    // Pairing leaves one active player; should there ever be two, the newer one is told.
    return [...new Map(found.map((row) => [row.endpoint.id, endpointOf(row)])).values()];
  }

  async function get(id: number): Promise<Endpoint> {
    const [found] = await read(eq(endpoints.id, id));
    if (!found) throw noSuch('endpoint.unknown', id);
    return found;
  }

  async function hold(within: Within, endpointIds: readonly number[]): Promise<void> {
    if (within === null || endpointIds.every((id) => within.has(id))) return;
    const { id, code, name } = endpoints;
    const meant = inArray(id, [...endpointIds]);
    refuseOutside(within, await db.select({ id, code, name }).from(endpoints).where(meant), 'endpointIds');
  }

  return {
    list: (within = null, filter = {}) => read(and(isOneOf(within), fits(filter)), filter.limit),
    places: (within = null) => readPlaces(db, isOneOf(within)),
    standings: (within = null) => readStandings(db, isOneOf(within)),
    hold,
    async holdPlayer(within, playerId) {
      if (within === null) return;
      const [row] = await db.select().from(players).where(eq(players.id, playerId));
      if (row) await hold(within, [row.endpointId]);
    },
    get,
    async create(draft, actor) {
      const id = await db.transaction(async (tx) => {
        const areaIds = await areaIdsOf(tx, [draft.area]);
        const [row] = await tx
          .insert(endpoints)
          .values(rowOf(draft, areaIds, now()))
          .onConflictDoNothing({ target: endpoints.code })
          .returning({ id: endpoints.id });
        if (!row)
          throw new Refusal('endpoint.nameTaken', {
            en: `There is an endpoint ${draft.code} already.`,
            zh: `已有编号为 ${draft.code} 的终端，请换一个编号。`,
          });
        await audit(tx, {
          at: now(),
          actor,
          action: 'endpoint.create',
          subject: `endpoint ${row.id}`,
          detail: { code: draft.code, name: draft.name },
        });
        return row.id;
      });
      await bell.ring('endpoints', String(id));
      return get(id);
    },
    async importFleet({ rows, faults }, actor) {
      const report = await db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${IMPORT_LOCK})`);
        const counts = await writeRows(
          tx,
          rows.map((row) => row.draft),
          now(),
        );
        if (counts.created + counts.updated > 0) {
          await audit(tx, {
            at: now(),
            actor,
            action: 'endpoints.import',
            subject: 'endpoints',
            detail: { ...counts, failed: faults.length },
          });
        }
        return { ...counts, failed: faults };
      });
      if (report.created + report.updated > 0) await bell.ring('endpoints', 'import');
      return report;
    },
    async areas(within = null) {
      const counted = db
        .select({ id: areas.id, name: areas.name, endpoints: count(endpoints.id) })
        .from(areas)
        .leftJoin(endpoints, and(eq(endpoints.areaId, areas.id), isOneOf(within)))
        .groupBy(areas.id)
        .orderBy(asc(areas.name));
      return (await counted).filter((area) => within === null || area.endpoints > 0);
    },
  };
}

function isOneOf(within: Within): SQL | undefined {
  return within === null ? undefined : inArray(endpoints.id, [...within]);
}

/** What a filter asks for. */
function fits({ q, ids, areaIds, kinds, tags, after }: EndpointFilter): SQL | undefined {
  const text = sql`lower(concat_ws(' ', ${endpoints.code}, ${endpoints.name}, ${areas.name}, ${endpoints.owner}, array_to_string(${endpoints.tags}, ' ')))`;
  return and(
    ...wordsOfSearch(q).map((word) => sql`strpos(${text}, ${word}) > 0`),
    ids && inArray(endpoints.id, ids),
    areaIds && inArray(endpoints.areaId, areaIds),
    kinds && inArray(endpoints.kind, kinds),
    tags && arrayOverlaps(endpoints.tags, tags),
    after === undefined ? undefined : gt(endpoints.code, after),
  );
}

const PLAYER_COLUMNS = {
  id: players.id,
  hardwareId: players.hardwareId,
  pairedAt: players.pairedAt,
  lastSeenAt: players.lastSeenAt,
};

type EndpointRow = typeof endpoints.$inferSelect;
type NewEndpoint = typeof endpoints.$inferInsert;

async function writeRows(
  tx: Db,
  drafts: readonly EndpointDraft[],
  at: number,
): Promise<{ created: number; updated: number; unchanged: number }> {
  const areaIds = await areaIdsOf(
    tx,
    drafts.map((draft) => draft.area),
  );
  const known = new Map<string, EndpointRow>();
  for (const chunk of chunksOf(drafts)) {
    const codes = chunk.map((draft) => draft.code);
    const found = await tx.select().from(endpoints).where(inArray(endpoints.code, codes)).for('update');
    for (const row of found) known.set(row.code, row);
  }
  const wanted = drafts.map((draft) => rowOf(draft, areaIds, at));
  const created = wanted.filter((row) => !known.has(row.code));
  for (const chunk of chunksOf(created)) await tx.insert(endpoints).values([...chunk]);
  let updated = 0;
  for (const row of wanted) {
    const before = known.get(row.code);
    if (!before || sameFacts(before, row)) continue;
    const { createdAt: _, ...facts } = row;
    await tx.update(endpoints).set(facts).where(eq(endpoints.id, before.id));
    updated += 1;
  }
  return { created: created.length, updated, unchanged: wanted.length - created.length - updated };
}

async function areaIdsOf(tx: Db, names: readonly string[]): Promise<Map<string, number>> {
  const wanted = [...new Set(names)];
  if (wanted.length === 0) return new Map();
  await tx
    .insert(areas)
    .values(wanted.map((name) => ({ name })))
    .onConflictDoNothing();
  const rows = await tx.select().from(areas).where(inArray(areas.name, wanted));
  return new Map(rows.map((row) => [row.name, row.id]));
}

function rowOf(draft: EndpointDraft, areaIds: ReadonlyMap<string, number>, at: number): NewEndpoint {
  const { area, ...facts } = draft;
  const areaId = areaIds.get(area);
  if (areaId === undefined) throw new Error(`area ${area} was not made`);
  return { ...facts, areaId, createdAt: new Date(at) };
}

/** Whether nothing of an endpoint would change. Hours are compared as text: equal hours, equal text. */
function sameFacts(before: EndpointRow, row: NewEndpoint): boolean {
  const facts = ({ openingHours, quietHours, ...one }: NewEndpoint | EndpointRow) =>
    JSON.stringify([
      [one.name, one.kind, one.areaId, one.owner, one.longitude, one.latitude, one.widthPx, one.heightPx],
      [one.timeZone, writeHours(openingHours), writeHours(quietHours), one.placeClass],
      [one.audiencePerHour, one.dwellSeconds, one.tags, one.note],
    ]);
  return facts(before) === facts(row);
}

function endpointOf(found: {
  endpoint: EndpointRow;
  area: string;
  player: { id: number; hardwareId: string; pairedAt: Date; lastSeenAt: Date | null } | null;
}): Endpoint {
  const { createdAt: _, openingHours, quietHours, ...facts } = found.endpoint;
  const { player } = found;
  return {
    ...facts,
    area: found.area,
    openingHours: writeHours(openingHours),
    quietHours: writeHours(quietHours),
    player: player && {
      playerId: player.id,
      hardwareId: player.hardwareId,
      pairedAt: player.pairedAt.toISOString(),
      lastSeenAt: player.lastSeenAt?.toISOString() ?? null,
    },
  };
}

function* chunksOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += ROWS_A_STATEMENT)
    yield items.slice(from, from + ROWS_A_STATEMENT);
}
