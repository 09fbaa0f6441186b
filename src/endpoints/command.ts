import { z } from '@hono/zod-openapi';
import { type EpochMs, MINUTE_MS, type Ms } from '../base/units.ts';
import {
  type Command,
  type CommandAsk,
  commandAskSchema,
  commandKindSchema,
  percentSchema,
} from '../contract/command.ts';
import { idSchema } from '../contract/media-type.ts';

/** How long a command may wait for its player: longer, and staff have given it up. */
export const COMMAND_LIFE_MS: Ms = 2 * MINUTE_MS;
/** Most bytes of a picture. */
const MOST_PICTURE_BYTES = 300_000;

/** How a command stands. `unanswered`: its time is over, and it can no longer be carried out. */
export const commandStateSchema = z.enum(['sent', 'done', 'failed', 'refused', 'unanswered']);
/** See {@link commandStateSchema}. */
export type CommandState = z.infer<typeof commandStateSchema>;

/** A command as staff see it. */
export const toldCommandSchema = z.object({
  id: idSchema,
  kind: commandKindSchema,
  /** Of `volume`. */
  percent: percentSchema.nullable(),
  askedBy: z.string(),
  askedAt: z.iso.datetime(),
  until: z.iso.datetime(),
  state: commandStateSchema,
  reason: z.string().nullable(),
  answeredAt: z.iso.datetime().nullable(),
});

/** What can be asked of an endpoint's player, and what was. */
export const endpointCommandsSchema = z.object({
  offers: z.array(commandKindSchema).openapi({ description: 'What its present player carries out' }),
  volume: percentSchema
    .nullable()
    .openapi({ description: 'As staff set it last; null: as the box was set up' }),
  commands: z.array(toldCommandSchema).openapi({ description: 'The latest, newest first' }),
  picture: z.object({ takenAt: z.iso.datetime() }).nullable(),
});

/** A command as staff send it. */
export const commandRequestSchema = commandAskSchema;

/** A command as the database holds it. */
export interface StoredCommand {
  readonly id: number;
  readonly endpointId: number;
  readonly playerId: number;
  readonly serial: number;
  readonly ask: CommandAsk;
  readonly askedBy: string;
  readonly askedAt: EpochMs;
  readonly until: EpochMs;
  readonly state: Exclude<CommandState, 'unanswered'>;
  readonly reason: string | null;
  readonly answeredAt: EpochMs | null;
}

/** The command as it is signed. */
export function statementOf({ id, endpointId, serial, until, ask }: StoredCommand): Command {
  return { version: 1, commandId: id, endpointId, serial, until: new Date(until).toISOString(), ask };
}

/** How a command stands at an instant. */
export function stateAt({ state, until }: Pick<StoredCommand, 'state' | 'until'>, at: EpochMs): CommandState {
  return state === 'sent' && at >= until ? 'unanswered' : state;
}

/**
 * The bytes of a picture that a player sent as base64; null when they are no JPEG, or too many. What follows the first
 * bytes is not looked at: it is shown as `image/jpeg` and nothing else.
 */
export function pictureBytes(base64: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
  return isJpeg && bytes.length <= MOST_PICTURE_BYTES ? bytes : null;
}
