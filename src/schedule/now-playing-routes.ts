import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import type { Clock } from '../base/units.ts';
import { isWithin } from '../base/within.ts';
import { idSchema, instantSchema } from '../contract/media-type.ts';
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

/** What the whole fleet plays at this moment, by its programmes; answered from memory. */
export function nowPlayingRoutes(deps: { board: Pick<ProgrammeBoard, 'all'>; clock: Clock }) {
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/programme/now',
      tags: ['Programme 节目单'],
      summary: 'What every endpoint plays now, by its programme',
      description: 'By the programme given out. What really played is in the reports.',
      responses: answers(200, nowSchema, 'One entry for each endpoint'),
    }),
    (c) => {
      const at = deps.clock();
      const iso = (instant: number) => new Date(instant).toISOString();
      const shown = deps.board.all().filter(({ endpoint }) => isWithin(c.var.within, endpoint.id));
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
  );
}
