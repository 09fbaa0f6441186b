import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A collector of OpenTelemetry traces on 127.0.0.1 that keeps what it is sent. */
export interface TraceCollector {
  readonly url: string;
  /** The bodies of all exports, as JSON. */
  readonly bodies: readonly string[];
  close(): void;
}

/** Starts one. */
export async function startCollector(): Promise<TraceCollector> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(Buffer.concat(await request.toArray()).toString('utf8'));
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, bodies, close: () => void server.close() };
}
