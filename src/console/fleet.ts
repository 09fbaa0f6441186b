import type { FleetState, Places } from '../endpoints/fleet.ts';

/** An endpoint as lists and plans of the whole fleet have it, with the name of its area. */
export interface Place extends Omit<Places['places'][number], 'timeZone'> {
  readonly area: string;
  readonly timeZone: string;
}

/** An endpoint and how it is. */
export interface FleetRow {
  readonly endpoint: Place;
  readonly state: FleetState;
}

/** Puts together what two answers say of the fleet, in the order of `places`; who is in no state yet has no player. */
export function fleetRows(
  places: readonly Place[],
  states: Readonly<Record<FleetState, readonly number[]>>,
): FleetRow[] {
  const stateOf = new Map<number, FleetState>();
  for (const state of ['playing', 'closed', 'silent'] as const)
    for (const id of states[state]) stateOf.set(id, state);
  return places.map((endpoint) => ({ endpoint, state: stateOf.get(endpoint.id) ?? 'unpaired' }));
}

/** What the list is narrowed to. */
export interface FleetFilter {
  readonly q?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly area?: number | undefined;
}

/** Whether an endpoint is meant: every word of `q` occurs in code, name, area, owner or a tag. */
export function isMeant(
  { endpoint, state }: Pick<FleetRow, 'endpoint' | 'state'>,
  filter: FleetFilter,
): boolean {
  if (filter.kind !== undefined && endpoint.kind !== filter.kind) return false;
  if (filter.state !== undefined && state !== filter.state) return false;
  if (filter.area !== undefined && endpoint.areaId !== filter.area) return false;
  if (filter.q === undefined) return true;
  const { code, name, area, owner, tags } = endpoint;
  const text = [code, name, area, owner, ...tags].join(' ').toLowerCase();
  return filter.q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
