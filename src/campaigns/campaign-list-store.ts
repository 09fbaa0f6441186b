import { and, asc, desc, inArray, lt, sql } from 'drizzle-orm';
import { campaigns } from '../db/campaign-tables.ts';
import type { Db } from '../db/connect.ts';
import type { Campaign, CampaignFilter } from './campaign.ts';

/** Campaigns that fit: all, oldest first; with `limit` the newest so many, newest first. */
export async function readCampaigns(
  db: Db,
  { q, ids, before, limit }: CampaignFilter = {},
): Promise<Campaign[]> {
  const found = db
    .select()
    .from(campaigns)
    .where(
      and(
        q === undefined ? undefined : sql`strpos(lower(${campaigns.name}), ${q.toLowerCase()}) > 0`,
        ids && inArray(campaigns.id, [...ids]),
        before === undefined ? undefined : lt(campaigns.id, before),
      ),
    );
  const rows = await (limit === undefined
    ? found.orderBy(asc(campaigns.id))
    : found.orderBy(desc(campaigns.id)).limit(limit));
  return rows.map(campaignOf);
}

/** A campaign out of its row. */
export function campaignOf(row: typeof campaigns.$inferSelect): Campaign {
  const { id, name, purpose, fromDate, toDate, targetPlays } = row;
  return { id, name, purpose, fromDate, toDate, targetPlays };
}
