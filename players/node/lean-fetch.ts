import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import type { LinkFetch, LinkRequest, LinkResponse } from '../core/http-link.ts';

/** Unused connections are kept for the next request so long; the server keeps them longer. */
const IDLE_MS = 60_000;

/** How a connection says that the other side had closed it. */
const STALE: readonly unknown[] = ['ECONNRESET', 'EPIPE'];

/**
 * What the link needs of `fetch`, on Node's own HTTP client: half the processor time and none of the memory of the
 * built-in one, which brings the whole web's machinery. Follows no redirect and unpacks gzip.
 */
export function leanFetch(): LinkFetch {
  const plain = new PlainAgent({ keepAlive: true, timeout: IDLE_MS });
  let secure: Promise<Pick<typeof import('node:https'), 'request'> & { agent: PlainAgent }> | null = null;

  /** TLS is loaded when a server wants it: on a small box it is a tenth of the memory. */
  function overTls() {
    secure ??= import('node:https').then(({ Agent, request }) => ({
      request,
      agent: new Agent({ keepAlive: true, timeout: IDLE_MS }),
    }));
    return secure;
  }

  async function send(address: URL, wanted: LinkRequest, mayTryAgain: boolean): Promise<LinkResponse> {
    const { method = 'GET', headers = {}, body, signal } = wanted;
    signal?.throwIfAborted();
    const { request, agent } =
      address.protocol === 'https:' ? await overTls() : { request: plainRequest, agent: plain };
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    // A packed stream would hold its events back until a block is full.
    const packing = headers.accept === 'text/event-stream' ? 'identity' : 'gzip';
    const options = {
      method,
      // When a server is gone all kept connections to it are: the second try takes a new one.
      agent: mayTryAgain ? agent : false,
      headers: { 'accept-encoding': packing, ...headers, ...length },
    };
    return new Promise((resolve, reject) => {
      const sent: ClientRequest = request(address, options, (answer) => resolve(responseOf(answer)));
      const abort = (): void => void sent.destroy(new Error('aborted'));
      signal?.addEventListener('abort', abort, { once: true });
      sent.once('close', () => signal?.removeEventListener('abort', abort));
      sent.once('error', (cause) => {
        // The server had closed the kept connection just when this request set out: it never saw it.
        const isStale = sent.reusedSocket && 'code' in cause && STALE.includes(cause.code);
        if (isStale && mayTryAgain && !signal?.aborted) send(address, wanted, false).then(resolve, reject);
        else reject(cause);
      });
      sent.end(body);
    });
  }

  return (address, wanted) => send(new URL(address), wanted, true);
}

function responseOf(answer: IncomingMessage): LinkResponse {
  const status = answer.statusCode ?? 0;
  // Without a body there is nothing to read, and only what was read lets its connection go.
  if (status === 204 || status === 304) answer.resume();
  const isPacked = answer.headers['content-encoding'] === 'gzip';
  const body = isPacked ? answer.pipe(createGunzip()) : answer;
  if (isPacked) answer.once('error', (cause) => body.destroy(cause));
  // Nobody may be reading yet when it breaks off: that must not end the program.
  body.on('error', () => {});
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: {
      get(name) {
        const value = answer.headers[name.toLowerCase()];
        return value === undefined ? null : String(value);
      },
    },
    body,
    text: () => textOf(body),
    json: async () => JSON.parse(await textOf(body)),
  };
}
