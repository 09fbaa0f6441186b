import type { EpochMs } from '../base/units.ts';
import type { Part } from './statement.ts';

/** What was told of one override to whom. It never changes once it is on the air, but for an earlier end. */
export interface ToldOverride {
  readonly from: EpochMs;
  /** Its end as it was told first; a withdrawal comes earlier. */
  readonly until: EpochMs;
  /** Whether the endpoint was told. */
  names(endpointId: number): boolean;
  /** Whether the endpoint was told to play this file of this asset. */
  told(endpointId: number, file: { readonly sha256: string; readonly assetId: number }): boolean;
}

/** Makes an override's parts quick to ask. */
export function toldOverride(facts: { from: EpochMs; until: EpochMs; parts: readonly Part[] }): ToldOverride {
  const shows = new Map<number, Part['show']>();
  for (const { show, endpoints } of facts.parts) for (const id of endpoints) shows.set(id, show);
  return {
    from: facts.from,
    until: facts.until,
    names: (endpointId) => shows.has(endpointId),
    told(endpointId, { sha256, assetId }) {
      const show = shows.get(endpointId);
      return show?.kind === 'media' && show.assetId === assetId && show.media.includes(sha256);
    },
  };
}
