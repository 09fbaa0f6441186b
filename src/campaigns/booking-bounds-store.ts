import { type NamedEndpoint, refuseOutside, type Within } from '../base/within.ts';
import type { Db } from '../db/connect.ts';
import { endpoints } from '../db/endpoint-tables.ts';
import { type SelectableEndpoint, type StoredSelection, selects } from './selection.ts';

/** All endpoints, with what a selection looks at. */
export async function selectableEndpoints(db: Db): Promise<(NamedEndpoint & SelectableEndpoint)[]> {
  const { id, code, name, areaId, kind, tags } = endpoints;
  return db.select({ id, code, name, areaId, kind, tags }).from(endpoints);
}

/** Holds stored bookings to the endpoints that whoever asks may deal with. */
export interface BookingBounds {
  /** @throws Refusal remit.outside when one of the selections means an endpoint that is not within */
  hold(within: Within, ...selections: readonly StoredSelection[]): Promise<void>;
  /** Those of the bookings that reach any endpoint within. */
  touching<B extends { readonly selection: StoredSelection }>(
    within: Within,
    bookings: readonly B[],
  ): Promise<readonly B[]>;
}

/** See {@link BookingBounds}. Nothing is read where nothing is limited. */
export function bookingBounds(db: Db): BookingBounds {
  return {
    async hold(within, ...selections) {
      if (within === null) return;
      const all = await selectableEndpoints(db);
      for (const selection of selections) {
        const meant = all.filter((endpoint) => selects(selection, endpoint));
        refuseOutside(within, meant);
      }
    },
    async touching(within, bookings) {
      if (within === null) return bookings;
      const mine = (await selectableEndpoints(db)).filter(({ id }) => within.has(id));
      return bookings.filter(({ selection }) => mine.some((endpoint) => selects(selection, endpoint)));
    },
  };
}
