import type { ServerResponse } from 'node:http';
import { createRoute, z } from '@hono/zod-openapi';
import { answeredByHand, answers, apiRoutes, type KnownPlayer, nodeBindings } from '../base/api-routes.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { EVENT } from '../contract/events.ts';
import { TIME_HEADER } from '../contract/manifest.ts';
import { STANDING_HEADER } from '../contract/override.ts';
import type { SignedManifest } from './manifest-signer.ts';
import { type EventSink, eventBytes, type PlayerStreams } from './player-streams.ts';
import type { CurrentProgramme } from './programme-flow.ts';

const tags = ['Player protocol'];

/** Manifest and event stream, for players. `signed` signs; it is asked only when something changed. */
export function playerRoutes(deps: {
  current: (endpointId: number) => CurrentProgramme | undefined;
  signed: (current: CurrentProgramme) => Promise<SignedManifest>;
  /** Names the key that signs now. */
  kid: () => string;
  streams: PlayerStreams;
  /** The signed statements about emergencies that stand for an endpoint, and the commands that wait for its player. */
  standingFor: (
    endpointId: number,
  ) => { name: string; statements: readonly string[]; commands?: readonly string[] } | null;
  now: Clock;
}) {
  const { current, signed, kid, streams, standingFor, now } = deps;

  function programmeOf(endpointId: number): CurrentProgramme {
    const found = current(endpointId);
    if (!found)
      throw new Refusal('endpoint.unknown', {
        en: 'The endpoint of this player does not exist any more.',
        zh: '此播放器所属的终端已不存在。',
      });
    return found;
  }

  return apiRoutes()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/player/v1/manifest',
        tags,
        summary: 'The signed programme',
        description:
          'A compact JWS (RFC 7515): EdDSA over Ed25519, header `typ` "beacon-manifest", `kid` one of the keys ' +
          'pinned at pairing. Its payload is a Manifest. Check the signature, that `endpoint.id` is yours, and ' +
          'that `serial` is not lower than the highest you have accepted, before you show anything. ' +
          'Send the ETag back in If-None-Match; an unchanged programme answers 304. With Accept-Encoding: gzip it ' +
          'comes packed, about a tenth of the size. `beacon-time` is the server’s clock in milliseconds since 1970.',
        security: [{ playerToken: [] }],
        request: { headers: z.object({ 'if-none-match': z.string().optional() }) },
        responses: {
          ...answers(200, z.string(), 'unused'),
          200: {
            description: 'The manifest',
            headers: { ETag: { schema: { type: 'string' } } },
            content: {
              'application/jose': {
                schema: z.string().openapi({ description: 'Compact JWS of a Manifest' }),
              },
            },
          },
          304: { description: 'Unchanged' },
        },
      }),
      async (c) => {
        const programme = programmeOf(c.var.player.endpointId);
        const plain = etagOf(programme, kid());
        const isPacked = takesGzip(c.req.header('accept-encoding'));
        // Packed bytes are other bytes for the same programme: a weak tag says just that.
        const etag = isPacked ? `W/${plain}` : plain;
        c.header('ETag', etag);
        c.header('Vary', 'Accept-Encoding');
        c.header('Cache-Control', MANIFEST_CACHING);
        c.header(TIME_HEADER, String(now()));
        const standing = standingFor(c.var.player.endpointId);
        if (standing) c.header(STANDING_HEADER, standing.name);
        if (matches(c.req.header('if-none-match'), plain)) return c.body(null, 304);
        const manifest = await signed(programme);
        const type = { 'Content-Type': 'application/jose' };
        return isPacked
          ? c.body(await manifest.packed(), 200, { ...type, 'Content-Encoding': 'gzip' })
          : c.body(manifest.jws, 200, type);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/player/v1/events',
        tags,
        summary: 'Event stream',
        description:
          'Server-sent events. `manifest` {revision}: poll now. `override` <compact JWS of an Override>: act on it ' +
          'at once. `command` <compact JWS of a Command>: carry it out once, if you offer it. `resend` {ranges}: send these plays again. `ping`: nothing. The poll finds the same facts. ' +
          'A player holds one; of more than four the oldest ends, and all end with the token.',
        security: [{ playerToken: [] }],
        responses: {
          200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
          '4XX': answers(200, z.string(), '')['4XX'],
        },
      }),
      (c) => {
        const { player } = c.var;
        const { endpointId } = player;
        const programme = programmeOf(endpointId);
        const hello = () => {
          const { statements = [], commands = [] } = standingFor(endpointId) ?? {};
          return Buffer.concat([
            ...statements.map((jws) => eventBytes(EVENT.override, jws)),
            ...commands.map((jws) => eventBytes(EVENT.command, jws)),
            eventBytes(EVENT.manifest, { revision: programme.revision }, String(programme.serial)),
          ]);
        };
        const { outgoing } = nodeBindings(c);
        const headers = {
          'Content-Type': 'text/event-stream',
          'Cache-Control': 'no-store',
          'X-Accel-Buffering': 'no',
        };
        if (!outgoing) return webStream(streams, player, hello, headers);
        // Written to the node response itself: a third of the time and memory of a web stream, measured.
        outgoing.writeHead(200, headers);
        if (c.req.method === 'HEAD') {
          outgoing.end();
          return answeredByHand();
        }
        const sink = nodeSink(outgoing);
        const remove = streams.add(player, sink);
        outgoing.once('close', remove);
        // After it was added, so that no statement falls between; one that comes twice is old news.
        sink.write(hello());
        return answeredByHand();
      },
    );
}

/**
 * Events go to the connection as one prepared piece each, the same for all who hear it: the response would frame it anew
 * for each of them and wait for the end of the turn, which took twice as long for ten thousand.
 */
function nodeSink(response: ServerResponse): EventSink {
  response.flushHeaders();
  const { socket, chunkedEncoding } = response;
  // A request that waits behind another on its connection has none yet.
  if (socket === null) return responseSink(response);
  return {
    write: (event) => void (socket.destroyed || socket.write(chunkedEncoding ? chunkOf(event) : event)),
    get waitingBytes() {
      return socket.writableLength;
    },
    end: () => response.destroy(),
    close(last) {
      this.write(last);
      response.end();
    },
  };
}

/** Events as chunks of a chunked body (RFC 9112, 7.1), made once for all connections. */
const chunks = new WeakMap<Uint8Array, Buffer>();

function chunkOf(event: Uint8Array): Buffer {
  const known = chunks.get(event);
  if (known) return known;
  const chunk = Buffer.concat([Buffer.from(`${event.length.toString(16)}\r\n`), event, Buffer.from('\r\n')]);
  chunks.set(event, chunk);
  return chunk;
}

function responseSink(response: ServerResponse): EventSink {
  return {
    write: (event) => void response.write(event),
    get waitingBytes() {
      return response.writableLength;
    },
    end: () => response.destroy(),
    close: (last) => void response.end(last),
  };
}

function webStream(
  streams: PlayerStreams,
  player: KnownPlayer,
  hello: () => Uint8Array,
  headers: Record<string, string>,
): Response {
  let remove = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      remove = streams.add(player, {
        write: (chunk) => controller.enqueue(chunk),
        waitingBytes: 0,
        end() {
          remove();
          controller.close();
        },
        close(last) {
          controller.enqueue(last);
          this.end();
        },
      });
      controller.enqueue(hello());
    },
    cancel: () => remove(),
  });
  return new Response(body, { headers });
}

/** A manifest is one player's own, and asked for anew each time. */
export const MANIFEST_CACHING = 'private, no-cache';

/** The entity tag of a programme signed by the key `kid`, in quotes: a new key makes every player ask anew. */
export function etagOf(programme: CurrentProgramme, kid: string): string {
  return `"${programme.revision}.${kid.slice(0, 8)}"`;
}

/** Whether an Accept-Encoding header takes gzip (RFC 9110 §12.5.3); only what names it counts. */
export function takesGzip(header: string | undefined): boolean {
  return (header ?? '').split(',').some((coding) => {
    const [name, ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
    return name === 'gzip' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

/** Whether an If-None-Match header names this entity tag (RFC 9110 §13.1.2, weak comparison). */
export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
