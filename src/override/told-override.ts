import type { EpochMs } from '../base/units.ts';
import type { Part } from './statement.ts';

/** What one override told one endpoint. */
export interface ToldPlace {
  readonly from: EpochMs;
  /** Its end as it was told first; a withdrawal comes earlier. */
  readonly until: EpochMs;
  /** Whether the endpoint was told to play this file of this asset. */
  shows(file: { readonly sha256: string; readonly assetId: number }): boolean;
}

/** What was told of one override. It never changes once it is on the air, but for an earlier end. */
export interface ToldOverride {
  /** When staff, or a rule, put it on the air. */
  readonly airedAt: EpochMs;
  /** What the endpoint was told; null when it was not meant. */
  at(endpointId: number): ToldPlace | null;
}

/** Makes an override's parts quick to ask. */
export function toldOverride(facts: {
  airedAt: EpochMs;
  from: EpochMs;
  until: EpochMs;
  parts: readonly Part[];
}): ToldOverride {
  const { airedAt, from, until, parts } = facts;
  const places = new Map<number, ToldPlace>();
  for (const { show, endpoints } of parts) {
    const place: ToldPlace = {
      from,
      until,
      shows: ({ sha256, assetId }) =>
        show.kind === 'media' && show.assetId === assetId && show.media.includes(sha256),
    };
    for (const id of endpoints) places.set(id, place);
  }
  return { airedAt, at: (endpointId) => places.get(endpointId) ?? null };
}
