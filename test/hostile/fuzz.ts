import { connect } from 'node:net';
import { seededRandom } from '../../players/fleet/seeded-random.ts';
import type { BaseFile } from './base-files.ts';
import { apiDocumentSchema, faultOf, type OddRequest, oddRequests } from './odd-requests.ts';

/** A request whose answer was not as it should be. */
export interface Fault {
  readonly number: number;
  readonly request: OddRequest;
  readonly what: string;
  readonly answer: string;
}

/** What a run of requests came to. */
export interface FuzzResult {
  /** Answers by status; 0: none came. */
  readonly byStatus: ReadonlyMap<number, number>;
  /** Routes that answered 2xx at least once. */
  readonly lawful: ReadonlySet<string>;
  readonly faults: readonly Fault[];
}

/** Who asks: odd requests come as anybody of these. */
export interface Callers {
  readonly administrator: string;
  /** May be signed out, or lose its account, on the way. */
  readonly spare: string;
  readonly player: string;
}

/** Routes with which somebody takes away the right to ask; only the spare person does. */
const ENDS_ITSELF = /session|password|account|staff|factor|passkey|keys/;
const AT_ONCE = 8;
/** An answer that takes longer is a fault; a stream is left after its head. */
const PATIENCE_MS = 20_000;
/** What is read of an answer. */
const MOST_CHARACTERS = 200_000;

/** Whom to ask, as whom, and with what. Equal seeds, equal requests. */
export interface Attack {
  readonly url: string;
  readonly callers: Callers;
  /** Honest files, sent as they are or spoilt. */
  readonly bases: readonly BaseFile[];
  readonly seed: number;
}

async function requestsFor({ url, bases }: Attack, random: () => number): Promise<() => OddRequest> {
  const document = apiDocumentSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
  return oddRequests(document, bases, random);
}

function callerOf({ route }: OddRequest, callers: Callers, random: () => number): string | null {
  const dice = random();
  if (dice < 0.05) return null;
  if (dice < 0.1) return 'x'.repeat(Math.ceil(random() * 80));
  if (route.includes('/player/')) return callers.player;
  return ENDS_ITSELF.test(route) ? callers.spare : callers.administrator;
}

/** Sends so many requests made from the server's own OpenAPI document, and looks at each answer. */
export async function fuzz(
  options: Attack & {
    readonly requests: number;
    readonly onProgress?: (done: number, faults: number) => void;
  },
): Promise<FuzzResult> {
  const { url, callers, requests, seed, onProgress } = options;
  const random = seededRandom(seed);
  const next = await requestsFor(options, random);
  const byStatus = new Map<number, number>();
  const lawful = new Set<string>();
  const faults: Fault[] = [];
  let sent = 0;

  async function ask(number: number, request: OddRequest): Promise<void> {
    const token = callerOf(request, callers, random);
    const headers = { ...request.headers, ...(token !== null && { authorization: `Bearer ${token}` }) };
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
    let [status, text, what]: [number, string, string | null] = [0, '', null];
    try {
      const { method, body } = request;
      const init = { method, headers, signal: abort.signal, redirect: 'manual' as const };
      const answer = await fetch(`${url}${request.path}`, body === null ? init : { ...init, body });
      status = answer.status;
      const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
      if (isStream) await answer.body?.cancel();
      else text = (await answer.text()).slice(0, MOST_CHARACTERS);
      if (status < 300) lawful.add(`${method} ${request.route}`);
      what = faultOf(status, text);
    } catch (error) {
      what = `no answer: ${error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error)}`;
    } finally {
      clearTimeout(timer);
    }
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    if (what !== null) faults.push({ number, request, what, answer: text.slice(0, 500) });
  }

  async function line(): Promise<void> {
    while (sent < requests) {
      sent += 1;
      const number = sent;
      if (number % 5_000 === 0) onProgress?.(number, faults.length);
      await ask(number, next());
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, line));
  return { byStatus, lawful, faults };
}

const BROKEN_HEADS: readonly string[] = [
  'GET / HTTP/1.1\r\n\r\n',
  'GET  /  HTTP/9.9\r\nHost: a\r\n\r\n',
  'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n',
  'POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /api/player/v1/receipts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
  'POST /api/player/v1/plays HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
  `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\n${'X-A: b\r\n'.repeat(5_000)}\r\n`,
  'GET /api/player/v1/manifest HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \u00ff\u00fe\r\n\r\n',
  'GET /media/%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];

/** A request as it goes over the line. */
function written({ method, path, headers, body }: OddRequest, token: string | null): Buffer {
  const content = Buffer.from(body ?? '');
  const lines = Object.entries({
    Host: 'a',
    ...headers,
    ...(token !== null && { Authorization: `Bearer ${token}` }),
    ...(body !== null && { 'Content-Length': String(content.length) }),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), content]);
}

/**
 * Sends bytes that are hardly lawful HTTP, one connection each: heads that are wrong by themselves, and requests of the
 * document, mostly with a token that counts, of which bytes have become others or the end is missing. Tells each answer
 * that is a fault; the connection may be closed without a word.
 */
export async function rawBytes(attack: Attack, connections: number): Promise<string[]> {
  const { url, callers, seed } = attack;
  const random = seededRandom(seed);
  const next = await requestsFor(attack, random);
  const { hostname, port } = new URL(url);
  const faults: string[] = [];
  const line = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number += 1) {
      const request = next();
      const bytes =
        random() < 0.3
          ? Buffer.from(BROKEN_HEADS[Math.floor(random() * BROKEN_HEADS.length)] ?? '', 'latin1')
          : written(request, callerOf(request, callers, random));
      // Most bodies are long: the head is where a line of HTTP is told from another.
      const within = random() < 0.7 ? Math.min(bytes.length, 400) : bytes.length;
      const spoilt = Math.floor(random() * 6);
      for (let n = 0; n < spoilt; n += 1) bytes[Math.floor(random() * within)] = Math.floor(random() * 256);
      const sent = random() < 0.5 ? bytes : bytes.subarray(0, Math.ceil(random() * bytes.length));
      const answer = await answerTo(hostname, Number(port), sent);
      const what = faultOf(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), answer);
      if (what !== null) faults.push(`${what}: ${sent.subarray(0, 200).toString('latin1')}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, () => line(Math.ceil(connections / AT_ONCE))));
  return faults;
}

function answerTo(host: string, port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      if (answer.length < MOST_CHARACTERS) answer += text;
    });
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
    socket.end(bytes);
    // The end of our side is all that is said: whoever waits for more is left.
    socket.setTimeout(2_000, () => socket.destroy());
  });
}
