import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { virtualLedger } from '../../../players/fleet/virtual-ledger.ts';
import {
  COMMAND_TYP,
  type Command,
  type CommandReceipt,
  commandReceiptSchema,
} from '../../../src/contract/command.ts';
import { EVENT } from '../../../src/contract/events.ts';
import { MANIFEST_TYP, type Manifest } from '../../../src/contract/manifest.ts';
import { OVERRIDE_TYP, type Override } from '../../../src/contract/override.ts';
import { enrolmentRequestSchema, pairingRequestSchema } from '../../../src/contract/pairing.ts';
import { playReportSchema } from '../../../src/contract/play-report.ts';
import { makeSigningKey, publicPartOf, signStatement } from '../../../src/contract/signing.ts';

const API = '/api/player/v1';

/** A file that the test server holds. */
export interface TestFile {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly type: string;
  readonly durationMs: number;
}

/** A small server that keeps to the contract, in memory, on 127.0.0.1. */
export interface ContractServer {
  readonly url: string;
  readonly ledger: ReturnType<typeof virtualLedger>;
  readonly requests: Map<string, number>;
  /** Types the code in, as staff would. */
  approve(code: string): void;
  /** Tears every answer's connection down while true. */
  setDown(down: boolean): void;
  /** Sends an override to every open stream. */
  raise(override: Override): Promise<void>;
  /** Sends a command to every open stream. */
  command(command: Command): Promise<void>;
  /** What players answered to commands, oldest first. */
  readonly answers: readonly CommandReceipt[];
  /** Resolves once the ledger holds so many plays. */
  counted(plays: number): Promise<void>;
  /** Resolves once a player has opened the event stream. */
  streaming(): Promise<void>;
  close(): Promise<void>;
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Starts a server whose programme repeats `files`, back to back, all day, from now on. */
export async function contractServer(files: readonly TestFile[], spotMs?: number): Promise<ContractServer> {
  const key = await makeSigningKey();
  const ledger = virtualLedger();
  const requests = new Map<string, number>();
  const answers: CommandReceipt[] = [];
  const tokens = new Map<string, number>();
  const offers = new Map<string, { secret: string; approved: boolean; told: boolean }>();
  const streams = new Set<ServerResponse>();
  const byHash = new Map(files.map((file) => [sha256Of(file.bytes), file]));
  const waiters: { plays: number; resolve: () => void }[] = [];
  let streamWaiters: (() => void)[] = [];
  let down = false;
  let nextEndpoint = 1;
  const fromMs = Date.now() - 60_000;

  function manifestFor(endpointId: number): Manifest {
    let atMs = 0;
    const spots = [...byHash].map(([sha256, file], index) => {
      const durationMs = spotMs ?? file.durationMs;
      const spot = { atMs, durationMs, media: sha256, assetId: index + 1, bookingId: 500 + index };
      atMs += durationMs;
      return spot;
    });
    return {
      version: 1,
      endpoint: {
        id: endpointId,
        name: `Endpoint ${endpointId}`,
        kind: 'loudspeaker',
        timeZone: 'Asia/Shanghai',
      },
      revision: 'revision-1',
      issuedAt: new Date(fromMs).toISOString(),
      validUntil: new Date(fromMs + 72 * 3_600_000).toISOString(),
      serial: 1,
      media: [...byHash].map(([sha256, file]) => ({
        sha256,
        url: `${API}/media/${sha256}`,
        bytes: file.bytes.length,
        type: file.type,
        durationMs: file.durationMs,
      })),
      loops: [{ id: 'loop-0001', lengthMs: atMs, spots }],
      programme: [
        {
          from: new Date(fromMs).toISOString(),
          to: new Date(fromMs + 72 * 3_600_000).toISOString(),
          loop: 'loop-0001',
        },
      ],
      overrides: [],
    };
  }

  function join(): {
    state: 'paired';
    token: string;
    endpointId: number;
    serverKeys: ReturnType<typeof publicPartOf>[];
  } {
    const endpointId = nextEndpoint++;
    const token = `player-token-number-${endpointId}-${Math.random()}`;
    tokens.set(token, endpointId);
    return { state: 'paired', token, endpointId, serverKeys: [publicPartOf(key)] };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').slice(API.length);
    const name = path.startsWith('/media/') ? '/media' : path;
    requests.set(name, (requests.get(name) ?? 0) + 1);
    if (down) {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : null;
    const bearer = (request.headers.authorization ?? '').replace('Bearer ', '');
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (path === '/pairings') {
      pairingRequestSchema.parse(body);
      const code = `CODE${10 + offers.size}`;
      const secret = `secret-of-a-pairing-${offers.size}`;
      offers.set(code, { secret, approved: false, told: false });
      return json(201, { code, secret, expiresAt: new Date(Date.now() + 600_000).toISOString() });
    }
    if (path === '/pairings/current') {
      const offer = [...offers.values()].find((one) => one.secret === bearer);
      if (!offer) return json(404, { code: 'pairing.unknown' });
      if (!offer.approved) return json(200, { state: 'waiting' });
      if (offer.told) return json(200, { state: 'expired' });
      offer.told = true;
      return json(200, join());
    }
    if (path === '/enrolments') {
      enrolmentRequestSchema.parse(body);
      return json(200, join());
    }
    const endpointId = tokens.get(bearer);
    if (endpointId === undefined) return json(401, { code: 'token.unknown' });
    if (path === '/manifest') {
      if (request.headers['if-none-match'] === '"revision-1"') {
        response.writeHead(304).end();
        return;
      }
      const jws = await signStatement(JSON.stringify(manifestFor(endpointId)), MANIFEST_TYP, key);
      response.writeHead(200, { 'content-type': 'application/jose', etag: '"revision-1"' }).end(jws);
      return;
    }
    if (path.startsWith('/media/')) {
      const file = byHash.get(path.slice('/media/'.length));
      if (!file) return json(404, { code: 'media.unknown' });
      response
        .writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length })
        .end(file.bytes);
      return;
    }
    if (path === '/plays') {
      const report = playReportSchema.parse(body);
      const receipt = ledger.take(report.epoch, report.plays);
      json(200, receipt);
      for (const waiter of waiters) if (ledger.plays.length >= waiter.plays) waiter.resolve();
      return;
    }
    if (path === '/health')
      return json(200, { now: new Date().toISOString(), pollAfterMs: 30_000, resend: [] });
    if (path === '/command-receipts') {
      const receipt = commandReceiptSchema.parse(body);
      answers.push(receipt);
      return json(200, { commandId: receipt.commandId });
    }
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      for (const resolve of streamWaiters) resolve();
      streamWaiters = [];
      return;
    }
    json(404, { code: 'route.unknown' });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => {
      response.writeHead(500).end(JSON.stringify({ code: 'test.bug', detail: String(cause) }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  async function push(event: string, statement: object, typ: string): Promise<void> {
    const jws = await signStatement(JSON.stringify(statement), typ, key);
    for (const stream of streams) stream.write(`event: ${event}\ndata: ${jws}\n\n`);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    ledger,
    requests,
    approve(code) {
      const offer = offers.get(code);
      if (offer) offer.approved = true;
    },
    setDown(value) {
      down = value;
      if (value) for (const stream of streams) stream.destroy();
    },
    answers,
    raise: (override) => push(EVENT.override, override, OVERRIDE_TYP),
    command: (command) => push(EVENT.command, command, COMMAND_TYP),
    counted: (plays) =>
      new Promise((resolve) => {
        if (ledger.plays.length >= plays) resolve();
        else waiters.push({ plays, resolve });
      }),
    streaming: () =>
      new Promise((resolve) => {
        if (streams.size > 0) resolve();
        else streamWaiters.push(resolve);
      }),
    async close() {
      for (const stream of streams) stream.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
