import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { MINUTE_MS } from '../base/units.ts';
import { onlyWithin } from '../base/within.ts';
import { DOUBTFUL_FROM, OVERFULL_MS } from './players-in-doubt-store.ts';
import type { QuarantineStore } from './quarantine-store.ts';

const tags = ['Plays 播放记录'];
const id = z.coerce.number<string>().int().positive().max(2_147_483_647).optional();

const keptApartSchema = z
  .object({
    id: z.int(),
    playerId: z.int(),
    endpointId: z.int(),
    endpoint: z.string(),
    seq: z.int().nullable(),
    /** Why it was not believed, for example `play.notTold`. */
    code: z.string(),
    report: z.unknown(),
    receivedAt: z.string(),
    acceptable: z.boolean(),
    accepted: z.object({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
  })
  .openapi('PlayKeptApart');
const inDoubtSchema = z.object({
  playerId: z.int(),
  endpointId: z.int(),
  endpoint: z.string(),
  doubted: z.int(),
  codes: z.array(z.string()),
  /** Of the last week: with more airtime than an hour has room for. */
  overfullHours: z.int(),
  lastAt: z.string(),
});

/** Plays that were not believed, over HTTP; for signed-in staff. */
export function quarantineRoutes(deps: { quarantine: QuarantineStore }) {
  const { quarantine } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/quarantine',
        tags,
        summary: 'Plays kept apart, newest first',
        request: {
          query: z.object({
            state: z.enum(['open', 'accepted']).default('open'),
            endpointId: id,
            playerId: id,
            beforeId: id,
            limit: z.coerce.number<string>().int().min(1).max(1_000).default(100),
          }),
        },
        responses: answers(200, z.object({ plays: z.array(keptApartSchema) }), 'The plays'),
      }),
      async (c) => {
        const plays = await quarantine.list({ ...c.req.valid('query'), within: c.var.within });
        return c.json({ plays: plays.map((play) => ({ ...play, report: play.report ?? null })) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/quarantine/{id}/accept',
        tags,
        summary: 'Count a play after all, with the reason',
        description: 'It is counted in its own hour, once. Reason and person go to the audit log.',
        request: {
          params: idParam,
          body: jsonBody(z.object({ reason: z.string().trim().min(1).max(1_000) })),
        },
        responses: answers(200, keptApartSchema, 'Counted'),
      }),
      async (c) => {
        const { reason } = c.req.valid('json');
        const { staff, within } = c.var;
        const play = await quarantine.accept(c.req.valid('param').id, staff.id, reason, within);
        return c.json({ ...play, report: play.report ?? null }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/players-in-doubt',
        tags,
        summary: 'Players whose plays are doubted too often',
        description:
          `At least ${DOUBTFUL_FROM} doubted plays within a day, or an hour of the last week with more than ` +
          `${OVERFULL_MS / MINUTE_MS} minutes of airtime: a broken clock, a broken player or a stolen token.`,
        responses: answers(200, z.object({ players: z.array(inDoubtSchema) }), 'The players, worst first'),
      }),
      async (c) => {
        const players = onlyWithin(c.var.within, await quarantine.playersInDoubt());
        return c.json({ players: players.map((player) => ({ ...player, codes: [...player.codes] })) }, 200);
      },
    );
}
