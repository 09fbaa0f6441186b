import { asc, count, desc, isNull, type SQL } from 'drizzle-orm';
import type { EpochMs } from '../base/units.ts';
import type { Db } from '../db/connect.ts';
import { areas, endpoints, players } from '../db/endpoint-tables.ts';
import type { Places } from './fleet.ts';

/** An endpoint with the player that it is paired with, as far as its state needs it. */
export interface Standing {
  readonly endpointId: number;
  readonly player: { readonly lastSeenAt: EpochMs | null } | null;
}

/** Reads the fleet in brief, or the endpoints that fit. */
export async function readPlaces(db: Db, where?: SQL): Promise<Places> {
  const { id, code, name, kind, areaId, owner, longitude, latitude, timeZone, tags } = endpoints;
  const [places, named, zones] = await Promise.all([
    db
      .select({ id, code, name, kind, areaId, owner, longitude, latitude, timeZone, tags })
      .from(endpoints)
      .where(where)
      .orderBy(asc(code)),
    db.select().from(areas).orderBy(asc(areas.name)),
    db
      .select({ zone: endpoints.timeZone })
      .from(endpoints)
      .where(where)
      .groupBy(endpoints.timeZone)
      .orderBy(desc(count()), asc(endpoints.timeZone))
      .limit(1),
  ]);
  const zone = zones[0]?.zone ?? null;
  const inUse = new Set(places.map((one) => one.areaId));
  return {
    zone,
    areas: named.filter((area) => inUse.has(area.id)),
    places: places.map((one) => ({ ...one, timeZone: one.timeZone === zone ? null : one.timeZone })),
  };
}

/** Reads who is paired with every endpoint that fits, and when it was heard of. */
export async function readStandings(db: Db, where?: SQL): Promise<Standing[]> {
  const [all, paired] = await Promise.all([
    db.select({ endpointId: endpoints.id }).from(endpoints).where(where).orderBy(asc(endpoints.id)),
    db
      .select({ endpointId: players.endpointId, lastSeenAt: players.lastSeenAt })
      .from(players)
      .where(isNull(players.revokedAt))
      .orderBy(asc(players.id)),
  ]);
  const seen = new Map(paired.map((one) => [one.endpointId, one.lastSeenAt?.getTime() ?? null]));
  return all.map(({ endpointId }) => {
    const lastSeenAt = seen.get(endpointId);
    return { endpointId, player: lastSeenAt === undefined ? null : { lastSeenAt } };
  });
}
