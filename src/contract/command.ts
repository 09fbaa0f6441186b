import { z } from 'zod';
import { idSchema, instantSchema } from './media-type.ts';

/** JWS `typ` header of a command, so that no other signed statement can pass for one. */
export const COMMAND_TYP = 'beacon-command';

/**
 * What staff may ask of a box from afar, where it offers that. `restart`: of the player; `reboot`: of the whole box;
 * `picture`: a small JPEG of what is on the screen.
 */
export const commandKindSchema = z.enum(['volume', 'restart', 'reboot', 'picture']);
/** See {@link commandKindSchema}. */
export type CommandKind = z.infer<typeof commandKindSchema>;

/** Loudest volume of the programme in per cent. */
export const percentSchema = z.int().nonnegative().max(100);

/** One command with what it needs to know. */
export const commandAskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('volume'), percent: percentSchema }),
  z.object({ kind: z.literal('restart') }),
  z.object({ kind: z.literal('reboot') }),
  z.object({ kind: z.literal('picture') }),
]);
/** See {@link commandAskSchema}. */
export type CommandAsk = z.infer<typeof commandAskSchema>;

/** A command to one endpoint's player. Travels as a compact JWS, in the stream and beside the emergencies. */
export const commandSchema = z.object({
  version: z.literal(1),
  commandId: idSchema,
  /** Whose player is meant; every other one ignores it. */
  endpointId: idSchema,
  /** Grows with every command to this endpoint. A player carries out each at most once, and none that is not newer. */
  serial: z.int().positive(),
  /** Never to be carried out from this instant on. */
  until: instantSchema,
  ask: commandAskSchema,
});
/** See {@link commandSchema}. */
export type Command = z.infer<typeof commandSchema>;

/** What became of a command. `refused`: the player does not offer it. */
export const commandReceiptSchema = z.object({
  commandId: idSchema,
  state: z.enum(['done', 'failed', 'refused']),
  reason: z.string().max(200).optional(),
  /** Of `picture`: a JPEG of at most 640 pixels a side, as base64. */
  picture: z.string().max(400_000).optional(),
});
/** See {@link commandReceiptSchema}. */
export type CommandReceipt = z.infer<typeof commandReceiptSchema>;

/** What the server says to a receipt, sent only after its commit. */
export const commandReceiptTakenSchema = z.object({ commandId: idSchema });
