import { asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import type { WeeklyWindow } from '../base/local-time.ts';
import { noSuch } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import { audienceModels, audienceVersions } from '../db/audience-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import { endpoints } from '../db/endpoint-tables.ts';
import type { AudienceDraft, AudienceFacts, AudienceVersion } from './audience.ts';
import { readAudienceFacts } from './audience-facts-store.ts';

/** An endpoint as its audience needs to know it, and the model that holds for it now. */
export interface AudiencePlace {
  readonly id: number;
  readonly code: string;
  readonly kind: EndpointKind;
  readonly placeClass: string;
  readonly openingHours: readonly WeeklyWindow[];
  readonly audiencePerHour: number;
  readonly dwellSeconds: number;
  /** Null: none was ever made. */
  readonly model: (AudienceDraft & { readonly version: number }) | null;
}

/** What became of the audiences handed in. */
export interface AudienceChange {
  /** The version that holds now; unchanged when nothing changed. */
  readonly version: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** Audience models in the database: each change is a new version, and old ones stay. */
export interface AudienceStore {
  /** All, or those asked for, by id. */
  places(ids?: readonly number[]): Promise<AudiencePlace[]>;
  /** Takes what differs from what holds now, as one version; nothing at all when nothing differs. */
  take(
    drafts: readonly AudienceDraft[],
    by: { readonly what: 'import' | 'placeClass'; readonly source: string; readonly actor: string },
  ): Promise<AudienceChange>;
  /** Says how many people the district has, or that it is not known. */
  setPopulation(people: number | null, source: string, actor: string): Promise<AudienceFacts>;
  /** The newest first. */
  versions(): Promise<AudienceVersion[]>;
  facts(): Promise<AudienceFacts>;
}

const MOST_VERSIONS = 500;
const ROWS_A_STATEMENT = 200;

/** Opens the store. */
export function audienceStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): AudienceStore {
  const { audit, now } = deps;
  const { db } = deps.database;

  async function present(tx: Db, ids?: readonly number[]) {
    const rows = await tx
      .selectDistinctOn([audienceModels.endpointId])
      .from(audienceModels)
      .where(ids === undefined ? undefined : inArray(audienceModels.endpointId, [...ids]))
      .orderBy(asc(audienceModels.endpointId), desc(audienceModels.version));
    return new Map(rows.map((row) => [row.endpointId, row]));
  }

  async function lastVersion(tx: Db) {
    const [last] = await tx
      .select({ number: audienceVersions.number, population: audienceVersions.population })
      .from(audienceVersions)
      .orderBy(desc(audienceVersions.number))
      .limit(1);
    return last ?? { number: 0, population: null };
  }

  /** Adds a version; a second one waits, so that numbers have no gaps. */
  async function addVersion(
    tx: Db,
    row: Pick<typeof audienceVersions.$inferInsert, 'what' | 'source' | 'madeBy'> & {
      population?: number | null;
    },
    detail: Record<string, unknown>,
  ): Promise<number> {
    const last = await lastVersion(tx);
    const number = last.number + 1;
    const at = now();
    await tx
      .insert(audienceVersions)
      .values({ population: last.population, ...row, number, madeAt: new Date(at) });
    await audit(tx, {
      at,
      actor: row.madeBy,
      action: `audience.${row.what}`,
      subject: `audience version ${number}`,
      detail: { ...detail, source: row.source },
    });
    return number;
  }
  const waitForOthers = (tx: Db) =>
    tx.execute(sql`lock table ${audienceVersions} in share row exclusive mode`);

  const facts = () => readAudienceFacts(deps.database.sql);

  return {
    async places(ids) {
      const models = await present(db, ids);
      const rows = await db
        .select({
          id: endpoints.id,
          code: endpoints.code,
          kind: endpoints.kind,
          placeClass: endpoints.placeClass,
          openingHours: endpoints.openingHours,
          audiencePerHour: endpoints.audiencePerHour,
          dwellSeconds: endpoints.dwellSeconds,
        })
        .from(endpoints)
        .where(ids === undefined ? undefined : inArray(endpoints.id, [...ids]))
        .orderBy(asc(endpoints.id));
      const [only] = ids ?? [];
      if (only !== undefined && ids?.length === 1 && rows.length === 0)
        throw noSuch('endpoint.unknown', only);
      return rows.map((row) => ({ ...row, model: models.get(row.id) ?? null }));
    },

    take: (drafts, by) =>
      db.transaction(async (tx) => {
        await waitForOthers(tx);
        const before = await present(
          tx,
          drafts.map(({ endpointId }) => endpointId),
        );
        const isSame = (draft: AudienceDraft) => {
          const old = before.get(draft.endpointId);
          return old !== undefined && contentOf(old) === contentOf(draft);
        };
        const changed = drafts.filter((draft) => !isSame(draft));
        const created = changed.filter(({ endpointId }) => !before.has(endpointId)).length;
        const counts = {
          created,
          updated: changed.length - created,
          unchanged: drafts.length - changed.length,
        };
        if (changed.length === 0) return { version: (await lastVersion(tx)).number, ...counts };
        const { what, source, actor } = by;
        const version = await addVersion(tx, { what, source, madeBy: actor }, counts);
        for (let from = 0; from < changed.length; from += ROWS_A_STATEMENT) {
          const some = changed.slice(from, from + ROWS_A_STATEMENT);
          await tx
            .insert(audienceModels)
            .values(some.map((draft) => ({ ...draft, people: [...draft.people], version })));
        }
        return { version, ...counts };
      }),

    async setPopulation(people, source, actor) {
      await db.transaction(async (tx) => {
        await waitForOthers(tx);
        if ((await lastVersion(tx)).population === people) return;
        await addVersion(tx, { what: 'population', source, madeBy: actor, population: people }, { people });
      });
      return facts();
    },

    async versions() {
      const rows = await db
        .select({
          number: audienceVersions.number,
          what: audienceVersions.what,
          source: audienceVersions.source,
          population: audienceVersions.population,
          madeBy: audienceVersions.madeBy,
          madeAt: audienceVersions.madeAt,
          endpoints: sql<number>`count(${audienceModels.endpointId})::int`,
        })
        .from(audienceVersions)
        .leftJoin(audienceModels, eq(audienceModels.version, audienceVersions.number))
        .groupBy(audienceVersions.number)
        .orderBy(desc(audienceVersions.number))
        .limit(MOST_VERSIONS);
      return rows.map((row) => ({ ...row, madeAt: row.madeAt.toISOString() }));
    },

    facts,
  };
}

/** A model by its whole content: equal models give equal texts. */
function contentOf(one: AudienceDraft): string {
  return JSON.stringify([
    one.people,
    one.dwellSeconds,
    [one.noticeLow, one.noticeBest, one.noticeHigh, one.visitTenthsPerWeek],
    one.placeClass,
    one.source,
  ]);
}
