import { once } from 'node:events';
import { createServer, type ServerOptions as HttpOptions, type RequestListener, Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Refusal } from '../base/refusal.ts';
import { HOUR_MS, MINUTE_MS, type Ms, SECOND_MS } from '../base/units.ts';
import type { Lane } from './poll-lane.ts';

/** Longer than two polls of a player, so that it keeps its connection. */
const KEEP_ALIVE_MS: Ms = 75 * SECOND_MS;

/** While the server stops: how often connections that have fallen idle are closed. */
const IDLE_LOOK_MS: Ms = 50;

/** How long a server waits for the other side. */
export interface Patience {
  /** Headers must have come within this time. */
  readonly headersMs: Ms;
  /** A whole request. */
  readonly requestMs: Ms;
  /** A connection on which nothing moves at all is cut. */
  readonly silenceMs: Ms;
  /** How often the first two are looked at. */
  readonly lookMs: Ms;
}

const PATIENCE: Patience = {
  headersMs: 15 * SECOND_MS,
  // May be a long film over a slow line.
  requestMs: 2 * HOUR_MS,
  // Event streams ping more often.
  silenceMs: 2 * MINUTE_MS,
  lookMs: 5 * SECOND_MS,
};

/** What to serve and where. `port` 0 takes a free one. */
export interface ServerOptions {
  readonly app: { fetch(request: Request, env: object): Response | Promise<Response> };
  readonly port: number;
  readonly host: string;
  /** Sees each request before the app does. */
  readonly lane?: Lane;
  /** Shorter in tests. */
  readonly patience?: Patience;
}

/** A server that listens. */
export interface RunningServer {
  /** Where it can be reached from this machine. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets running requests end for `graceMs` (5 s), then cuts what is left. */
  stop(graceMs?: Ms): Promise<void>;
}

/**
 * Starts to listen.
 * @throws Refusal `config.invalid` when the port is in use, not allowed, or the address is not this machine's.
 */
export async function startServer({
  app,
  port,
  host,
  lane,
  patience = PATIENCE,
}: ServerOptions): Promise<RunningServer> {
  const running = serve({
    fetch: app.fetch,
    port,
    hostname: host,
    createServer: ((options: HttpOptions, listener: RequestListener) =>
      createServer(options, (request, response) => {
        if (!lane?.(request, response)) listener(request, response);
      })) as typeof createServer,
    serverOptions: {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.lookMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
  });
  if (!(running instanceof Server)) throw new Error('the HTTP adapter made no plain HTTP server');
  running.setTimeout(patience.silenceMs);
  try {
    await once(running, 'listening');
  } catch (error) {
    throw listenRefusal(error, port, host);
  }
  const address = running.address();
  const realPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${reachable(host)}:${realPort}`,
    port: realPort,
    async stop(graceMs = 5 * SECOND_MS) {
      if (!running.listening) return;
      const closed = once(running, 'close');
      running.close();
      // A kept connection falls idle with its last answer, and would stay open for the next request.
      const idle = setInterval(() => running.closeIdleConnections(), IDLE_LOOK_MS);
      const cut = setTimeout(() => running.closeAllConnections(), graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function listenRefusal(error: unknown, port: number, host: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Refusal('config.invalid', {
      en: `Port ${port} is taken by another program. Stop it, or choose another port: PORT=${port + 1}.`,
      zh: `端口 ${port} 已被其他程序占用。请停止该程序，或改用其他端口：PORT=${port + 1}。`,
    });
  }
  if (code === 'EACCES') {
    return new Refusal('config.invalid', {
      en: `This account may not listen on port ${port}. Choose one above 1023.`,
      zh: `当前账户无权监听端口 ${port}，请选用 1023 以上的端口。`,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Refusal('config.invalid', {
      en: `${host} is not an address of this machine.`,
      zh: `${host} 不是本机的地址。`,
    });
  }
  return error;
}
