import { z } from '@hono/zod-openapi';
import { otherwise } from '../base/issue-words.ts';
import { endpointKindSchema, idSchema } from '../contract/media-type.ts';
import type { GroupRule } from '../endpoints/group.ts';
import { type GroupedEndpoint, isMember } from '../endpoints/group-member.ts';

const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-90).max(90);
/** A position as [longitude, latitude] in WGS-84 degrees, the order of GeoJSON (RFC 7946 §3.1.1). */
const positionSchema = z.tuple([longitude, latitude]);
/** See {@link positionSchema}. */
export type Position = z.infer<typeof positionSchema>;

/** A circle on the map; `radiusM` in metres. */
export const circleSchema = z.strictObject({
  centre: positionSchema,
  radiusM: z.number().positive().max(500_000),
});
/** A closed ring: the last position equals the first. Holes are not known. */
export const polygonSchema = z
  .array(positionSchema)
  .min(4)
  .max(1_000)
  .refine(
    (ring) => {
      const [first, last] = [ring[0], ring.at(-1)];
      return first?.[0] === last?.[0] && first?.[1] === last?.[1];
    },
    otherwise({ en: 'the last position must equal the first', zh: '最后一个点必须与第一个点相同' }),
  );

/**
 * Where an emergency goes. `all`, or every endpoint that any of the lists or shapes means; `kinds` then narrows
 * that down, and alone means all endpoints of those kinds. A misspelt field is refused.
 */
export const aimSchema = z
  .strictObject({
    all: z.literal(true).optional(),
    areaIds: z.array(idSchema).min(1).max(1_000).optional(),
    groupIds: z.array(idSchema).min(1).max(100).optional(),
    endpointIds: z.array(idSchema).min(1).max(20_000).optional(),
    circles: z.array(circleSchema).min(1).max(50).optional(),
    polygons: z.array(polygonSchema).min(1).max(50).optional(),
    kinds: z.array(endpointKindSchema).min(1).optional(),
  })
  .refine(
    (aim) => Object.values(aim).some((field) => field !== undefined),
    otherwise({ en: 'say where: nothing is chosen', zh: '请选择范围：目前没有选择任何终端' }),
  );
/** See {@link aimSchema}. */
export type Aim = z.infer<typeof aimSchema>;

/** What an aim looks at. */
export interface AimedEndpoint extends GroupedEndpoint {
  readonly id: number;
  /** WGS-84 degrees; null where nobody entered them: then no shape means it. */
  readonly longitude: number | null;
  readonly latitude: number | null;
}

/** The endpoints that the aim means, in the given order. Groups that are not in `rules` mean none. */
export function aimedAt<E extends AimedEndpoint>(
  aim: Aim,
  endpoints: readonly E[],
  rules: ReadonlyMap<number, GroupRule>,
): E[] {
  const { all, areaIds, groupIds, endpointIds, circles, polygons, kinds } = aim;
  const byKindAlone = !areaIds && !groupIds && !endpointIds && !circles && !polygons;
  const areas = new Set(areaIds);
  const ids = new Set(endpointIds);
  const groups = (groupIds ?? []).flatMap((id) => rules.get(id) ?? []);
  const isInside = (endpoint: E): boolean => {
    const { longitude: x, latitude: y } = endpoint;
    if (x === null || y === null) return false;
    return (
      (circles ?? []).some(({ centre, radiusM }) => metresBetween(centre, [x, y]) <= radiusM) ||
      (polygons ?? []).some((ring) => isInRing(ring, [x, y]))
    );
  };
  return endpoints.filter(
    (endpoint) =>
      (!kinds || kinds.some((kind) => kind === endpoint.kind)) &&
      (all === true ||
        byKindAlone ||
        areas.has(endpoint.areaId) ||
        ids.has(endpoint.id) ||
        groups.some((rule) => isMember(rule, endpoint)) ||
        isInside(endpoint)),
  );
}

/** Mean radius of the earth (IUGG R1), in metres. */
const EARTH_RADIUS_M = 6_371_008.8;

/** Great-circle distance in metres, by the haversine formula; within 0.6 % of the ellipsoid's. */
export function metresBetween([lon1, lat1]: Position, [lon2, lat2]: Position): number {
  const rad = Math.PI / 180;
  const sinLat = Math.sin(((lat2 - lat1) * rad) / 2);
  const sinLon = Math.sin(((lon2 - lon1) * rad) / 2);
  const h = sinLat * sinLat + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * sinLon * sinLon;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * Whether a position lies inside a closed ring, by the even-odd rule; its edges are straight lines in degrees,
 * as in CAP and GeoJSON. A position on the edge counts as inside. No ring may cross the 180th meridian.
 */
export function isInRing(ring: readonly Position[], [x, y]: Position): boolean {
  let inside = false;
  for (let i = 1; i < ring.length; i += 1) {
    const [x1, y1] = ring[i - 1] ?? [0, 0];
    const [x2, y2] = ring[i] ?? [0, 0];
    const cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
    const between =
      Math.min(x1, x2) <= x && x <= Math.max(x1, x2) && Math.min(y1, y2) <= y && y <= Math.max(y1, y2);
    if (cross === 0 && between) return true;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
  }
  return inside;
}
