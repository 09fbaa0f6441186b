import type { Command, CommandKind, CommandReceipt } from '../../src/contract/command.ts';
import type { Powers } from './ports.ts';

/** The commands that a body with these powers offers. */
export function offersOf(powers: Powers): CommandKind[] {
  return (['volume', 'restart', 'reboot', 'picture'] as const).filter((kind) => powers[kind]);
}

/**
 * Has the body carry a command out, and says what became of it; null after a restart or reboot that is on its way, of
 * which the next run tells.
 */
export async function carryOut({ commandId, ask }: Command, powers: Powers): Promise<CommandReceipt | null> {
  try {
    if (ask.kind === 'picture') return { commandId, state: 'done', picture: await powers.picture?.() };
    if (ask.kind !== 'volume') {
      await powers[ask.kind]?.();
      return null;
    }
    await powers.volume?.(ask.percent);
    return { commandId, state: 'done' };
  } catch (cause) {
    return { commandId, state: 'failed', reason: String(cause).slice(0, 200) };
  }
}
