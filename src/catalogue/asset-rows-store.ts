import { asc, desc, inArray, type SQL } from 'drizzle-orm';
import { assets, RENDITION_ORDER, renditions } from '../db/catalogue-tables.ts';
import type { Db } from '../db/connect.ts';
import { type Asset, type Rendition, reviewMarkSchema } from './asset.ts';
import { whyUnplayable } from './rendition.ts';

type AssetRow = typeof assets.$inferSelect;
type RenditionRow = typeof renditions.$inferSelect;

/** Assets with their files: all that fit, oldest first, or at most `newest` of them, newest first. */
export async function readAssets(from: Db, where?: SQL, newest?: number): Promise<Asset[]> {
  const found = from.select().from(assets).where(where);
  const rows = await (newest === undefined
    ? found.orderBy(asc(assets.id))
    : found.orderBy(desc(assets.id)).limit(newest));
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const files = await from
    .select()
    .from(renditions)
    .where(where || newest !== undefined ? inArray(renditions.assetId, ids) : undefined)
    .orderBy(...RENDITION_ORDER);
  const byAsset = Map.groupBy(files, (file) => file.assetId);
  return rows.map((row) => assetOf(row, byAsset.get(row.id) ?? []));
}

function assetOf({ plannedFor: _, ...row }: AssetRow, files: readonly RenditionRow[]): Asset {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    submittedAt: row.submittedAt?.toISOString() ?? null,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    decisionMark: reviewMarkSchema.nullable().parse(row.decisionMark),
    renditions: files.map(({ id: _id, assetId: _asset, loudnessLufs: _lufs, ...file }): Rendition => file),
    unplayable: whyUnplayable(row),
  };
}
