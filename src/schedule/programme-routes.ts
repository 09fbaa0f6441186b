import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam } from '../base/api-routes.ts';
import { noSuch } from '../base/refusal.ts';
import { localDateSchema } from '../campaigns/wall-time.ts';
import { idSchema, instantSchema, sha256Schema } from '../contract/media-type.ts';
import type { BookingFits } from './booking-fit-flow.ts';
import type { ProgrammeHour } from './build-manifest.ts';
import { type MissedBound, missedBounds } from './missed-bounds.ts';
import type { ProgrammeBoard } from './programme-flow.ts';

const missedBoundSchema = z
  .object({
    bound: z.enum(['halfInterval', 'oneClipOfShare', 'separation', 'notTwiceInARow']),
    bookingId: idSchema.nullable(),
    off: z.int().openapi({ description: 'Milliseconds; plays for notTwiceInARow' }),
    allowed: z.int().openapi({ description: 'In the same unit; for separation the gap asked for' }),
    why: z.enum(['separation', 'windows', 'overFull', 'longClips', 'nothingElse']),
    sentence: z.object({ zh: z.string(), en: z.string() }),
  })
  .openapi('MissedBound');

const programmeSchema = z
  .object({
    endpointId: idSchema,
    timeZone: z.string(),
    revision: z.string().nullable(),
    serial: z.int().nullable(),
    issuedAt: instantSchema.nullable(),
    validUntil: instantSchema.nullable(),
    hours: z.array(
      z.object({
        from: instantSchema,
        to: instantSchema,
        loop: z.string(),
        missed: z.array(missedBoundSchema).nullable().openapi({
          description: 'Bounds of fairness that the loop misses, by how much and why; null without `date`',
        }),
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
export function programmeRoutes(deps: {
  board: Pick<ProgrammeBoard, 'current'>;
  /** Compiles any date of an endpoint from what bookings say now. */
  dayOf: BookingFits['dayOf'];
}) {
  return apiRoutes().openapi(
    createRoute({
      method: 'get',
      path: '/api/endpoints/{id}/programme',
      tags: ['Programme 节目单'],
      summary: 'What an endpoint plays, spot by spot',
      description:
        'The hours of the current manifest that lie within [from, to); all of them when neither is given. ' +
        'With `date`, that local date compiled from what bookings say now, whether or not a manifest reaches ' +
        'so far; revision, serial and stamps are null then.',
      request: {
        params: idParam,
        query: z.object({
          from: instantSchema.optional(),
          to: instantSchema.optional(),
          date: localDateSchema.optional(),
        }),
      },
      responses: answers(200, programmeSchema, 'The programme'),
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { from, to, date } = c.req.valid('query');
      const fromAt = from ? Date.parse(from) : Number.NEGATIVE_INFINITY;
      const toAt = to ? Date.parse(to) : Number.POSITIVE_INFINITY;
      const hoursOf = (hours: readonly (ProgrammeHour & { readonly missed?: readonly MissedBound[] })[]) =>
        hours
          .filter(({ hour }) => hour.startsAt < toAt && hour.startsAt + hour.lengthMs > fromAt)
          .map(spokenHour);
      if (date !== undefined) {
        const { endpoint, hours, day } = await deps.dayOf(id, date);
        const compiled = hours.flatMap((hour, i) => {
          const loop = day.loops[i];
          const [demand, done] = [day.demands[i], day.hours[i]];
          const missed = demand && done ? missedBounds(demand, done) : [];
          return loop && loop.spots.length > 0 ? [{ hour, loop, missed }] : [];
        });
        const stamps = { revision: null, serial: null, issuedAt: null, validUntil: null };
        const { timeZone } = endpoint;
        return c.json({ endpointId: id, timeZone, ...stamps, hours: hoursOf(compiled) }, 200);
      }
      const current = deps.board.current(id);
      if (!current) throw noSuch('endpoint.unknown', id);
      const { revision, serial, issuedAt, validUntil, endpoint, content } = current;
      return c.json(
        {
          endpointId: endpoint.id,
          timeZone: endpoint.timeZone,
          revision,
          serial,
          issuedAt: iso(issuedAt),
          validUntil: iso(validUntil),
          hours: hoursOf(content.body.programme),
        },
        200,
      );
    },
  );
}

const iso = (at: number) => new Date(at).toISOString();

function spokenHour({ hour, loop, missed }: ProgrammeHour & { readonly missed?: readonly MissedBound[] }) {
  return {
    missed: missed ? [...missed] : null,
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
  };
}
