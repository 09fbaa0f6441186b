import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import { type CommandReceipt, commandSchema } from '../../src/contract/command.ts';
import { type CommandMemory, commandMemorySchema } from './command-memory.ts';
import type { LinkFailure } from './player-event.ts';
import { readJson } from './read-json.ts';
import type { Turn } from './turn.ts';

/** First pause after an answer could not be sent. */
export const ANSWER_AGAIN_MS: Ms = 2 * SECOND_MS;

/** Takes up what an earlier run knew; a restart that it began is done now. */
export function loadCommands(turn: Turn, text: string | undefined): void {
  const saved = readJson(commandMemorySchema, text);
  if (!saved) return;
  const { restarting, ...commands } = saved;
  turn.set({ commands });
  if (restarting === undefined) return;
  save(turn);
  answer(turn, { commandId: restarting, state: 'done' });
}

/**
 * A command whose signature was good. It is taken up when it names this endpoint, is newer than any before, and its
 * end is still to come by a clock that the server has set; all else changes nothing. What is taken up is written down
 * before it is carried out, so that no copy of it, and no restart in its middle, does it again.
 */
export function onCommand(turn: Turn, text: string): void {
  const { identity, time, commands, config } = turn.state;
  const command = readJson(commandSchema, text);
  if (!identity || !command || command.endpointId !== identity.endpointId) {
    turn.trouble('command.refused', 'a command with a good signature is not for this player');
    return;
  }
  // Stream and poll both bring it: the second copy is no trouble. Without the time, the poll brings it again.
  if (command.serial <= commands.serial || !time.synced) return;
  if (Date.parse(command.until) <= turn.nowMs) {
    turn.trouble(
      'command.expired',
      `command ${command.commandId} came after its end and was not carried out`,
    );
    return;
  }
  const { commandId, serial, ask } = command;
  if (!config.offers.includes(ask.kind)) {
    turn.set({ commands: { ...commands, serial } });
    save(turn);
    answer(turn, { commandId, state: 'refused', reason: 'command.notOffered' });
    return;
  }
  const next: CommandMemory = { ...commands, serial, ...(ask.kind === 'volume' && { volume: ask.percent }) };
  turn.set({ commands: next });
  const restarts = ask.kind === 'restart' || ask.kind === 'reboot';
  const saved = JSON.stringify({ ...next, ...(restarts && { restarting: commandId }) });
  turn.do({ type: 'command.do', command, saved });
}

/** The body is done with a command: the server is told, and a new volume with the next health report, which is now. */
export function onCommandEnded(turn: Turn, receipt: CommandReceipt): void {
  // After a restart that failed, the next one must not tell that it is done.
  save(turn);
  answer(turn, receipt);
  if (!turn.state.errands.health.inFlight) turn.errand('health', { dueMonoMs: turn.at.monoMs });
}

/** Sends the oldest answer that waits. */
export function nextAnswer(turn: Turn): void {
  const [receipt] = turn.state.answers;
  if (receipt) turn.do({ type: 'answer.send', receipt });
  else turn.errand('answers', { inFlight: false, dueMonoMs: Number.POSITIVE_INFINITY });
}

/** The server wrote an answer down: it is forgotten. */
export function answered(turn: Turn, commandId: number): void {
  turn.set({ answers: turn.state.answers.filter((one) => one.commandId !== commandId) });
  turn.succeed('answers', turn.state.answers.length > 0 ? 0 : Number.POSITIVE_INFINITY);
}

/** Forgets an answer that the server will never take; false when it may be sent again. */
export function dropRefused(turn: Turn, failure: LinkFailure): boolean {
  const [oldest] = turn.state.answers;
  if (!oldest || failure.kind !== 'refused' || [401, 403, 429].includes(failure.status)) return false;
  answered(turn, oldest.commandId);
  return true;
}

function answer(turn: Turn, receipt: CommandReceipt): void {
  turn.set({ answers: [...turn.state.answers, receipt] });
  const { inFlight, failures } = turn.state.errands.answers;
  if (!inFlight && failures === 0) turn.errand('answers', { dueMonoMs: turn.at.monoMs });
}

function save(turn: Turn): void {
  turn.do({ type: 'save', slot: 'commands', text: JSON.stringify(turn.state.commands) });
}
