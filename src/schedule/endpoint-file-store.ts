import { eq, inArray } from 'drizzle-orm';
import { noSuch } from '../base/refusal.ts';
import { renditionFor } from '../catalogue/rendition.ts';
import type { EndpointKind, MediaClass } from '../contract/media-type.ts';
import { assets, RENDITION_ORDER, renditions } from '../db/catalogue-tables.ts';
import type { Database } from '../db/connect.ts';
import { endpoints } from '../db/endpoint-tables.ts';
import { loadTakes } from './takes-store.ts';

/** A file as a preview needs it. */
export interface ShownFile {
  readonly sha256: string;
  readonly type: string;
  readonly mediaClass: MediaClass;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

/** What an endpoint would show of some assets. */
export interface EndpointFiles {
  readonly kind: EndpointKind;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** In the order asked for; null where the endpoint plays no file of it. */
  readonly files: readonly { readonly assetId: number; readonly file: ShownFile | null }[];
}

/** Which file an endpoint gets of an asset, approved or not. */
export interface EndpointFileStore {
  /** @throws Refusal endpoint.unknown */
  filesFor(endpointId: number, assetIds: readonly number[]): Promise<EndpointFiles>;
}

/** Opens it; chooses as the schedule does. */
export function endpointFileStore({ db }: Database): EndpointFileStore {
  return {
    filesFor: (endpointId, assetIds) =>
      db.transaction(async (tx) => {
        const [place] = await tx.select().from(endpoints).where(eq(endpoints.id, endpointId));
        if (!place) throw noSuch('endpoint.unknown', endpointId);
        const ids = [...assetIds];
        const known = await tx.select().from(assets).where(inArray(assets.id, ids));
        const all = await tx
          .select()
          .from(renditions)
          .where(inArray(renditions.assetId, ids))
          .orderBy(...RENDITION_ORDER);
        const takes = await loadTakes(tx, all, new Map(known.map(({ id, framing }) => [id, framing])));
        const files = takes.inForce(all);
        const taking = { kind: place.kind, takes: takes.of(place) };
        const { kind, widthPx, heightPx } = place;
        return {
          ...{ kind, widthPx, heightPx },
          files: ids.map((assetId) => ({
            assetId,
            file: renditionFor(
              taking,
              files.filter((file) => file.assetId === assetId),
            ),
          })),
        };
      }),
  };
}
