import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EVENT } from '../../src/contract/events.ts';
import { MANIFEST_TYP } from '../../src/contract/manifest.ts';
import { OVERRIDE_TYP } from '../../src/contract/override.ts';
import { makeSigningKey, signStatement } from '../../src/contract/signing.ts';

/** What the proxy does to the traffic; `none` passes everything on as it is. */
export type Attack =
  | 'none'
  /** Other bytes under every media address: of the same length, or the foreign file's. */
  | 'swapMedia'
  /** The first manifest that ever went by, again and again. */
  | 'replay'
  /** The manifest with an empty signature, and its header saying that it needs none. */
  | 'stripSignature'
  /** The manifest with foreign files in it, signed by another server's key under its own name. */
  | 'foreignKey'
  /** The same, under the name of the pinned key. */
  | 'borrowedName'
  /** Thousands of events on the stream: bells, forged emergencies, noise. */
  | 'floodStream';

/** A man in the middle on 127.0.0.1, between a player and its server. */
export interface HostileProxy {
  readonly origin: string;
  /** How many answers were tampered with since the attack was chosen. */
  tampered(): number;
  choose(attack: Attack): void;
  close(): Promise<void>;
}

/** Bells, forgeries and noise in one flood. */
const FLOOD = 5_000;

/**
 * Starts the proxy in front of `server`. `foreignSha256` names the file that forged manifests want shown; with
 * `foreignBytes` the proxy gives that file out to whoever asks for it.
 */
export async function startHostileProxy(
  server: string,
  foreignSha256: string,
  foreignBytes?: Uint8Array,
): Promise<HostileProxy> {
  const stranger = await makeSigningKey();
  let attack: Attack = 'none';
  let tampered = 0;
  let firstManifest: string | null = null;
  const streams = new Set<ServerResponse>();

  const server_ = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { authorization, 'content-type': type, 'if-none-match': etag } = request.headers;
    const isManifest = request.url?.endsWith('/manifest') ?? false;
    if (attack !== 'none' && foreignBytes && request.url?.endsWith(foreignSha256)) {
      response.writeHead(200, { 'content-length': foreignBytes.length }).end(foreignBytes);
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = await fetch(`${server}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(type === undefined ? {} : { 'content-type': type }),
        // An attacker always has something new to say.
        ...(etag === undefined || (isManifest && attack !== 'none') ? {} : { 'if-none-match': etag }),
      },
      ...(pieces.length > 0 ? { body: Buffer.concat(pieces) } : {}),
      signal: gone.signal,
    });
    if (request.url?.endsWith('/events')) return passStream(answer, response);
    let body: Buffer<ArrayBufferLike> = Buffer.from(await answer.arrayBuffer());
    const headers = new Map(answer.headers);
    if (answer.status === 200 && isManifest) {
      const jws = body.toString('utf8');
      firstManifest ??= jws;
      const forged = await forgedManifest(jws);
      if (forged !== null) {
        headers.set('etag', `"forged-${++tampered}"`);
        body = Buffer.from(forged);
      }
    }
    if (attack === 'swapMedia' && request.url?.includes('/media/')) {
      tampered += 1;
      body = foreignBytes ? Buffer.from(foreignBytes) : Buffer.alloc(body.length, 0x66);
    }
    for (const name of ['transfer-encoding', 'content-encoding', 'connection', 'keep-alive'])
      headers.delete(name);
    if (answer.status !== 304) headers.set('content-length', `${body.length}`);
    response.writeHead(answer.status, Object.fromEntries(headers));
    response.end(answer.status === 304 ? undefined : body);
  }

  async function forgedManifest(jws: string): Promise<string | null> {
    const [head = '', payload = ''] = jws.split('.');
    const honest = Buffer.from(payload, 'base64url').toString('utf8');
    if (attack === 'replay') return firstManifest;
    if (attack === 'stripSignature') {
      const none = Buffer.from(JSON.stringify({ alg: 'none', typ: MANIFEST_TYP })).toString('base64url');
      return tampered % 2 === 0 ? `${none}.${payload}.` : `${head}.${payload}.`;
    }
    if (attack !== 'foreignKey' && attack !== 'borrowedName') return null;
    const manifest = JSON.parse(honest) as {
      serial: number;
      revision: string;
      media: { sha256: string }[];
      loops: { spots: { media: string }[] }[];
    };
    manifest.serial += 1_000;
    manifest.revision = `forged-revision-${tampered}`;
    for (const file of manifest.media.slice(0, 1)) file.sha256 = foreignSha256;
    for (const loop of manifest.loops) for (const spot of loop.spots) spot.media = foreignSha256;
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as { kid: string };
    const key = attack === 'borrowedName' ? { ...stranger, kid } : stranger;
    return signStatement(JSON.stringify(manifest), MANIFEST_TYP, key);
  }

  async function passStream(answer: Response, response: ServerResponse): Promise<void> {
    response.writeHead(answer.status, { 'content-type': 'text/event-stream' });
    streams.add(response);
    response.once('close', () => streams.delete(response));
    if (attack === 'floodStream') await flood(response);
    for await (const piece of answer.body ?? []) response.write(piece);
    response.end();
  }

  /** Everything a stream can be made to say, without the server's key. */
  async function flood(stream: ServerResponse): Promise<void> {
    const forged = await signStatement(
      JSON.stringify({ version: 1, overrideId: 666, endpoints: [7] }),
      OVERRIDE_TYP,
      stranger,
    );
    for (let i = 0; i < FLOOD; i += 1) {
      tampered += 1;
      stream.write(`event: ${EVENT.manifest}\ndata: {"revision":"made-up-${i}"}\n\n`);
      if (i % 50 === 0) stream.write(`event: ${EVENT.override}\ndata: ${forged}\n\n`);
      if (i % 50 === 1) stream.write(`event: ${EVENT.resend}\ndata: {"ranges":"all of it"}\n\n`);
      if (i % 50 === 2) stream.write(`event: ${'x'.repeat(500)}\nid: \u0000\ndata: ]]>\n\n`);
    }
  }

  server_.listen(0, '127.0.0.1');
  await once(server_, 'listening');
  const { port } = server_.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    tampered: () => tampered,
    choose(next) {
      attack = next;
      tampered = 0;
      if (next === 'floodStream') for (const stream of streams) void flood(stream);
    },
    async close() {
      const closed = once(server_, 'close');
      server_.close();
      server_.closeAllConnections();
      await closed;
    },
  };
}
