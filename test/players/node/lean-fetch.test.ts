import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { leanFetch } from '../../../players/node/lean-fetch.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on a free port, with the connections that were made to it. */
async function serving(answer: Answer) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, sockets };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}

describe('leanFetch', () => {
  test('sends a body with its length in bytes, and keeps one connection for many requests', async () => {
    const heard: unknown[] = [];
    const { url, sockets } = await serving(async (request, response) => {
      heard.push([request.method, request.headers['content-length'], await bodyOf(request)]);
      response.writeHead(200, { etag: '"1"' }).end('{"taken":1}');
    });
    const ask = leanFetch();
    for (let round = 0; round < 5; round += 1) {
      const answer = await ask(url, { method: 'POST', headers: {}, body: '"火情"' });
      expect([answer.ok, answer.status, answer.headers.get('ETag')]).toEqual([true, 200, '"1"']);
      expect(await answer.json()).toEqual({ taken: 1 });
    }
    expect(heard).toEqual(Array.from({ length: 5 }, () => ['POST', '8', '"火情"']));
    expect(sockets).toHaveLength(1);
  });

  test('lets the connection go after an answer without a body that nobody reads', async () => {
    const { url, sockets } = await serving((_, response) => response.writeHead(304).end());
    const ask = leanFetch();
    for (let round = 0; round < 5; round += 1) expect((await ask(url, {})).status).toBe(304);
    expect(sockets).toHaveLength(1);
  });

  test('unpacks gzip, but asks for a stream of events unpacked', async () => {
    const asked: unknown[] = [];
    const { url } = await serving((request, response) => {
      asked.push(request.headers['accept-encoding']);
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('节目单'));
    });
    const ask = leanFetch();
    expect(await (await ask(url, {})).text()).toBe('节目单');
    await ask(url, { headers: { accept: 'text/event-stream' } });
    expect(asked).toEqual(['gzip', 'identity']);
  });

  test('sends again, once, what met a connection that the server had just closed', async () => {
    let requests = 0;
    const { url, sockets } = await serving(async (request, response) => {
      requests += 1;
      await bodyOf(request);
      if (requests === 2) request.socket.resetAndDestroy();
      else response.end('here');
    });
    const ask = leanFetch();
    const post = async () => (await ask(url, { method: 'POST', body: 'x' })).text();
    expect(await post()).toBe('here');
    expect(await post()).toBe('here');
    expect([requests, sockets.length]).toEqual([3, 2]);
  });

  test('takes a new connection for the second try, since all that were kept may be dead', async () => {
    let isLost = false;
    const { url, sockets } = await serving((request, response) => {
      // As behind a proxy whose server was killed: every kept connection breaks when it is used.
      if (isLost && sockets.indexOf(request.socket) < 4) request.socket.resetAndDestroy();
      else setTimeout(() => response.end('here'), 20);
    });
    const ask = leanFetch();
    const all = () => Promise.all([1, 2, 3, 4].map(async () => (await ask(url, {})).text()));
    await all();
    expect(sockets).toHaveLength(4);
    isLost = true;
    expect(await (await ask(url, {})).text()).toBe('here');
    expect(sockets).toHaveLength(5);
  });

  test('rejects when nobody listens and when it is called off, before the answer and within it', async () => {
    const ask = leanFetch();
    await expect(ask('http://127.0.0.1:9/', {})).rejects.toThrow();
    const { url } = await serving((request, response) => {
      if (request.url === '/begun') response.writeHead(200).write('first');
    });
    const early = new AbortController();
    const waiting = ask(url, { signal: early.signal });
    early.abort();
    await expect(waiting).rejects.toThrow();
    const late = new AbortController();
    const begun = await ask(`${url}begun`, { signal: late.signal });
    const reading = begun.text();
    late.abort();
    await expect(reading).rejects.toThrow();
  });
});
