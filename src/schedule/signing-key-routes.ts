import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes } from '../base/api-routes.ts';
import { keyRotationsSchema } from '../contract/key-rotation.ts';
import type { KeyRotationFlow } from './key-rotation-flow.ts';
import type { SigningKeys } from './signing-key-files.ts';

const rotatedSchema = z.object({ kid: z.string(), replaces: z.string() });
const count = z.int().nonnegative();
const standingKeySchema = z.object({
  kid: z.string(),
  rotations: count,
  players: z
    .object({ following: count, behind: count, unknown: count })
    .openapi({ description: 'Paired players by the key that they told to have pinned, if any' }),
});

/** The signing key: its rotations for players, and its replacement for administrators. */
export function signingKeyRoutes(deps: {
  keys: Pick<SigningKeys, 'current' | 'rotations'>;
  flow: Pick<KeyRotationFlow, 'rotate'>;
  /** How many paired players have pinned which key; null: they did not say. */
  pinned: () => Promise<readonly { readonly kid: string | null; readonly players: number }[]>;
}) {
  const { keys, flow, pinned } = deps;
  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/player/v1/keys',
        tags: ['Player protocol'],
        summary: 'How the signing key was replaced',
        description:
          'Every rotation, oldest first: compact JWS, header `typ` "beacon-key-rotation", signed by the key that it ' +
          'gives up. Ask when a manifest is signed by a key that you have not pinned. Beginning at your pinned key, ' +
          'take up one after the other: check the signature with the pinned key, check that `replaces` is the ' +
          '`kid` that signed, pin `key` in its place. What no such chain reaches is a foreign key.',
        security: [{ playerToken: [] }],
        responses: answers(200, keyRotationsSchema, 'The rotations'),
      }),
      (c) => {
        c.header('Cache-Control', 'no-store');
        return c.json({ rotations: [...keys.rotations()] }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/signing-key',
        tags: ['Signing key 签名密钥'],
        summary: 'Which key signs now',
        description: '`kid` as players show it in their state panel, and how often the key was replaced.',
        responses: answers(200, standingKeySchema, 'The key'),
      }),
      async (c) => {
        const { kid } = keys.current();
        const players = { following: 0, behind: 0, unknown: 0 };
        for (const one of await pinned()) {
          if (one.kid === null) players.unknown += one.players;
          else players[one.kid === kid ? 'following' : 'behind'] += one.players;
        }
        return c.json({ kid, rotations: keys.rotations().length, players }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/signing-key/rotations',
        tags: ['Signing key 签名密钥'],
        summary: 'Replace the signing key',
        description:
          'Makes a new key, signs its rotation with the old one, and forgets the old private key. Players follow at ' +
          'their next poll; those without a connection catch up when they are back. Back the key file up afterwards.',
        responses: answers(201, rotatedSchema, 'Replaced'),
      }),
      async (c) => c.json(await flow.rotate(c.var.staff.id), 201),
    );
}
