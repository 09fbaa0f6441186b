import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import { idSchema, instantSchema, sha256Schema } from '../contract/media-type.ts';
import type { ProgrammeBoard } from './programme-flow.ts';

const programmeSchema = z
  .object({
    endpointId: idSchema,
    timeZone: z.string(),
    revision: z.string(),
    serial: z.int(),
    issuedAt: instantSchema,
    validUntil: instantSchema,
    hours: z.array(
      z.object({
        from: instantSchema,
        to: instantSchema,
        loop: z.string(),
        spots: z.array(
          z.object({
            startsAt: instantSchema,
            durationMs: z.int(),
            assetId: idSchema,
            bookingId: idSchema.nullable(),
            sha256: sha256Schema,
            reason: z.string(),
          }),
        ),
      }),
    ),
  })
  .openapi('Programme');

/** The programme as staff look at it. */
export function programmeRoutes(deps: { board: ProgrammeBoard }) {
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/endpoints/{id}/programme',
      tags: ['Programme 节目单'],
      summary: 'What an endpoint plays, spot by spot',
      description:
        'The hours of the current manifest that lie within [from, to); all of them when neither is given.',
      request: {
        params: idParam,
        query: z.object({ from: instantSchema.optional(), to: instantSchema.optional() }),
      },
      responses: answers(200, programmeSchema, 'The programme'),
    }),
    (c) => {
      const current = deps.board.current(c.req.valid('param').id);
      if (!current) throw new Refusal('endpoint.unknown', `There is no endpoint ${c.req.valid('param').id}.`);
      const { from, to } = c.req.valid('query');
      const fromAt = from ? Date.parse(from) : Number.NEGATIVE_INFINITY;
      const toAt = to ? Date.parse(to) : Number.POSITIVE_INFINITY;
      const iso = (at: number) => new Date(at).toISOString();
      const hours = current.content.programme
        .filter(({ hour }) => hour.startsAt < toAt && hour.startsAt + hour.lengthMs > fromAt)
        .map(({ hour, loop }) => ({
          from: iso(hour.startsAt),
          to: iso(hour.startsAt + hour.lengthMs),
          loop: loop.id,
          spots: loop.spots.map(({ atMs, durationMs, assetId, bookingId, sha256, reason }) => ({
            startsAt: iso(hour.startsAt + atMs),
            durationMs,
            assetId,
            bookingId,
            sha256,
            reason,
          })),
        }));
      const { revision, serial, issuedAt, validUntil, endpoint } = current;
      return c.json(
        {
          endpointId: endpoint.id,
          timeZone: endpoint.timeZone,
          revision,
          serial,
          issuedAt: iso(issuedAt),
          validUntil: iso(validUntil),
          hours,
        },
        200,
      );
    },
  );
}
