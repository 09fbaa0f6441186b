import type { Sql } from 'postgres';
import type { WeeklyWindow } from '../base/local-time.ts';
import type { EpochMs } from '../base/units.ts';
import { OPENING_TOLERANCE_MS, type Place, placeOf } from './place.ts';

/** The local time of endpoints, held in memory. */
export interface PlaceStore {
  /** The place as far as this process knows; an endpoint that is gone counts as always open, in UTC. */
  placeOf(endpointId: number): Promise<Place>;
  /**
   * Those of the instants at which the endpoint was open after all: by its hours as they are stored now, or
   * because a programme was promised then, which knows the hours of its own time. Ask before doubting a player.
   */
  openAt(endpointId: number, instants: readonly EpochMs[]): Promise<ReadonlySet<EpochMs>>;
  /** Forgets what it holds, after an endpoint was changed. */
  forget(): void;
}

/** Reads places once each; endpoints with the same zone and hours share one. */
export function placeStore(sql: Sql): PlaceStore {
  const places = new Map<string, Place>();
  const memory = new Map<number, Promise<Place>>();

  async function load(endpointId: number): Promise<Place> {
    const [row] = await sql<{ zone: string; hours: readonly WeeklyWindow[] }[]>`
      select time_zone as zone, opening_hours as hours from endpoints where id = ${endpointId}`;
    const { zone, hours } = row ?? { zone: 'UTC', hours: [] };
    const key = `${zone} ${JSON.stringify(hours)}`;
    const place = places.get(key) ?? placeOf(zone, hours);
    places.set(key, place);
    return place;
  }

  function remember(endpointId: number): Promise<Place> {
    const loading = load(endpointId);
    memory.set(endpointId, loading);
    loading.catch(() => {
      if (memory.get(endpointId) === loading) memory.delete(endpointId);
    });
    return loading;
  }

  return {
    placeOf: (endpointId) => memory.get(endpointId) ?? remember(endpointId),
    async openAt(endpointId, instants) {
      const place = await remember(endpointId);
      const closed = instants.filter((at) => !place.isOpen(at));
      const promised = await sql<{ at: number }[]>`
        select at from unnest(${closed}::float8[]) as asked (at)
        where (
          select ends_at from programme
          where endpoint_id = ${endpointId} and starts_at <= to_timestamp((at + ${OPENING_TOLERANCE_MS}::float8) / 1000)
          order by starts_at desc limit 1
        ) > to_timestamp((at - ${OPENING_TOLERANCE_MS}::float8) / 1000)`;
      const open = new Set(promised.map(({ at }) => at));
      for (const at of instants) if (place.isOpen(at)) open.add(at);
      return open;
    },
    forget() {
      memory.clear();
      places.clear();
    },
  };
}
