import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256Hex } from '../../src/base/digest.ts';
import { EVENT } from '../../src/contract/events.ts';
import { type HealthReport, healthReportSchema } from '../../src/contract/health.ts';
import { MANIFEST_TYP, type Manifest, type ManifestMedia, TIME_HEADER } from '../../src/contract/manifest.ts';
import { OVERRIDE_TYP, type Override } from '../../src/contract/override.ts';
import {
  enrolmentRequestSchema,
  type PairingRequest,
  pairingRequestSchema,
} from '../../src/contract/pairing.ts';
import { type Play, playReportSchema, type SeqRange } from '../../src/contract/play-report.ts';
import { makeSigningKey, type PrivateKey, publicPartOf, signStatement } from '../../src/contract/signing.ts';
import type { Page, Pages } from '../../src/http/page-files.ts';
import { CONTENT_SECURITY_POLICY } from '../../src/http/security-headers.ts';

/** What a box tells of itself when it asks to be paired; by an enrolment, not its kind. */
type JoiningBox = Omit<PairingRequest, 'kind'> & Partial<Pick<PairingRequest, 'kind'>>;

/** How often a test that waits asks players for the plays that they have. */
const ASK_MS = 500;

/** A file on offer: its bytes, and what the manifest says of it. */
export interface OfferedFile {
  readonly bytes: Uint8Array;
  readonly media: ManifestMedia;
}

/** One spot of the loop that the server offers; spots follow each other without gaps. */
export interface OfferedSpot {
  readonly file: OfferedFile;
  readonly durationMs: number;
  readonly assetId: number;
  readonly bookingId: number | null;
}

/** A server that speaks the player's side of the contract over real HTTP, and can also misbehave. */
export interface ContractServer {
  readonly origin: string;
  readonly endpointId: number;
  readonly plays: Play[];
  /** The epochs that reports named. */
  readonly epochs: Set<string>;
  readonly health: HealthReport[];
  /** Boxes that asked for a code or brought an enrolment. */
  readonly pairings: JoiningBox[];
  /** Method and path of every request. */
  readonly requests: string[];
  /** Ends every pairing code now on a screen in the state given. */
  settlePairing(state: 'paired' | 'expired'): void;
  /** Offers a loop that began `agoMs` ago and repeats for three days. */
  offer(spots: readonly OfferedSpot[], change?: (manifest: Manifest) => Manifest): void;
  /** Signs manifests with this key from now on, instead of the pinned one. */
  signWith(key: PrivateKey): void;
  /** Sends other bytes under a file's address. */
  swapBytes(sha256: string, bytes: Uint8Array): void;
  /** What `/keys` tells, oldest first; empty until a test fills it. */
  readonly rotations: string[];
  /** The key that players pin. */
  readonly pinnedKey: PrivateKey;
  raise(override: Override): Promise<void>;
  /** Serves another file of the player's page from now on, as after an update of the server. */
  replacePage(name: string, page: Page): void;
  /** Waits until `holds` is true, asked again after each request; players are asked for their plays meanwhile. */
  until(holds: () => boolean): Promise<void>;
  /** Stops listening and cuts all connections; {@link reopen} listens on the same port. */
  close(): Promise<void>;
  reopen(): Promise<void>;
}

/** A file as an offer. `durationMs`: of one play. */
export function offeredFile(bytes: Uint8Array, type: string, durationMs: number): OfferedFile {
  const sha256 = sha256Hex(bytes);
  const url = `/api/player/v1/media/${sha256}`;
  return { bytes, media: { sha256, url, bytes: bytes.length, type, durationMs } };
}

/** Starts the server on a free port of 127.0.0.1, with the player's page under /player/. */
export async function startContractServer(pages: Pages): Promise<ContractServer> {
  const pinned = await makeSigningKey();
  let key = pinned;
  const endpointId = 7;
  const token = 'a-token-that-only-this-player-knows';
  const secret = 'a-secret-for-asking-how-it-went';
  const plays: Play[] = [];
  const epochs = new Set<string>();
  const health: HealthReport[] = [];
  const pairings: JoiningBox[] = [];
  const requests: string[] = [];
  const rotations: string[] = [];
  const files = new Map<string, Uint8Array>();
  const replaced = new Map<string, Page>();
  const streams = new Set<ServerResponse>();
  const waiters = new Set<() => void>();
  let pairing: 'waiting' | 'paired' | 'expired' = 'waiting';
  let manifest: Manifest | null = null;
  let serial = 0;

  function offer(spots: readonly OfferedSpot[], change: (manifest: Manifest) => Manifest = (same) => same) {
    let atMs = 0;
    const placed = spots.map(({ file, durationMs, assetId, bookingId }) => {
      files.set(file.media.sha256, file.bytes);
      const spot = { atMs, durationMs, media: file.media.sha256, assetId, bookingId };
      atMs += durationMs;
      return spot;
    });
    const now = Date.now();
    const until = new Date(now + 72 * 3_600_000).toISOString();
    serial += 1;
    const loop = {
      id: sha256Hex(JSON.stringify(placed)).slice(0, 32),
      lengthMs: Math.max(1, atMs),
      spots: placed,
    };
    manifest = change({
      version: 1,
      endpoint: { id: endpointId, name: '东站广场大屏', kind: 'screen', timeZone: 'Asia/Shanghai' },
      revision: sha256Hex(`${serial} ${loop.id}`).slice(0, 32),
      issuedAt: new Date(now).toISOString(),
      validUntil: until,
      serial,
      media: [...new Map(spots.map(({ file }) => [file.media.sha256, file.media])).values()],
      loops: [loop],
      programme: [{ from: new Date(now).toISOString(), to: until, loop: loop.id }],
      overrides: [],
    });
    for (const stream of streams)
      stream.write(sse(EVENT.manifest, JSON.stringify({ revision: manifest.revision })));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(`${request.method} ${url.pathname}`);
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname.startsWith('/player/')) {
      const page =
        replaced.get(url.pathname.slice('/player/'.length)) ??
        pages.get(url.pathname.slice('/player/'.length) || 'index.html');
      if (!page) return void json(404, { code: 'route.unknown' });
      return void response.writeHead(200, { 'content-type': page.type }).end(page.bytes);
    }
    const route = `${request.method} ${url.pathname.replace('/api/player/v1', '')}`;
    if (route === 'POST /pairings') {
      pairings.push(pairingRequestSchema.parse(JSON.parse(await textOf(request))));
      pairing = 'waiting';
      const code = `K7M${(pairings.length + 100).toString()}`.slice(0, 6);
      return void json(201, { code, secret, expiresAt: new Date(Date.now() + 600_000).toISOString() });
    }
    const paired = { state: 'paired', token, endpointId, serverKeys: [publicPartOf(pinned)] };
    if (route === 'POST /enrolments') {
      pairings.push(enrolmentRequestSchema.parse(JSON.parse(await textOf(request))));
      return void json(200, paired);
    }
    const bearer = request.headers.authorization;
    if (route === 'GET /pairings/current' && bearer === `Bearer ${secret}`) {
      return void json(200, pairing === 'paired' ? paired : { state: pairing });
    }
    if (bearer !== `Bearer ${token}`) return void json(401, { code: 'token.unknown' });
    if (route === 'GET /manifest') {
      if (!manifest) return void json(404, { code: 'endpoint.unknown' });
      const etag = `"${manifest.revision} ${key.kid}"`;
      if (request.headers['if-none-match'] === etag)
        return void response.writeHead(304, { etag, ...clock() }).end();
      const jws = await signStatement(JSON.stringify(manifest), MANIFEST_TYP, key);
      return void response.writeHead(200, { etag, 'content-type': 'application/jose', ...clock() }).end(jws);
    }
    if (route === 'GET /keys') return void json(200, { rotations });
    if (route.startsWith('GET /media/')) {
      const bytes = files.get(url.pathname.split('/').at(-1) ?? '');
      if (!bytes) return void json(404, { code: 'media.unknown' });
      return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    }
    if (route === 'GET /events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse(EVENT.ping, '{}'));
      streams.add(response);
      response.once('close', () => streams.delete(response));
      return;
    }
    if (route === 'POST /plays') {
      const report = playReportSchema.parse(JSON.parse(await textOf(request)));
      epochs.add(report.epoch);
      const known = new Set(plays.map((play) => play.seq));
      const fresh = report.plays.filter((play) => !known.has(play.seq));
      plays.push(...fresh);
      const duplicates = report.plays.length - fresh.length;
      return void json(200, {
        accepted: fresh.length,
        duplicates,
        rejected: [],
        received: rangesOf(plays.map((play) => play.seq)),
        missing: [],
      });
    }
    if (route === 'POST /health') {
      health.push(healthReportSchema.parse(JSON.parse(await textOf(request))));
      return void json(200, { now: new Date().toISOString(), pollAfterMs: 5_000, resend: [] });
    }
    json(404, { code: 'route.unknown' });
  }

  const server = createServer((request, response) => {
    answer(request, response)
      .catch((cause: unknown) => response.writeHead(500).end(String(cause)))
      .finally(() => {
        for (const wake of waiters) wake();
      });
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;

  return {
    origin: `http://127.0.0.1:${port}`,
    endpointId,
    plays,
    epochs,
    health,
    pairings,
    requests,
    rotations,
    pinnedKey: pinned,
    settlePairing(state) {
      pairing = state;
    },
    offer,
    signWith(other) {
      key = other;
    },
    swapBytes: (sha256, bytes) => void files.set(sha256, bytes),
    replacePage: (name, page) => void replaced.set(name, page),
    async raise(override) {
      const jws = await signStatement(JSON.stringify(override), OVERRIDE_TYP, key);
      for (const stream of streams) stream.write(sse(EVENT.override, jws));
    },
    until(holds) {
      return new Promise((resolve) => {
        // A finished play is told within 15 s by itself, and at once to a server that asks.
        const ask = setInterval(() => {
          for (const stream of streams) stream.write(sse(EVENT.resend, '{"ranges":[]}'));
        }, ASK_MS);
        const look = () => {
          if (!holds()) return;
          clearInterval(ask);
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      });
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
    reopen: () => listen(server, port),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve) => void server.listen(port, '127.0.0.1', resolve));
}

/** What the server says of its clock. */
function clock(): Record<string, string> {
  return { [TIME_HEADER]: String(Date.now()) };
}

function sse(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

/** Closed ranges over numbers in any order. */
function rangesOf(seqs: readonly number[]): SeqRange[] {
  const ranges: SeqRange[] = [];
  for (const seq of seqs.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && seq <= last[1] + 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}
