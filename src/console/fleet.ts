import type { Endpoint } from '../endpoints/endpoint.ts';

/** An endpoint whose player has not been heard of for so long is silent; the server counts in the same way. */
export const SILENT_AFTER_MS = 90_000;

/** How an endpoint is at this moment. `closed` also where the programme has nothing for the moment. */
export type FleetState = 'playing' | 'closed' | 'silent' | 'unpaired';

/** What an endpoint's programme says of this moment. */
export interface Playing {
  readonly assetId: number;
  readonly bookingId: number | null;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Plays of one endpoint today. */
export interface DayFigures {
  readonly playsPromised: number;
  readonly playsCounted: number;
  readonly coverage: number | null;
}

/** Everything the day's page knows of one endpoint. */
export interface FleetRow {
  readonly endpoint: Endpoint;
  readonly state: FleetState;
  readonly playing: Playing | null;
  readonly figures: DayFigures | null;
}

/** How an endpoint is. `now`: the server's clock, milliseconds. */
export function fleetStateOf(player: Endpoint['player'], playing: Playing | null, now: number): FleetState {
  if (player === null) return 'unpaired';
  if (player.lastSeenAt === null || now - Date.parse(player.lastSeenAt) > SILENT_AFTER_MS) return 'silent';
  return playing ? 'playing' : 'closed';
}

/** Puts together what three answers say of the fleet. Shape: in the order of `endpoints`. */
export function fleetRows(
  endpoints: readonly Endpoint[],
  playing: ReadonlyMap<number, Playing | null>,
  figures: ReadonlyMap<number, DayFigures>,
  now: number,
): FleetRow[] {
  return endpoints.map((endpoint) => {
    const current = playing.get(endpoint.id) ?? null;
    return {
      endpoint,
      state: fleetStateOf(endpoint.player, current, now),
      playing: current,
      figures: figures.get(endpoint.id) ?? null,
    };
  });
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

/** The zone that most endpoints live in; the browser's where there is none. */
export function homeZoneOf(endpoints: readonly Pick<Endpoint, 'timeZone'>[], otherwise: string): string {
  const counts = new Map<string, number>();
  for (const { timeZone } of endpoints) counts.set(timeZone, (counts.get(timeZone) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? otherwise;
}
