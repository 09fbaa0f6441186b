import { createRoute } from '@hono/zod-openapi';
import { answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import {
  MAX_RECEIPTS,
  overrideReceiptsSchema,
  receiptsTakenSchema,
  standingStatementsSchema,
} from '../contract/override.ts';
import type { Receipts } from './receipt-flow.ts';
import type { Standing } from './standing.ts';

const tags = ['Player protocol'];

/** What players ask and tell about emergencies. */
export function receiptRoutes(deps: {
  receipts: Receipts;
  standingFor: (endpointId: number) => Standing | null;
}) {
  const { receipts, standingFor } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/player/v1/overrides',
        tags,
        summary: 'The emergencies that stand for this player',
        description:
          'Every statement, raised or withdrawn, whose end is still to come; each a compact JWS with header ' +
          '`typ` "beacon-override". Ask when the header `beacon-overrides` of a manifest answer (200 or 304) ' +
          'names something that you have not fetched; the event stream brings the same statements sooner. ' +
          '`commands`, where there are any, are compact JWS with `typ` "beacon-command".',
        security: [{ playerToken: [] }],
        responses: answers(200, standingStatementsSchema, 'The statements, in no certain order'),
      }),
      (c) => {
        const standing = standingFor(c.var.player.endpointId);
        const { statements = [], commands } = standing ?? {};
        return c.json({ statements: [...statements], ...(commands && { commands: [...commands] }) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/player/v1/receipts',
        tags,
        summary: 'Tell what became of emergencies',
        description:
          `At once, in order, at most ${MAX_RECEIPTS} at a time: \`shown\` with the first frame or sample, \`ended\` ` +
          'with the reason, `refused` where it could not be put on. Answered after the commit; sending again ' +
          'is safe. 429: send them again in a while.',
        security: [{ playerToken: [] }],
        request: { body: jsonBody(overrideReceiptsSchema) },
        responses: answers(200, receiptsTakenSchema, 'Written down'),
      }),
      async (c) => c.json({ taken: await receipts.receive(c.var.player, c.req.valid('json').receipts) }, 200),
    );
}
