import { createRoute, z } from '@hono/zod-openapi';
import { answers, apiRoutes, idParam, jsonBody } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { commandReceiptSchema, commandReceiptTakenSchema } from '../contract/command.ts';
import {
  commandRequestSchema,
  endpointCommandsSchema,
  pictureBytes,
  type StoredCommand,
  stateAt,
  toldCommandSchema,
} from './command.ts';
import type { CommandStore } from './command-store.ts';

const tags = ['Endpoints 终端'];

/** What staff ask of players from afar, and what players answer. */
export function commandRoutes(deps: { commands: CommandStore; now: Clock }) {
  const { commands, now } = deps;

  function told({ id, ask, askedBy, askedAt, until, state, reason, answeredAt }: StoredCommand) {
    return {
      id,
      kind: ask.kind,
      percent: ask.kind === 'volume' ? ask.percent : null,
      askedBy,
      askedAt: new Date(askedAt).toISOString(),
      until: new Date(until).toISOString(),
      state: stateAt({ state, until }, now()),
      reason,
      answeredAt: answeredAt === null ? null : new Date(answeredAt).toISOString(),
    };
  }

  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/endpoints/{id}/commands',
        tags,
        summary: 'What can be asked of its player, and what was',
        request: { params: idParam },
        responses: answers(200, endpointCommandsSchema, 'What it offers, and the latest commands'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { offers, volume } = await commands.offerOf(id);
        const [latest, takenAt] = await Promise.all([commands.latest(id), commands.pictureTakenAt(id)]);
        return c.json(
          {
            offers: [...offers],
            volume,
            commands: latest.map(told),
            picture: takenAt === null ? null : { takenAt: new Date(takenAt).toISOString() },
          },
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/endpoints/{id}/commands',
        tags,
        summary: 'Ask something of its player',
        description:
          'Signed like an emergency and sent at once. The player carries it out within two minutes, once, or never; ' +
          'what it does not offer is refused here.',
        request: { params: idParam, body: jsonBody(commandRequestSchema) },
        responses: answers(201, toldCommandSchema, 'Sent'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        return c.json(told(await commands.create(id, c.req.valid('json'), c.var.staff.id)), 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/endpoints/{id}/picture',
        tags,
        summary: 'The latest picture of its screen',
        request: { params: idParam },
        responses: {
          ...answers(200, z.string(), 'unused'),
          200: {
            description: 'The picture',
            content: { 'image/jpeg': { schema: z.string().openapi({ format: 'binary' }) } },
          },
        },
      }),
      async (c) => {
        const bytes = pictureBytes(await commands.picture(c.req.valid('param').id));
        if (!bytes) throw new Error('a picture that was taken in is no JPEG');
        return c.body(bytes, 200, { 'Content-Type': 'image/jpeg' });
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/player/v1/command-receipts',
        tags: ['Player protocol'],
        summary: 'Tell what became of a command',
        description:
          'Commands come in the event stream as `command`, and beside the emergencies that stand. A player that ' +
          'offers none ignores them. Answered after the commit; sending again is safe. 4xx other than 429: forget it.',
        security: [{ playerToken: [] }],
        request: { body: jsonBody(commandReceiptSchema) },
        responses: answers(200, commandReceiptTakenSchema, 'Written down'),
      }),
      async (c) => {
        const { picture, ...receipt } = c.req.valid('json');
        if (picture !== undefined && !pictureBytes(picture))
          throw new Refusal('picture.unreadable', {
            en: 'A picture is a JPEG of at most 300,000 bytes, as base64.',
            zh: '截图须为不超过 30 万字节的 JPEG，以 base64 编码。',
          });
        await commands.answer(c.var.player, receipt, picture ?? null);
        return c.json({ commandId: receipt.commandId }, 200);
      },
    );
}
