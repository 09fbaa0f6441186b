import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { apiRoutes } from '../../src/base/api-routes.ts';
import { Refusal } from '../../src/base/refusal.ts';
import { readBody } from '../../src/base/request-body.ts';
import { ACCESS_RULES } from '../../src/http/access-rules.ts';
import type { AnsweredRequest } from '../../src/http/app.ts';
import { startServer } from '../../src/http/server-flow.ts';
import { stubApp } from './stub-app.ts';

const HOST = '127.0.0.1';

describe('startServer', () => {
  test('listens on a free port where asked for port 0, and stops', async () => {
    const app = new Hono().get('/', (c) => c.text('here'));
    const server = await startServer({ app, port: 0, host: HOST });
    expect(await (await fetch(server.url)).text()).toBe('here');
    await server.stop();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test('refuses a port that is taken, in a sentence with a way out', async () => {
    const first = await startServer({ app: new Hono(), port: 0, host: HOST });
    const second = startServer({ app: new Hono(), port: first.port, host: HOST });
    await expect(second).rejects.toThrow(`PORT=${first.port + 1}`);
    await expect(second).rejects.toBeInstanceOf(Refusal);
    await first.stop();
  });

  test('takes an upload that breaks off for what it is, and not for a lost database', async () => {
    const room = apiRoutes();
    const [arrived, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<AnsweredRequest>()];
    room.post('/api/things', async (c) => {
      arrived.resolve();
      await readBody(c.req.raw, 1_000, { en: 'too large', zh: '过大' });
      return c.text('whole');
    });
    const { app, faults } = await stubApp({
      rooms: [room],
      rules: { ...ACCESS_RULES, 'POST /api/things': { who: 'open', body: { mostBytes: 1_000 } } },
      answered: { elapsed: () => 0, tell: answered.resolve },
    });
    const server = await startServer({ app, port: 0, host: HOST });
    const socket = connect(server.port, HOST);
    socket.write('POST /api/things HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nonly so much');
    await arrived.promise;
    socket.destroy();
    expect(await answered.promise).toMatchObject({ status: 400, route: '/api/things' });
    expect(faults).toEqual([]);
    await server.stop();
  });

  test('lets a running request end before it stops, and cuts one that never does', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const app = new Hono()
      .get('/soon', async (c) => {
        arrived.resolve();
        await release.promise;
        return c.text('done');
      })
      .get(
        '/never',
        () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(1)) })),
      );
    const server = await startServer({ app, port: 0, host: HOST });
    const endless = await fetch(`${server.url}/never`);
    const soon = fetch(`${server.url}/soon`);
    await arrived.promise;
    const stopped = server.stop(300);
    release.resolve();
    expect(await (await soon).text()).toBe('done');
    await stopped;
    await expect(endless.arrayBuffer()).rejects.toThrow();
  });

  test('cuts who sends headers or a body drop by drop, and who says nothing, while others are answered', async () => {
    const app = new Hono()
      .get('/', (c) => c.text('here'))
      .post('/', async (c) => c.text(await c.req.text().catch(() => '')));
    const patience = { headersMs: 150, requestMs: 300, silenceMs: 400, lookMs: 50 };
    const server = await startServer({ app, port: 0, host: HOST, patience });
    /** Resolves with all that came once the server has ended the connection. */
    const drip = async (first: string): Promise<string> => {
      const socket = connect(server.port, HOST);
      const came = text(socket);
      socket.write(first);
      const drops = setInterval(() => socket.write('x'), 20);
      socket.on('error', () => {}).once('close', () => clearInterval(drops));
      return came.catch(() => '');
    };
    const head = 'POST / HTTP/1.1\r\nHost: signs\r\n';
    const silent = connect(server.port, HOST);
    silent.write('GET / HTTP/1.1\r\n');
    const cut = Promise.all([
      ...Array.from({ length: 50 }, () => drip(`${head}X-Slow: `)),
      drip(`${head}Content-Length: 100000\r\n\r\n`),
      text(silent).catch(() => ''),
    ]);
    expect(await (await fetch(server.url)).text()).toBe('here');
    for (const came of await cut) expect(came).not.toContain('200');
    await server.stop(0);
  });
});
