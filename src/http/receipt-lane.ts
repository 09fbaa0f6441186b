import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KnownPlayer } from '../base/api-routes.ts';
import type { Bytes } from '../base/units.ts';
import { type OverrideReceipt, overrideReceiptsSchema } from '../contract/override.ts';
import { bearerTokenOf } from './guards.ts';
import type { Lane } from './poll-lane.ts';

/** Where players tell what became of emergencies. */
const RECEIPTS_PATH = '/api/player/v1/receipts';
/** A longer body goes to the app: the most receipts that one request may bring fit four times over. */
const MOST_BYTES: Bytes = 65_536;

/**
 * Takes receipts before the app sees them: when an emergency is raised, a whole fleet tells in one instant that it
 * shows it. Only a well-formed request of a player whose token memory knows is answered here, with the answer that
 * the app gives; everything else goes to the app, with the body as it came.
 */
export function receiptLane(parts: {
  /** The player of a token that memory knows. Notes that it was here. */
  readonly recognise: (token: string) => KnownPlayer | null;
  /** Writes receipts down; resolves after the commit with how many were taken. */
  readonly receive: (player: KnownPlayer, receipts: readonly OverrideReceipt[]) => Promise<number>;
  readonly app: (request: Request, env: object) => Response | Promise<Response>;
  /** Hears of each request that was answered here. */
  readonly onTaken: () => void;
}): Lane {
  async function take(
    request: IncomingMessage,
    response: ServerResponse,
    player: KnownPlayer,
    body: Buffer,
  ): Promise<void> {
    const receipts = receiptsIn(body);
    const taken = receipts && (await parts.receive(player, receipts).catch(() => null));
    // Refused for whatever reason: the app finds the same one and words it. To receive twice is to receive once.
    if (taken === null) return handOver(request, response, body);
    const text = `{"taken":${taken}}`;
    response.writeHead(200, [
      ...['content-type', 'application/json'],
      ...['cache-control', 'no-store'],
      ...['content-length', String(text.length)],
    ]);
    response.end(text);
    parts.onTaken();
  }

  async function handOver(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const { host = 'localhost' } = request.headers;
    const again = new Request(`http://${host}${RECEIPTS_PATH}`, {
      method: 'POST',
      headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      body: new Uint8Array(body),
    });
    const answer = await parts.app(again, { incoming: request, outgoing: response });
    response.writeHead(answer.status, [...answer.headers].flat());
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  return (request, response) => {
    if (request.method !== 'POST' || request.url !== RECEIPTS_PATH) return false;
    const { authorization, 'content-length': length, 'content-type': type } = request.headers;
    const bytes = Number(length ?? 0);
    if (!(bytes > 0 && bytes <= MOST_BYTES) || !/^application\/json\b/i.test(type ?? '')) return false;
    const token = bearerTokenOf(authorization);
    const player = token === null ? null : parts.recognise(token);
    if (player === null) return false;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const [only] = chunks;
      const body = chunks.length === 1 && only ? only : Buffer.concat(chunks);
      take(request, response, player, body).catch(() => response.destroy());
    });
    return true;
  };
}

function receiptsIn(body: Buffer): readonly OverrideReceipt[] | null {
  try {
    return overrideReceiptsSchema.safeParse(JSON.parse(body.toString('utf8'))).data?.receipts ?? null;
  } catch {
    return null;
  }
}
