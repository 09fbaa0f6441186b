import type { Socket } from 'node:net';
import type { Sql } from 'postgres';
import { type Ms, SECOND_MS } from '../base/units.ts';

/** What the watch of a PostgreSQL server waits for. */
export interface HangLimits {
  /** From one question to the next. */
  readonly everyMs: Ms;
  /** No server that works takes longer to answer the smallest question, whatever else it does. */
  readonly answerWithinMs: Ms;
}

/** Found hung after 7 s at most, and found well again after as many. */
export const HANG_LIMITS: HangLimits = { everyMs: 2 * SECOND_MS, answerWithinMs: 5 * SECOND_MS };

/** Tells a database that takes connections and answers nothing from one that is busy. */
export interface HangWatch {
  /** Nothing has come from it: who asks would wait for ever. */
  isHung(): boolean;
  /** Tears this socket, as a broken line would, when the database hangs. */
  track(socket: Socket): void;
  /** Ends the watch and its connection. */
  stop(): Promise<void>;
}

/** So many times the watch looks at its clock while it waits: a process that stood still itself counts one of them. */
const LOOKS = 10;

/**
 * Asks `select 1` again and again on a connection of its own, which `open` makes over sockets that it hands to what it is
 * given. A long statement elsewhere holds nothing up here; a server that hangs does, and then every tracked socket is torn:
 * their statements fail as when the line is cut. Those under way may have been carried out nevertheless.
 */
export function watchForHangs(open: (own: (socket: Socket) => void) => Sql, limits: HangLimits): HangWatch {
  const [others, own] = [new Set<Socket>(), new Set<Socket>()];
  const sql = open((socket) => keep(own, socket));
  let hung = false;
  let stopped = false;
  let next: ReturnType<typeof setTimeout>;

  function keep(sockets: Set<Socket>, socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  function tear(sockets: Set<Socket>): void {
    for (const socket of sockets) socket.destroy(hangError());
  }

  async function ask(): Promise<void> {
    let looks = 0;
    const looking = setInterval(() => {
      looks += 1;
      if (looks < LOOKS || stopped) return;
      hung = true;
      tear(others);
      tear(own);
    }, limits.answerWithinMs / LOOKS);
    try {
      await sql`select 1`;
      hung = false;
    } catch {
      // Away, or torn above: the next question makes a connection anew.
    } finally {
      clearInterval(looking);
      if (!stopped) next = setTimeout(() => void ask(), limits.everyMs);
    }
  }

  next = setTimeout(() => void ask(), limits.everyMs);
  return {
    isHung: () => hung,
    track: (socket) => keep(others, socket),
    async stop() {
      stopped = true;
      clearTimeout(next);
      await sql.end({ timeout: 0 });
      tear(own);
    },
  };
}

/** What somebody is told whose statement waits for a database that hangs. */
export function hangError(): Error {
  return Object.assign(new Error('The database takes connections and does not answer.'), {
    code: 'CONNECTION_CLOSED',
  });
}
