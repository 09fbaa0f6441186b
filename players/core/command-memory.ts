import { z } from 'zod';
import { percentSchema } from '../../src/contract/command.ts';
import { idSchema } from '../../src/contract/media-type.ts';

/** The slot `commands`: what must outlive a restart. */
export const commandMemorySchema = z.object({
  /** Of the newest command ever taken up; none that is not newer is carried out again. */
  serial: z.int().nonnegative(),
  /** The loudest volume that staff set last. */
  volume: percentSchema.optional(),
  /** The restart or reboot under way: the run that comes after it tells that it is done. */
  restarting: idSchema.optional(),
});
/** See {@link commandMemorySchema}. */
export type CommandMemory = z.infer<typeof commandMemorySchema>;

/** A player that was never asked for anything. */
export const NO_COMMANDS: CommandMemory = { serial: 0 };
