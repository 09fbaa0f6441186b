import { compactVerify, importJWK } from 'jose';
import { sseReader } from '../../players/core/sse.ts';
import { sha256Hex } from '../../src/base/digest.ts';
import type { PublicKey } from '../../src/contract/media-type.ts';
import type { Override } from '../../src/contract/override.ts';
import { players } from '../../src/db/endpoint-tables.ts';
import { send, type TestServer } from '../support/server.ts';

/** A box that is paired already, and speaks the protocol by hand. */
export interface Box {
  readonly token: string;
  readonly endpointId: number;
  ask(path: string, body?: unknown, headers?: Record<string, string>): ReturnType<typeof send>;
  /** Opens the event stream. */
  listen(): Promise<Listening>;
}

/** An open event stream. */
export interface Listening {
  /** Statements heard so far, their signatures checked, in the order in which they came. */
  readonly heard: readonly Override[];
  /** Waits until a statement came that holds. */
  until(holds: (statement: Override) => boolean): Promise<Override>;
  close(): void;
}

let last = 0;

/** Pairs a box with an endpoint, straight in the database. */
export async function aBox(running: TestServer, endpointId: number): Promise<Box> {
  last += 1;
  const token = `box-token-${last}-of-endpoint-${endpointId}`;
  await running.database.db.insert(players).values({
    endpointId,
    tokenHash: sha256Hex(token),
    hardwareId: 'box',
    capabilities: {},
    pairedAt: new Date(0),
  });
  return boxOf(running.url, running.server.publicKey(), token, endpointId);
}

/** The same box at another address, for example after a restart. */
export function boxOf(url: string, publicKey: PublicKey, token: string, endpointId: number): Box {
  const base = `${url}/api/player/v1`;
  return {
    token,
    endpointId,
    ask: (path, body, headers = {}) =>
      send(`${base}${path}`, {
        token,
        headers,
        ...(body !== undefined && { method: 'POST', body }),
      }),
    async listen() {
      const key = await importJWK({ ...publicKey }, 'EdDSA');
      const abort = new AbortController();
      const response = await fetch(`${base}/events`, {
        headers: { authorization: `Bearer ${token}` },
        signal: abort.signal,
      });
      if (!response.ok || !response.body) throw new Error(`no stream: ${response.status}`);
      const heard: Override[] = [];
      const waiters = new Set<() => void>();
      const read = async (body: ReadableStream<Uint8Array>) => {
        const reader = sseReader();
        const decoder = new TextDecoder();
        for await (const bytes of body) {
          for (const { event, data } of reader.push(decoder.decode(bytes, { stream: true }))) {
            if (event !== 'override') continue;
            const { payload } = await compactVerify(data, key, { algorithms: ['EdDSA'] });
            heard.push(JSON.parse(new TextDecoder().decode(payload)));
            for (const look of [...waiters]) look();
          }
        }
      };
      read(response.body).catch(() => {});
      return {
        heard,
        until: (holds) =>
          new Promise((resolve) => {
            const look = () => {
              const found = heard.find(holds);
              if (!found) return;
              waiters.delete(look);
              resolve(found);
            };
            waiters.add(look);
            look();
          }),
        close: () => abort.abort(),
      };
    },
  };
}
