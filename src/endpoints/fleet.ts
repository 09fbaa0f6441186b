import { z } from '@hono/zod-openapi';
import { idListSchema } from '../contract/id-list.ts';
import { endpointKindSchema, idSchema } from '../contract/media-type.ts';

/** An endpoint whose player has not been heard of for so long is silent; `playersOnline` counts in the same way. */
export const SILENT_AFTER_MS = 90_000;

/** How an endpoint is at a moment. `closed` also where the programme has nothing for the moment. */
export const fleetStateSchema = z.enum(['playing', 'closed', 'silent', 'unpaired']);
/** See {@link fleetStateSchema}. */
export type FleetState = z.infer<typeof fleetStateSchema>;

/**
 * How an endpoint is. `player`: the one that is paired with it, with the instant at which it was last heard of;
 * `plays`: whether its programme has something for the moment `now`. Instants in milliseconds.
 */
export function fleetStateOf(
  player: { readonly lastSeenAt: number | null } | null,
  plays: boolean,
  now: number,
): FleetState {
  if (player === null) return 'unpaired';
  if (player.lastSeenAt === null || now - player.lastSeenAt > SILENT_AFTER_MS) return 'silent';
  return plays ? 'playing' : 'closed';
}

/** An endpoint as lists and plans of the whole fleet have it: enough to find, place and choose it. */
export const placeSchema = z
  .object({
    id: idSchema,
    code: z.string(),
    name: z.string(),
    kind: endpointKindSchema,
    areaId: idSchema,
    owner: z.string(),
    longitude: z.number().nullable(),
    latitude: z.number().nullable(),
    timeZone: z.string().nullable().openapi({ description: 'Null: as most endpoints have it' }),
    tags: z.array(z.string()),
  })
  .openapi('Place');

/** The whole fleet in brief, by code. */
export const placesSchema = z
  .object({
    /** The zone that most endpoints live in; null where there are none. */
    zone: z.string().nullable(),
    areas: z.array(z.object({ id: idSchema, name: z.string() })),
    places: z.array(placeSchema),
  })
  .openapi('Places');
/** See {@link placesSchema}. */
export type Places = z.infer<typeof placesSchema>;

/** What endpoints are narrowed to; all that is given must hold. */
export const endpointQuery = z.object({
  q: z.string().max(200).optional().openapi({
    description: 'Words of code, name, area, owner or a tag; all of them must occur, in upper or lower case',
  }),
  ids: idListSchema.optional(),
  areaIds: idListSchema.optional(),
  kinds: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(endpointKindSchema).min(1).max(3))
    .optional()
    .openapi({ type: 'string', example: 'tv,screen' }),
  tags: z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .optional()
    .openapi({ type: 'string', description: 'Joined by commas; any one of them is enough' }),
  after: z.string().max(64).optional().openapi({ description: 'Only codes after this one' }),
  limit: z.coerce.number<string>().pipe(z.int().min(1).max(500)).optional().openapi({
    description: 'All of them when absent; else the next page is `after` the last code of this one',
  }),
});
/** See {@link endpointQuery}. */
export type EndpointFilter = z.infer<typeof endpointQuery>;
