import { describe, expect, it } from 'vitest';
import { httpLink, type LinkRequest, type LinkResponse } from '../../../players/core/http-link.ts';
import type { LinkFailure } from '../../../players/core/player-event.ts';
import { handClock } from '../kiosk/hand-clock.ts';

/** A server that answers, sends what it is told to, and never ends its stream by itself. */
function endlessServer() {
  const { clock, passTo } = handClock();
  const heard: string[] = [];
  const ended = Promise.withResolvers<LinkFailure | null>();
  const opened = Promise.withResolvers<void>();
  let send = (_text: string): void => {};
  const fetch = async (_address: string | URL, { signal }: LinkRequest): Promise<LinkResponse> =>
    new Response(
      new ReadableStream({
        start(controller) {
          send = (text) => controller.enqueue(new TextEncoder().encode(text));
          signal?.addEventListener('abort', () => controller.error(new Error('aborted')));
        },
      }),
    );
  const link = httpLink({ server: 'http://127.0.0.1', fetch, clock });
  link.openStream('token', null, {
    opened: () => opened.resolve(),
    message: ({ event }) => heard.push(event),
    closed: (failure) => ended.resolve(failure),
  });
  return { passTo, heard, ended: ended.promise, opened: opened.promise, send: (text: string) => send(text) };
}

describe('an event stream', () => {
  it('counts as dead when the other side says nothing for 75 seconds, though its connection stands', async () => {
    const server = endlessServer();
    await server.opened;
    server.send('event: ping\ndata: {}\n\n');
    await expect.poll(() => server.heard).toEqual(['ping']);
    server.passTo(75_000);
    expect(await server.ended).toMatchObject({ kind: 'offline' });
  });

  it('lives on as long as pings come', async () => {
    const server = endlessServer();
    await server.opened;
    let hasEnded = false;
    void server.ended.then(() => {
      hasEnded = true;
    });
    for (let ping = 1; ping <= 5; ping += 1) {
      server.passTo(ping * 70_000);
      server.send('event: ping\ndata: {}\n\n');
      await expect.poll(() => server.heard.length).toBe(ping);
    }
    expect(hasEnded).toBe(false);
    server.passTo(5 * 70_000 + 75_000);
    expect(await server.ended).toMatchObject({ kind: 'offline' });
  });
});
