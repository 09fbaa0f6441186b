import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import type { Clock } from '../base/units.ts';
import { isWithin } from '../base/within.ts';
import { idListSchema } from '../contract/id-list.ts';
import { idSchema, instantSchema } from '../contract/media-type.ts';
import type { EndpointStore } from '../endpoints/endpoint-store.ts';
import { type FleetState, fleetStateOf, fleetStateSchema } from '../endpoints/fleet.ts';
import { nowPlaying } from './now-playing.ts';
import type { ProgrammeBoard } from './programme-flow.ts';

const nowSchema = z
  .object({
    at: instantSchema,
    endpoints: z.array(
      z.object({
        endpointId: idSchema,
        playing: z
          .object({
            assetId: idSchema,
            bookingId: idSchema.nullable().openapi({ description: 'Null: filler' }),
            startsAt: instantSchema,
            endsAt: instantSchema,
          })
          .nullable()
          .openapi({ description: 'Null: closed now, or nothing to play' }),
      }),
    ),
  })
  .openapi('NowPlaying');

const statesSchema = z
  .object({ at: instantSchema, states: z.record(fleetStateSchema, z.array(idSchema)) })
  .openapi('FleetStates');

const tags = ['Programme 节目单'];
const iso = (instant: number) => new Date(instant).toISOString();

/** What the fleet plays at this moment, by its programmes; answered from memory. */
export function nowPlayingRoutes(deps: {
  board: Pick<ProgrammeBoard, 'all' | 'current'>;
  fleet: Pick<EndpointStore, 'standings'>;
  clock: Clock;
}) {
  const { board, fleet, clock } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/programme/now',
        tags,
        summary: 'What every endpoint plays now, by its programme',
        description: 'By the programme given out. What really played is in the reports.',
        request: { query: z.object({ endpoints: idListSchema.optional() }) },
        responses: answers(200, nowSchema, 'One entry for each endpoint: all, or those that are named'),
      }),
      (c) => {
        const at = clock();
        const ids = c.req.valid('query').endpoints;
        const meant = ids === undefined ? board.all() : ids.flatMap((id) => board.current(id) ?? []);
        const shown = meant.filter(({ endpoint }) => isWithin(c.var.within, endpoint.id));
        const endpoints = shown.map(({ endpoint, content }) => {
          const spot = nowPlaying(content.body.programme, at);
          const playing = spot && {
            assetId: spot.assetId,
            bookingId: spot.bookingId,
            startsAt: iso(spot.startsAt),
            endsAt: iso(spot.startsAt + spot.durationMs),
          };
          return { endpointId: endpoint.id, playing };
        });
        return c.json({ at: iso(at), endpoints }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/programme/states',
        tags,
        summary: 'How every endpoint is now: playing, closed, silent or without a player',
        responses: answers(200, statesSchema, 'The ids of the endpoints in each state'),
      }),
      async (c) => {
        const standings = await fleet.standings(c.var.within);
        const at = clock();
        const states: Record<FleetState, number[]> = { playing: [], closed: [], silent: [], unpaired: [] };
        for (const { endpointId, player } of standings) {
          const programme = board.current(endpointId)?.content.body.programme ?? [];
          states[fleetStateOf(player, nowPlaying(programme, at) !== null, at)].push(endpointId);
        }
        return c.json({ at: iso(at), states }, 200);
      },
    );
}
