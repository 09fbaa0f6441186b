import { createServer, type Server, type Socket } from 'node:net';
import {
  closeStatements,
  fatalError,
  frontendReader,
  parsedStatementName,
  queryMessage,
  SYNC,
  startupMessage,
} from './wire-messages.ts';

/** What the front needs of a database engine that is one session: PGlite offers exactly this. */
export interface OneSession {
  /** Runs whole messages and hands out the reply, in pieces that are only valid during the call. */
  execProtocolRawStream(
    message: Uint8Array,
    options: { syncToFs?: boolean; onRawData: (data: Uint8Array) => void },
  ): Promise<void>;
  /** Whether a transaction block is open, failed or not. */
  isInTransaction(): boolean;
}

/** Settings of the front. */
export interface WireOptions {
  /** How long a transaction may stay silent while others wait for their turn, in milliseconds. */
  readonly patienceMs: number;
  /** Called when the engine itself breaks: its memory can no longer be trusted. */
  readonly onBroken: (reason: unknown) => void;
}

/** A listening front. */
export interface WireFront {
  readonly server: Server;
  /** Runs `job` alone, between the turns of the clients. */
  between(job: () => Promise<void>): Promise<void>;
  /** Lets the turn that is running end, then closes every connection. */
  close(): Promise<void>;
}

/** A stretch of messages up to a Query, Sync or Flush; after a Flush the pipeline goes on. */
type Turn = { readonly bytes: Buffer; readonly goesOn: boolean } | { readonly job: () => Promise<void> };

interface Client {
  readonly socket: Socket | undefined;
  readonly turns: Turn[];
  readonly statements: Set<string>;
  gone: boolean;
}

const FLUSH = 'H';
/** The engine cannot wait for more input inside a statement: it breaks, so the front says no in its stead. */
const COPY_IN = /^(Q....|P....[^\0]*\0)\s*copy\s[^\0]*\sfrom\s+stdin/is;
const REFUSE_COPY: Buffer = queryMessage(
  "do $$ begin raise feature_not_supported using message = 'COPY FROM STDIN does not work on the embedded database'; end $$",
);
const TURN_ENDS: readonly string[] = ['Q', 'S', 'F', FLUSH];

/**
 * Lets many connections share an engine that is one session. A connection owns the engine from the first
 * message of a pipeline until its Sync is answered, and through a whole transaction; the others wait in
 * order. So unnamed statements and portals of two connections never meet, an error skips only the
 * pipeline that made it, and a connection that drops takes its open transaction with it.
 */
export async function serveWire(engine: OneSession, options: WireOptions): Promise<WireFront> {
  const greeting = await run(startupMessage('postgres', 'postgres'));
  const clients = new Set<Client>();
  const line: Client[] = [];
  let owner: Client | undefined;
  let running = false;
  let closing = false;
  let patience: NodeJS.Timeout | undefined;
  let whenIdle: (() => void) | undefined;

  async function run(bytes: Buffer): Promise<Buffer> {
    const replies: Buffer[] = [];
    // syncToFs false: the file system is written through, there is nothing to carry over after a turn.
    await engine.execProtocolRawStream(bytes, {
      syncToFs: false,
      onRawData: (data) => replies.push(Buffer.from(data)),
    });
    return Buffer.concat(replies);
  }

  function enqueue(client: Client, turn: Turn): void {
    client.turns.push(turn);
    if (client !== owner && !line.includes(client)) line.push(client);
    void pump();
  }

  async function pump(): Promise<void> {
    if (running) return;
    running = true;
    try {
      while (!closing) {
        const client: Client | undefined = owner ?? line.shift();
        const turn = client?.turns.shift();
        if (client === undefined || turn === undefined) break;
        clearTimeout(patience);
        patience = undefined;
        owner = client;
        if ('job' in turn) {
          await turn.job();
          owner = undefined;
        } else {
          const reply = await run(turn.bytes);
          if (client.socket?.writable) client.socket.write(reply);
          if (!turn.goesOn && !engine.isInTransaction()) {
            owner = undefined;
            if (client.turns.length > 0) line.push(client);
            else if (client.gone) forget(client);
          }
        }
        if (client.gone && owner === client) await release(client);
        // The sockets get their turn too: a busy client must not keep the others from being read.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (reason) {
      options.onBroken(reason);
      return;
    } finally {
      running = false;
      whenIdle?.();
    }
    if (owner !== undefined && line.length > 0 && patience === undefined) {
      const silent = owner;
      patience = setTimeout(() => evict(silent), options.patienceMs);
    }
  }

  /** Ends what a vanished owner left open. */
  async function release(client: Client): Promise<void> {
    client.turns.length = 0;
    await run(SYNC);
    if (engine.isInTransaction()) await run(queryMessage('ROLLBACK'));
    owner = undefined;
    forget(client);
  }

  /** Drops the named statements of a vanished client from the shared session. */
  function forget(client: Client): void {
    if (client.statements.size === 0) return;
    const names = [...client.statements];
    client.statements.clear();
    enqueue(nobody(), { bytes: closeStatements(names), goesOn: false });
  }

  function evict(client: Client): void {
    patience = undefined;
    if (owner !== client || running) return;
    client.socket?.end(
      fatalError(
        '25P03',
        'The transaction was rolled back: it stayed silent while other queries waited. A query on another connection, inside a transaction, waits for that very transaction.',
      ),
    );
    client.socket?.destroySoon();
  }

  async function leave(client: Client): Promise<void> {
    client.gone = true;
    clients.delete(client);
    if (closing) return;
    client.turns.length = 0;
    const place = line.indexOf(client);
    if (place >= 0) line.splice(place, 1);
    if (owner !== client) forget(client);
    else if (!running) {
      running = true;
      try {
        await release(client);
      } catch (reason) {
        options.onBroken(reason);
        return;
      } finally {
        running = false;
        whenIdle?.();
      }
      void pump();
    }
  }

  const server = createServer((socket) => {
    const client: Client = { socket, turns: [], statements: new Set(), gone: false };
    clients.add(client);
    const read = frontendReader();
    let gathered: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => {
      let messages: ReturnType<typeof read>;
      try {
        messages = read(chunk);
      } catch {
        socket.destroy();
        return;
      }
      for (const message of messages) {
        if (message.kind === 'encryption') socket.write('N');
        else if (message.kind === 'startup') socket.write(greeting);
        else if (message.kind === 'cancel' || message.type === 'X') socket.end();
        else {
          if (message.type === 'P') {
            const name = parsedStatementName(message.bytes);
            if (name !== '') client.statements.add(name);
          }
          gathered.push(message.bytes);
          if (TURN_ENDS.includes(message.type)) {
            const bytes = Buffer.concat(gathered);
            const turn = COPY_IN.test(bytes.toString('latin1', 0, 1_000)) ? REFUSE_COPY : bytes;
            enqueue(client, { bytes: turn, goesOn: turn === bytes && message.type === FLUSH });
            gathered = [];
          }
        }
      }
    });
    // A connection that breaks is closed by the system; 'close' does what is needed.
    socket.on('error', () => {});
    socket.on('close', () => void leave(client));
  });

  return {
    server,
    between(job) {
      return new Promise((resolve, reject) => {
        enqueue(nobody(), { job: () => job().then(resolve, reject) });
      });
    },
    async close() {
      closing = true;
      clearTimeout(patience);
      server.close();
      if (running) await new Promise<void>((resolve) => (whenIdle = resolve));
      for (const client of clients) client.socket?.destroy();
    },
  };
}

function nobody(): Client {
  return { socket: undefined, turns: [], statements: new Set(), gone: false };
}
