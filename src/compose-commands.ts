import type { Audit } from './base/audit.ts';
import { type Clock, DAY_MS } from './base/units.ts';
import { daily } from './compose-jobs.ts';
import { EVENT } from './contract/events.ts';
import type { Database, Db } from './db/connect.ts';
import { commandBoard } from './endpoints/command-board-flow.ts';
import { commandRoutes } from './endpoints/command-routes.ts';
import { commandStore } from './endpoints/command-store.ts';
import { eventBytes, type PlayerStreams } from './schedule/player-streams.ts';
import type { SigningKeys } from './schedule/signing-key-files.ts';

/** How long commands are kept; the audit log holds who asked for what for good. */
const COMMANDS_KEPT_MS = 90 * DAY_MS;

/** Everything about commands to players, put together. */
export function composeCommands(deps: {
  database: Database;
  audit: Audit<Db>;
  keys: SigningKeys;
  streams: PlayerStreams;
  now: Clock;
  onTrouble: (error: unknown) => void;
}) {
  const { database, audit, keys, streams, now, onTrouble } = deps;
  const store = commandStore({ database, audit, now });
  const board = commandBoard({
    store,
    keyNow: keys.current,
    bell: database.bell,
    push: (endpointId, jws) => streams.send(endpointId, eventBytes(EVENT.command, jws)),
    now,
    onTrouble,
  });
  return {
    board,
    rooms: [commandRoutes({ commands: store, now })],
    // The bell tells at once; this finds what a bell that nobody rang kept back, and signs with the key of now.
    jobs: [{ name: 'look after commands', everyMs: 30_000, run: () => board.refresh() }],
    sharedJobs: [
      { name: 'forget old commands', ...daily(3, 55), run: () => store.forget(now() - COMMANDS_KEPT_MS) },
    ],
  };
}
