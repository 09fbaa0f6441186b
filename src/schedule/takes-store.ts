import { and, isNull, sql } from 'drizzle-orm';
import type { Framing } from '../catalogue/asset.ts';
import type { Takes } from '../catalogue/rendition.ts';
import type { Db } from '../db/connect.ts';
import { players } from '../db/endpoint-tables.ts';
import { type FilePlace, isOfFraming, takesOf, variantsOf } from './takes.ts';

/** What makes one file suit a place better than another, as of now. */
export interface LoadedTakes {
  /** Undefined where nothing does, so that most places stay alike. */
  of(place: FilePlace): Takes | undefined;
  /** The files that may be given out: those made for a framing that the asset no longer has are left out. */
  inForce<F extends { readonly assetId: number; readonly variant: string }>(files: readonly F[]): F[];
}

/** Reads it. `framings` by asset. */
export async function loadTakes(
  tx: Db,
  files: readonly { readonly variant: string }[],
  framings: ReadonlyMap<number, Framing>,
): Promise<LoadedTakes> {
  const limited = await tx
    .selectDistinct({ endpointId: players.endpointId })
    .from(players)
    .where(and(isNull(players.revokedAt), sql`${players.capabilities} -> 'sound' = '["mp3"]'`));
  const mp3Only = new Set(limited.map(({ endpointId }) => endpointId));
  const made = variantsOf(files);
  return {
    of: (place) => takesOf(place, made, mp3Only.has(place.id)),
    inForce: (all) => all.filter(({ assetId, variant }) => isOfFraming(variant, framings.get(assetId))),
  };
}
