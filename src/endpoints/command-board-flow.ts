import type { Clock, EpochMs } from '../base/units.ts';
import { COMMAND_TYP } from '../contract/command.ts';
import { type PrivateKey, signStatement } from '../contract/signing.ts';
import { type StoredCommand, statementOf } from './command.ts';
import type { CommandStore } from './command-store.ts';

/** What a player is still to carry out: a name that changes with it, and the signed commands, oldest first. */
export interface PendingCommands {
  readonly name: string;
  readonly commands: readonly string[];
}

/** Holds the signed commands that wait for their players, and pushes new ones to the open streams. */
export interface CommandBoard {
  /** Reads all that wait; afterwards follows the bell. */
  start(): Promise<void>;
  /** What waits for an endpoint's player now, from memory; null when nothing does. */
  pendingFor(endpointId: number): PendingCommands | null;
  /** Reads what waits again, for a ring that was never heard, and signs it anew. */
  refresh(): Promise<void>;
  stop(): void;
}

/** The part of a bell that is needed here. */
interface CommandBell {
  listen(topic: string, handler: (payload: string) => void): () => void;
  whenMissed(handler: () => void): () => void;
}

interface Held {
  readonly id: number;
  readonly until: EpochMs;
  readonly jws: string;
}

/** Makes the board. `push` writes to the open streams of an endpoint; a player that hears a command twice does it once. */
export function commandBoard(deps: {
  store: Pick<CommandStore, 'pending'>;
  /** The key that signs now. */
  keyNow: () => PrivateKey;
  bell: CommandBell;
  push: (endpointId: number, jws: string) => void;
  now: Clock;
  onTrouble: (error: unknown) => void;
}): CommandBoard {
  const { store, keyNow, bell, push, now, onTrouble } = deps;
  const byEndpoint = new Map<number, readonly Held[]>();
  const stops: (() => void)[] = [];
  let reading: Promise<unknown> = Promise.resolve();

  /** One reading after another: an older answer must never overwrite what a newer one told. */
  function read(endpointId?: number): Promise<void> {
    const done = reading.then(async () => hold(await store.pending(endpointId), endpointId));
    reading = done.catch(() => {});
    return done;
  }

  async function hold(commands: readonly StoredCommand[], only: number | undefined): Promise<void> {
    const told = new Set([...byEndpoint.values()].flatMap((held) => held.map(({ id }) => id)));
    const signed = await Promise.all(
      commands.map(async (command) => ({
        endpointId: command.endpointId,
        held: {
          id: command.id,
          until: command.until,
          jws: await signStatement(JSON.stringify(statementOf(command)), COMMAND_TYP, keyNow()),
        },
      })),
    );
    if (only === undefined) byEndpoint.clear();
    else byEndpoint.delete(only);
    for (const { endpointId, held } of signed) {
      byEndpoint.set(endpointId, [...(byEndpoint.get(endpointId) ?? []), held]);
      if (!told.has(held.id)) push(endpointId, held.jws);
    }
  }

  const quietly = (work: Promise<unknown>): void => void work.catch(onTrouble);
  return {
    async start() {
      stops.push(
        bell.listen('commands', (endpointId) => quietly(read(Number(endpointId)))),
        bell.whenMissed(() => quietly(read())),
      );
      await read();
    },
    pendingFor(endpointId) {
      const held = byEndpoint.get(endpointId);
      if (!held) return null;
      const at = now();
      const waiting = held.filter(({ until }) => until > at);
      if (waiting.length === 0) return null;
      return { name: `c${waiting.map(({ id }) => id).join('.')}`, commands: waiting.map(({ jws }) => jws) };
    },
    refresh: () => read(),
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
