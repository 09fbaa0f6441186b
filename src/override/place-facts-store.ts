import { asc, eq, inArray, sql } from 'drizzle-orm';
import { noSuch, Refusal } from '../base/refusal.ts';
import type { PlayableFile } from '../catalogue/rendition.ts';
import type { EndpointKind } from '../contract/media-type.ts';
import { assets, RENDITION_ORDER, renditions } from '../db/catalogue-tables.ts';
import type { Database } from '../db/connect.ts';
import { endpointGroups, endpoints, players } from '../db/endpoint-tables.ts';
import { standingMaterial } from '../db/override-tables.ts';
import type { GroupRule } from '../endpoints/group.ts';
import type { AimedEndpoint } from './aim.ts';

/** What an emergency needs to know of a place. */
export interface PlaceFacts extends AimedEndpoint {
  readonly code: string;
  readonly name: string;
  readonly kind: EndpointKind;
  /** A player of it can say a text aloud. */
  readonly speaks: boolean;
  /** Its player sounds MP3 and nothing else. */
  readonly mp3Only: boolean;
}

/** Places, groups and material, as far as emergencies need them. */
export interface PlaceFactsStore {
  /** All endpoints by code; from memory until one changes. */
  places(): Promise<readonly PlaceFacts[]>;
  /** The rules of groups. @throws Refusal group.unknown */
  groupRules(ids: readonly number[]): Promise<ReadonlyMap<number, GroupRule>>;
  /** The files of an approved asset that is held ready. @throws Refusal asset.unknown, override.materialNotReady */
  readyFiles(assetId: number): Promise<readonly PlayableFile[]>;
  /** Stops following the bell. */
  close(): void;
}

/** Opens the store. Follows `endpoints` and `players`. */
export function placeFactsStore({ db, bell }: Database): PlaceFactsStore {
  let known: Promise<readonly PlaceFacts[]> | null = null;
  const forget = (): void => {
    known = null;
  };
  const stops = [bell.listen('endpoints', forget), bell.listen('players', forget), bell.whenMissed(forget)];
  return {
    places() {
      if (known) return known;
      const { id, code, name, kind, areaId, tags, longitude, latitude } = endpoints;
      const speaks = sql<boolean>`exists (select from ${players} where ${players.endpointId} = ${endpoints.id}
        and ${players.revokedAt} is null and ${players.capabilities} @> '{"speech":true}')`;
      const mp3Only = sql<boolean>`exists (select from ${players} where ${players.endpointId} = ${endpoints.id}
        and ${players.revokedAt} is null and ${players.capabilities} -> 'sound' = '["mp3"]')`;
      const reading: Promise<readonly PlaceFacts[]> = db
        .select({ id, code, name, kind, areaId, tags, longitude, latitude, speaks, mp3Only })
        .from(endpoints)
        .orderBy(asc(code));
      known = reading;
      reading.catch(() => {
        if (known === reading) forget();
      });
      return reading;
    },
    async groupRules(ids) {
      if (ids.length === 0) return new Map();
      const rows = await db
        .select()
        .from(endpointGroups)
        .where(inArray(endpointGroups.id, [...ids]));
      const rules = new Map(rows.map(({ id, rule }) => [id, rule as GroupRule]));
      const missing = ids.find((id) => !rules.has(id));
      if (missing !== undefined) throw noSuch('group.unknown', missing);
      return rules;
    },
    async readyFiles(assetId) {
      const [asset] = await db.select({ id: assets.id }).from(assets).where(eq(assets.id, assetId));
      if (!asset) throw noSuch('asset.unknown', assetId);
      const [standing] = await db
        .select()
        .from(standingMaterial)
        .where(eq(standingMaterial.assetId, assetId));
      if (!standing) {
        throw new Refusal('override.materialNotReady', {
          en: `Asset ${assetId} is not approved standing material, so the boxes do not hold it ready.`,
          zh: `素材 ${assetId} 不是已通过审核的预置素材，终端上没有预存，不能用于应急插播。`,
        });
      }
      return db
        .select({
          sha256: renditions.sha256,
          mediaClass: renditions.mediaClass,
          durationMs: renditions.durationMs,
          hasSound: renditions.hasSound,
          type: renditions.type,
          variant: renditions.variant,
        })
        .from(renditions)
        .where(eq(renditions.assetId, assetId))
        .orderBy(...RENDITION_ORDER);
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}
