import { and, count, eq, inArray, lt, ne, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { Audit } from '../base/audit.ts';
import { wordsOfSearch } from '../base/search-words.ts';
import type { Clock } from '../base/units.ts';
import { assets } from '../db/catalogue-tables.ts';
import type { Database, Db } from '../db/connect.ts';
import { type Asset, assetStateSchema } from './asset.ts';
import { readAssets } from './asset-rows-store.ts';
import type { MaterialFilter, MaterialPage } from './material.ts';

/** How an asset is called. */
export interface AssetTitle {
  readonly id: number;
  readonly titleZh: string;
  readonly titleEn: string;
}

/** Material as people look through it, and what they do to many pieces at once. */
export interface MaterialStore {
  /** A page of what fits, newest first. Pages that follow each other's `next` have every piece that was there once. */
  page(filter: MaterialFilter): Promise<MaterialPage>;
  /** What those of these ids that exist are called. */
  titles(ids: readonly number[]): Promise<AssetTitle[]>;
  /** All tags in use, sorted. */
  tags(): Promise<string[]>;
  /** Puts a tag on pieces or takes it off, and gives the ids of those that had it otherwise. */
  setTag(ids: readonly number[], tag: { name: string; isOn: boolean }, actor: string): Promise<number[]>;
  /** Changes the category of those that are neither in review nor on the air, and tells what they were. */
  setCategory(
    ids: readonly number[],
    category: Asset['category'],
    actor: string,
  ): Promise<{ id: number; category: Asset['category'] }[]>;
}

/** A category decides how many must approve: what was approved by its rule stays under it. */
const SETTLED = ['submitted', 'approved'] as const;

/** Opens the store. Rings `assets` after a change. */
export function materialStore(deps: { database: Database; audit: Audit<Db>; now: Clock }): MaterialStore {
  const { database, audit, now } = deps;
  const { db, bell } = database;
  return {
    async page({ state, before, limit, ...asked }) {
      const fits = meant(asked);
      const [found, counted] = await Promise.all([
        readAssets(
          db,
          and(
            fits,
            state && eq(assets.state, state),
            before === undefined ? undefined : lt(assets.id, before),
          ),
          limit + 1,
        ),
        db.select({ state: assets.state, pieces: count() }).from(assets).where(fits).groupBy(assets.state),
      ]);
      const page = found.slice(0, limit);
      const pieces = new Map(counted.map((row) => [row.state, row.pieces]));
      const counts = { draft: 0, submitted: 0, approved: 0, rejected: 0, withdrawn: 0, retired: 0 };
      for (const one of assetStateSchema.options) counts[one] = pieces.get(one) ?? 0;
      return { assets: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null, counts };
    },
    titles: (ids) =>
      db
        .select({ id: assets.id, titleZh: assets.titleZh, titleEn: assets.titleEn })
        .from(assets)
        .where(inArray(assets.id, [...ids])),
    async tags() {
      const tag = sql<string>`unnest(${assets.tags})`;
      return (await db.selectDistinct({ tag }).from(assets).orderBy(sql`1`)).map((row) => row.tag);
    },
    async setTag(ids, { name, isOn }, actor) {
      const has = sql`${name} = any(${assets.tags})`;
      const after = isOn
        ? sql`(select array_agg(one order by one) from unnest(${assets.tags} || ${name}::text) as one)`
        : sql`array_remove(${assets.tags}, ${name})`;
      const changed = await db.transaction(async (tx) => {
        const rows = await tx
          .update(assets)
          .set({ tags: after })
          .where(and(inArray(assets.id, [...ids]), isOn ? sql`not ${has}` : has))
          .returning({ id: assets.id });
        const done = rows.map(({ id }) => id).sort((a, b) => a - b);
        if (done.length > 0)
          await audit(tx, {
            ...{ at: now(), actor, subject: 'assets', action: isOn ? 'assets.tag' : 'assets.untag' },
            detail: { tag: name, ids: done },
          });
        return done;
      });
      return changed;
    },
    async setCategory(ids, category, actor) {
      const changed = await db.transaction(async (tx) => {
        const before = await tx
          .select({ id: assets.id, category: assets.category })
          .from(assets)
          .where(
            and(
              inArray(assets.id, [...ids]),
              notInArray(assets.state, [...SETTLED]),
              sql`${assets.category} <> ${category}`,
            ),
          )
          .orderBy(assets.id)
          .for('update');
        if (before.length === 0) return before;
        const done = before.map(({ id }) => id);
        await tx.update(assets).set({ category }).where(inArray(assets.id, done));
        await audit(tx, {
          ...{ at: now(), actor, subject: 'assets', action: 'assets.setCategory' },
          detail: { category, before },
        });
        return before;
      });
      if (changed.length > 0) await bell.ring('assets', String(changed.length));
      return changed;
    },
  };
}

/** What fits, whatever its state. */
function meant(filter: Omit<MaterialFilter, 'state' | 'before' | 'limit'>): SQL | undefined {
  const { q, category, tag, versionsOf, usable, submittedBy, asker } = filter;
  const text = sql`lower(${assets.titleZh} || ' ' || ${assets.titleEn} || ' ' || ${assets.fileName} || ' ' || array_to_string(${assets.tags}, ' '))`;
  const first = sql`(select coalesce(version_of, id) from assets as one where one.id = ${versionsOf ?? 0})`;
  return and(
    ...wordsOfSearch(q).map((word) => sql`strpos(${text}, ${word}) > 0`),
    category && eq(assets.category, category),
    usable && notInArray(assets.state, ['rejected', 'retired']),
    submittedBy && (submittedBy === 'me' ? eq : ne)(assets.submittedBy, asker),
    tag === undefined ? undefined : sql`${tag} = any(${assets.tags})`,
    versionsOf === undefined
      ? undefined
      : or(sql`${assets.id} = ${first}`, sql`${assets.versionOf} = ${first}`),
  );
}
