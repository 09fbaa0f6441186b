import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventBytes } from '../../src/schedule/player-streams.ts';
import { aBox, type Box } from '../override/a-box.ts';
import { deskOf, send, type TestServer, testServer } from '../support/server.ts';
import { worldOf } from '../support/world.ts';

let running: TestServer;
let box: Box;
let book: () => Promise<unknown>;

beforeAll(async () => {
  running = await testServer(() => Date.parse('2027-02-05T02:20:00Z'));
  const world = worldOf(running.database);
  const endpointId = await world.endpoint();
  box = await aBox(running, endpointId);
  const editor = await deskOf(running, 'editor');
  const asset = await world.asset();
  const playlistId = await world.playlist(asset.id);
  const campaignId = await world.campaign();
  let named = 0;
  book = async () => {
    named += 1;
    const made = await editor.ask('POST', '/api/bookings', {
      ...{ campaignId, playlistId, name: `b${named}`, endpoints: { endpointIds: [endpointId] } },
      ...{ fromDate: '2027-01-01', toDate: '2027-12-31', rate: { kind: 'perHour', plays: 6 } },
    });
    expect([made.status, made.body.parts]).toEqual([201, undefined]);
  };
  await book();
  while ((await box.ask('/manifest')).status !== 200);
});
afterAll(() => running?.stop());

/** Everything that came over a bare connection, and a wait for what it holds. */
async function bareStream(version: '1.0' | '1.1', method: 'GET' | 'HEAD' = 'GET') {
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  let look = (): void => undefined;
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => {
    text += piece;
    look();
  });
  socket.write(
    `${method} /api/player/v1/events HTTP/${version}\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${box.token}\r\n\r\n`,
  );
  return {
    socket,
    until: (times: number, word: string) =>
      new Promise<string>((resolve) => {
        look = () => void (text.split(word).length > times && resolve(text));
        look();
      }),
  };
}

/** A chunked body put together again (RFC 9112, 7.1). Throws where a chunk is not as long as it says. */
function unchunked(body: string): string {
  let text = '';
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.slice(at, end), 16);
    if (body.slice(end + 2 + length, end + 4 + length) !== '\r\n') throw new Error(`a broken chunk at ${at}`);
    text += body.slice(end + 2, end + 2 + length);
    at = end + 4 + length;
  }
  return text;
}

describe('the event stream of a player', () => {
  test('is one chunk an event over HTTP 1.1, from the hello on', async () => {
    const stream = await bareStream('1.1');
    await stream.until(1, 'event: manifest');
    await book();
    const text = await stream.until(2, 'event: manifest');
    const [head = '', body = ''] = [
      text.slice(0, text.indexOf('\r\n\r\n')),
      text.slice(text.indexOf('\r\n\r\n') + 4),
    ];
    expect(head.toLowerCase()).toContain('transfer-encoding: chunked');
    const events = unchunked(body).split('\n\n').slice(0, -1);
    expect(events).toHaveLength(2);
    for (const event of events)
      expect(event).toMatch(/^(id: \d+\n)?event: manifest\ndata: \{"revision":"[0-9a-f]{32}"\}$/);
    stream.socket.destroy();
  });

  test('is the bare events over HTTP 1.0, as a proxy may ask', async () => {
    const stream = await bareStream('1.0');
    await stream.until(1, 'event: manifest');
    await book();
    const text = await stream.until(2, 'event: manifest');
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    expect(body).toMatch(/^id: \d+\nevent: manifest\ndata: \{.*\}\n\nevent: manifest\ndata: \{.*\}\n\n$/);
    stream.socket.destroy();
  });

  test('has a head alone for who asks for its head alone', async () => {
    const stream = await bareStream('1.1', 'HEAD');
    const head = await stream.until(1, '\r\n\r\n');
    expect(head).toContain(' 200 ');
    // The connection is free for the next request, which would be lost behind an open stream.
    stream.socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    expect((await stream.until(2, 'HTTP/1.1 200')).slice(head.length)).toMatch(/^HTTP\/1\.1 200/);
    stream.socket.destroy();
  });

  test('ends when the player loses its token to the next one of its endpoint', async () => {
    const operator = await deskOf(running, 'operator');
    const world = worldOf(running.database);
    const endpointId = await world.endpoint();
    await running.server.board.refresh();
    const enrol = async () => {
      const { body } = await operator.ask('POST', `/api/endpoints/${endpointId}/enrolments`);
      const box = {
        hardwareId: crypto.randomUUID(),
        capabilities: { video: true, image: true, audio: true },
      };
      const joined = await send(`${running.url}/api/player/v1/enrolments`, {
        method: 'POST',
        body: { token: body.token, ...box },
      });
      return { authorization: `Bearer ${joined.body.token}` };
    };
    const events = `${running.url}/api/player/v1/events`;
    const first = await fetch(events, { headers: await enrol() });
    expect(first.status).toBe(200);
    const next = await enrol();
    expect(await first.text()).toContain('event: manifest');
    const second = await fetch(events, { headers: next });
    expect(second.status).toBe(200);
    await second.body?.cancel();
  });

  test('is cut when its reader does not read, and others hear on', async () => {
    const deaf = await bareStream('1.1');
    await deaf.until(1, 'event: manifest');
    const token = { authorization: `Bearer ${box.token}` };
    const keen = (await fetch(`${running.url}/api/player/v1/events`, { headers: token })).body?.getReader();
    let came = (await keen?.read())?.value?.length ?? 0;
    deaf.socket.pause();
    const { streams } = running.server;
    const open = streams.open;
    const piece = eventBytes('ping', 'x'.repeat(100_000));
    let sent = came;
    // What the two kernels hold between them is some megabytes.
    for (let n = 0; n < 300 && streams.open === open; n += 1) {
      streams.send(box.endpointId, piece);
      for (sent += piece.length; came < sent; ) came += (await keen?.read())?.value?.length ?? sent;
    }
    expect(streams.open).toBe(open - 1);
    await keen?.cancel();
    deaf.socket.destroy();
  });
});
