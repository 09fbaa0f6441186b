import type { Sql } from 'postgres';
import { THIN_LINE_TAGS } from '../catalogue/rendition.ts';
import { type FleetNeeds, MOST_SIZES, type PictureSize } from './rendition-plan.ts';

/** A size of pictures with the number of endpoints that have it. */
export interface FleetSize extends PictureSize {
  readonly endpoints: number;
}

/** The commonest sizes of the fleet's pictures, at most {@link MOST_SIZES}, the commonest first. */
export async function fleetSizes(sql: Sql): Promise<readonly FleetSize[]> {
  return sql<FleetSize[]>`
    select width_px as "widthPx", height_px as "heightPx", count(*)::int as endpoints from endpoints
    where kind <> 'loudspeaker' and width_px >= 16 and height_px >= 16 and width_px * height_px::bigint <= 100000000
    group by 1, 2 order by 3 desc, 1, 2 limit ${MOST_SIZES}`;
}

/** What the fleet has that one file for all does not serve. */
export async function fleetNeeds(sql: Sql): Promise<FleetNeeds> {
  const sizes = await fleetSizes(sql);
  const [needs] = await sql<{ thin: boolean; mp3: boolean }[]>`
    select exists (select from endpoints where kind <> 'loudspeaker' and tags && ${[...THIN_LINE_TAGS]}::text[]) as thin,
      exists (select from players where revoked_at is null and capabilities -> 'sound' = '["mp3"]') as mp3`;
  return {
    sizes: sizes.map(({ widthPx, heightPx }) => ({ widthPx, heightPx })),
    thin: needs?.thin ?? false,
    mp3: needs?.mp3 ?? false,
  };
}
