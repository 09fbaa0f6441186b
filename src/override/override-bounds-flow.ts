import { refuseOutside, type Within } from '../base/within.ts';
import type { OverrideStore } from './override-store.ts';
import type { PlaceFactsStore } from './place-facts-store.ts';

/**
 * Lets somebody act on a stored override that concerns none but endpoints within.
 * @throws Refusal remit.outside, override.unknown
 */
export type HoldOverride = (id: number, within?: Within) => Promise<void>;

/** See {@link HoldOverride}. */
export function overrideBounds(
  store: Pick<OverrideStore, 'get'>,
  facts: Pick<PlaceFactsStore, 'places'>,
): HoldOverride {
  return async (id, within = null) => {
    if (within === null) return;
    const { parts, unreached } = await store.get(id);
    const shown = parts.flatMap(({ endpoints }) => endpoints);
    const concerned = new Set([...shown, ...unreached.map(([one]) => one)]);
    const places = (await facts.places()).filter((place) => concerned.has(place.id));
    refuseOutside(within, places, 'id');
  };
}
