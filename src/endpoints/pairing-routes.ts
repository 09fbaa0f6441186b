import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type ApiEnv, answers, apiRoutes, jsonBody } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock, Ms } from '../base/units.ts';
import { healthAnswerSchema, healthReportSchema } from '../contract/health.ts';
import type { PublicKey } from '../contract/media-type.ts';
import {
  enrolmentRequestSchema,
  type PairingState,
  pairingOfferSchema,
  pairingRequestSchema,
  pairingStateSchema,
} from '../contract/pairing.ts';
import { pairingQr } from './pairing-qr.ts';
import type { PairingAnswer, PlayerFlow } from './player-flow.ts';

/** How long a player waits between two polls when no bell rings. */
export const POLL_AFTER_MS: Ms = 30_000;

type Ranges = readonly (readonly [number, number])[];

const tags = ['Player protocol'];

/**
 * Pairing, enrolment and health, for players. The first three are open: the room itself checks secret or
 * token. `serverKeys` gives the keys to pin; `resend` the plays to ask for again (none without it).
 */
export function pairingRoutes(deps: {
  players: PlayerFlow;
  serverKeys: () => readonly PublicKey[] | Promise<readonly PublicKey[]>;
  now: Clock;
  /** How people reach the server. */
  publicUrl: string;
  resend?: (playerId: number) => Ranges | Promise<Ranges>;
}) {
  const { players, serverKeys, now, publicUrl, resend } = deps;

  async function stateOf(answer: PairingAnswer): Promise<PairingState> {
    if (answer.state !== 'paired') return { state: answer.state };
    const { state, token, endpointId } = answer;
    return { state, token, endpointId, serverKeys: [...(await serverKeys())] };
  }

  return apiRoutes()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/player/v1/pairings',
        tags,
        summary: 'Ask to be paired',
        description:
          'Show the code, and where there is room the QR code beside it: a phone that reads it opens the console with the ' +
          'code filled in. Staff give the box its endpoint within 15 minutes. Meanwhile ask how it went with the secret.',
        request: { body: jsonBody(pairingRequestSchema) },
        responses: answers(201, pairingOfferSchema, 'Waiting for staff'),
      }),
      async (c) => {
        c.header('Cache-Control', 'no-store');
        const offer = await players.offerPairing(c.req.valid('json'));
        return c.json({ ...offer, qr: pairingQr(offer.code, publicUrl, c.req.header('host')) }, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/player/v1/pairings/current',
        tags,
        summary: 'How the pairing stands',
        description:
          'Every few seconds, with `Authorization: Bearer <secret>`. When paired, the answer holds the token and ' +
          'the keys to pin. Asking again before the token was first used gives a new token in place of the old ' +
          'one; after its first use the state is `expired`. Any other player of the endpoint is revoked.',
        security: [{ pairingSecret: [] }],
        responses: answers(200, pairingStateSchema, 'The state'),
      }),
      async (c) => {
        c.header('Cache-Control', 'no-store');
        return c.json(await stateOf(await players.collectPairing(bearerOf(c))), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/player/v1/enrolments',
        tags,
        summary: 'Join with a single-use enrolment token',
        description: 'Any other player of the endpoint is revoked.',
        request: { body: jsonBody(enrolmentRequestSchema) },
        responses: answers(200, pairingStateSchema, 'Paired'),
      }),
      async (c) => {
        const { token, ...box } = c.req.valid('json');
        c.header('Cache-Control', 'no-store');
        return c.json(await stateOf(await players.enrol(token, box)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/player/v1/health',
        tags,
        summary: 'Say how the player is',
        security: [{ playerToken: [] }],
        request: { body: jsonBody(healthReportSchema) },
        responses: answers(200, healthAnswerSchema, 'What the server wants next'),
      }),
      async (c) => {
        const { player } = c.var;
        players.noteHealth(player, c.req.valid('json'));
        const ranges = (await resend?.(player.playerId)) ?? [];
        return c.json(
          {
            now: new Date(now()).toISOString(),
            pollAfterMs: POLL_AFTER_MS,
            resend: ranges.map(([from, to]): [number, number] => [from, to]),
          },
          200,
        );
      },
    );
}

function bearerOf(c: Context<ApiEnv>): string {
  const secret = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (secret === undefined)
    throw new Refusal('token.unknown', {
      en: 'Send the secret of the pairing as Authorization: Bearer <secret>.',
      zh: '请用 Authorization: Bearer <secret> 提交配对密钥。',
    });
  return secret;
}
