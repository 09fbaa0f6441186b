import type { z } from 'zod';
import type { Ms } from '../../src/base/units.ts';
import { SECOND_MS } from '../../src/base/units.ts';
import { commandReceiptTakenSchema } from '../../src/contract/command.ts';
import { healthAnswerSchema } from '../../src/contract/health.ts';
import { keyRotationsSchema } from '../../src/contract/key-rotation.ts';
import { TIME_HEADER } from '../../src/contract/manifest.ts';
import {
  receiptsTakenSchema,
  STANDING_HEADER,
  standingStatementsSchema,
} from '../../src/contract/override.ts';
import { pairingOfferSchema, pairingStateSchema } from '../../src/contract/pairing.ts';
import { playReceiptSchema } from '../../src/contract/play-report.ts';
import type { LinkFailure } from './player-event.ts';
import type { Link, LinkAnswer, PlayerClock, TimeStamp } from './ports.ts';
import { sseReader } from './sse.ts';

/** Where the player's routes lie on a server. */
export const PLAYER_API = '/api/player/v1';

/** A request, as far as the link goes. */
export interface LinkRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly cache?: 'no-store';
  readonly signal?: AbortSignal;
}

/** An answer, as far as the link reads it; `Response` fits. */
export interface LinkResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>> | null;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** Sends a request; `globalThis.fetch` fits. Rejects when there is no answer or `signal` aborts. */
export type LinkFetch = (address: string | URL, request: LinkRequest) => Promise<LinkResponse>;

/** What {@link httpLink} needs. */
export interface HttpLinkOptions {
  /** The server's address, for example https://beacon.example.cn; a path is kept as a prefix. */
  readonly server: string;
  readonly fetch: LinkFetch;
  readonly clock: PlayerClock;
  /** An answer that takes longer counts as none. */
  readonly timeoutMs?: Ms;
  /** A file's bytes may pause so long. */
  readonly mediaTimeoutMs?: Ms;
  /** A stream silent for so long is dead. */
  readonly silenceMs?: Ms;
}

/** The real link, the same for every body: HTTP by the `fetch` it is given. Never throws. */
export function httpLink(options: HttpLinkOptions): Link {
  const { server, clock, timeoutMs = 20 * SECOND_MS, silenceMs = 75 * SECOND_MS } = options;
  const mediaTimeoutMs = options.mediaTimeoutMs ?? 30 * SECOND_MS;
  const base = server.replace(/\/+$/, '');

  function bearer(token: string | null): Record<string, string> {
    return token === null ? {} : { authorization: `Bearer ${token}` };
  }

  async function ask<T>(
    path: string,
    token: string | null,
    schema: z.ZodType<T>,
    body?: unknown,
  ): Promise<LinkAnswer<T>> {
    const watch = watchdog(clock, timeoutMs);
    try {
      const response = await options.fetch(`${base}${PLAYER_API}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...bearer(token), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: 'no-store',
        signal: watch.signal,
      });
      if (!response.ok) return await refusal(response);
      const parsed = schema.safeParse(await response.json());
      const stamp = stampOf(response);
      if (parsed.success) return { ok: true, value: parsed.data, stamp };
      return {
        ok: false,
        failure: { kind: 'broken', status: response.status, code: 'answer.unreadable' },
        stamp,
      };
    } catch {
      return { ok: false, failure: OFFLINE };
    } finally {
      watch.stop();
    }
  }

  return {
    offerPairing: (request) => ask('/pairings', null, pairingOfferSchema, request),
    enrol: (token, { hardwareId, capabilities }) =>
      ask('/enrolments', null, pairingStateSchema, { token, hardwareId, capabilities }),
    askPairing: (secret) => ask('/pairings/current', secret, pairingStateSchema),
    fetchStanding: (token) => ask('/overrides', token, standingStatementsSchema),
    fetchKeys: (token) => ask('/keys', token, keyRotationsSchema),
    sendReceipts: (token, receipts) => ask('/receipts', token, receiptsTakenSchema, receipts),
    sendAnswer: (token, receipt) => ask('/command-receipts', token, commandReceiptTakenSchema, receipt),
    sendPlays: (token, report) => ask('/plays', token, playReceiptSchema, report),
    sendHealth: (token, report) => ask('/health', token, healthAnswerSchema, report),

    async fetchManifest(token, etag) {
      const watch = watchdog(clock, timeoutMs);
      try {
        const response = await options.fetch(`${base}${PLAYER_API}/manifest`, {
          headers: { ...bearer(token), ...(etag === null ? {} : { 'if-none-match': etag }) },
          cache: 'no-store',
          signal: watch.signal,
        });
        const stamp = stampOf(response);
        const standing = response.headers.get(STANDING_HEADER);
        if (response.status === 304) return { ok: true, value: { changed: false, standing }, stamp };
        if (!response.ok) return await refusal(response);
        const jws = (await response.text()).trim();
        const etagNow = response.headers.get('etag');
        return { ok: true, value: { changed: true, jws, etag: etagNow, standing }, stamp };
      } catch {
        return { ok: false, failure: OFFLINE };
      } finally {
        watch.stop();
      }
    },

    async fetchMedia(token, url) {
      const watch = watchdog(clock, mediaTimeoutMs);
      try {
        const address = new URL(url, `${base}/`);
        // The token is for our own server; another host (a CDN) must not see it.
        const own = address.origin === new URL(base).origin;
        const response = await options.fetch(address, {
          headers: own ? bearer(token) : {},
          signal: watch.signal,
        });
        if (!response.ok || !response.body) {
          watch.stop();
          return await refusal(response);
        }
        return { ok: true, value: watch.guarded(response.body), stamp: stampOf(response) };
      } catch {
        watch.stop();
        return { ok: false, failure: OFFLINE };
      }
    },

    openStream(token, lastEventId, listener) {
      const watch = watchdog(clock, silenceMs);
      let closed = false;
      const close = (failure: LinkFailure | null) => {
        if (closed) return;
        closed = true;
        watch.stop();
        listener.closed(failure);
      };
      const read = async () => {
        const response = await options.fetch(`${base}${PLAYER_API}/events`, {
          headers: {
            ...bearer(token),
            accept: 'text/event-stream',
            ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
          },
          cache: 'no-store',
          signal: watch.signal,
        });
        if (!response.ok || !response.body) {
          const answer = await refusal(response);
          return close(answer.failure);
        }
        if (closed) return;
        listener.opened();
        const reader = sseReader();
        const decoder = new TextDecoder();
        for await (const bytes of chunksOf(response.body)) {
          watch.feed();
          for (const message of reader.push(decoder.decode(bytes, { stream: true }))) {
            if (!closed) listener.message(message);
          }
          if (reader.overflown) {
            watch.abort();
            return close({ kind: 'broken', status: response.status, code: 'stream.overflow' });
          }
        }
        close(null);
      };
      read().catch(() => close(OFFLINE));
      return () => {
        closed = true;
        watch.abort();
      };
    },
  };
}

const OFFLINE: LinkFailure = { kind: 'offline', status: 0, code: 'offline' };

async function refusal(
  response: LinkResponse,
): Promise<{ ok: false; failure: LinkFailure; stamp?: TimeStamp | undefined }> {
  const { status } = response;
  const kind = status >= 400 && status < 500 ? 'refused' : 'broken';
  let code = `http.${status}`;
  try {
    const problem: unknown = await response.json();
    if (
      typeof problem === 'object' &&
      problem !== null &&
      'code' in problem &&
      typeof problem.code === 'string'
    ) {
      code = problem.code.slice(0, 64);
    }
  } catch {
    // No problem document: the status alone has to do.
  }
  return { ok: false, failure: { kind, status, code }, stamp: stampOf(response) };
}

function stampOf({ headers }: LinkResponse): TimeStamp | undefined {
  const told = headers.get(TIME_HEADER) ?? '';
  if (/^\d{1,15}$/.test(told)) return { serverMs: Number(told), grainMs: 1 };
  const ms = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(ms) ? undefined : { serverMs: ms, grainMs: SECOND_MS };
}

/** The pieces of a body. Not every browser lets a stream be iterated. */
async function* chunksOf(
  body: NonNullable<LinkResponse['body']>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  if (!('getReader' in body)) return yield* body;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

/** Aborts what it guards when nobody feeds it for `patienceMs`. */
function watchdog(clock: PlayerClock, patienceMs: Ms) {
  const controller = new AbortController();
  let calledOff = false;
  let cancel = (): void => undefined;
  const feed = () => {
    cancel();
    if (!calledOff) cancel = clock.alarm(clock.monoMs() + patienceMs, () => controller.abort());
  };
  const stop = () => {
    calledOff = true;
    cancel();
  };
  feed();
  return {
    signal: controller.signal,
    feed,
    stop,
    abort() {
      stop();
      controller.abort();
    },
    /** The pieces of a body, each of which feeds the watchdog; leaving early calls the request off. */
    async *guarded(body: NonNullable<LinkResponse['body']>) {
      let isWhole = false;
      try {
        for await (const chunk of chunksOf(body)) {
          feed();
          yield chunk;
        }
        isWhole = true;
      } finally {
        stop();
        if (!isWhole) controller.abort();
      }
    },
  };
}
