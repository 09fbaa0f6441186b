import type { Sql } from 'postgres';
import { type ToldPlay, type ToldPlays, toldPlays } from './told-plays.ts';

/** What endpoints were told to play, held in memory. */
export interface ToldStore {
  /** What the endpoint was told, as far as this process knows. */
  toldTo(endpointId: number): Promise<ToldPlays>;
  /** The same with all manifests given out since; null when there are none. Ask before doubting a player. */
  refreshed(endpointId: number): Promise<ToldPlays | null>;
}

interface Remembered {
  rows: readonly ToldPlay[];
  serial: number;
  told: ToldPlays;
}

/**
 * Reads manifests given out, once per endpoint and then only newer ones. It needs no bell: told plays only
 * grow, and a play that seems not told is looked up again before it is doubted. The least recently used
 * endpoint is forgotten beyond `mostEndpoints`.
 */
export function toldStore(sql: Sql, mostEndpoints = 20_000): ToldStore {
  const memory = new Map<number, Promise<Remembered>>();

  async function load(endpointId: number, known: Remembered | null): Promise<Remembered> {
    const since = known?.serial ?? 0;
    const rows = await sql<
      { serial: number; sha256: string; assetId: number; bookingId: number | null; longestMs: number }[]
    >`
      select max(serial) as serial, t ->> 0 as sha256, (t ->> 1)::int as "assetId",
        (t ->> 2)::int as "bookingId", max((t ->> 3)::int) as "longestMs"
      from manifests, jsonb_array_elements(told) as t
      where endpoint_id = ${endpointId} and serial > ${since}
      group by 2, 3, 4`;
    if (known !== null && rows.length === 0) return known;
    const all = [...(known?.rows ?? []), ...rows];
    const serial = rows.reduce((highest, row) => Math.max(highest, row.serial), since);
    return { rows: merged(all), serial, told: toldPlays(all) };
  }

  function remember(endpointId: number, loading: Promise<Remembered>): Promise<Remembered> {
    memory.delete(endpointId);
    memory.set(endpointId, loading);
    const oldest = memory.size > mostEndpoints ? memory.keys().next().value : undefined;
    if (oldest !== undefined) memory.delete(oldest);
    loading.catch(() => {
      if (memory.get(endpointId) === loading) memory.delete(endpointId);
    });
    return loading;
  }

  return {
    async toldTo(endpointId) {
      return (await remember(endpointId, memory.get(endpointId) ?? load(endpointId, null))).told;
    },
    async refreshed(endpointId) {
      const before = await memory.get(endpointId);
      const after = await remember(endpointId, load(endpointId, before ?? null));
      return after === before ? null : after.told;
    },
  };
}

function merged(rows: readonly ToldPlay[]): ToldPlay[] {
  const byKey = new Map<string, ToldPlay>();
  for (const { sha256, assetId, bookingId, longestMs } of rows) {
    const key = `${assetId} ${bookingId} ${sha256}`;
    const longest = Math.max(longestMs, byKey.get(key)?.longestMs ?? 0);
    byKey.set(key, { sha256, assetId, bookingId, longestMs: longest });
  }
  return [...byKey.values()];
}
