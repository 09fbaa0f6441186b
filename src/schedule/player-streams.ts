import { type Ms, SECOND_MS } from '../base/units.ts';
import { EVENT } from '../contract/events.ts';

/** One open event stream: writes text, and says how much waits unsent. */
export interface EventSink {
  /** Writes prepared bytes of an event. */
  write(chunk: Uint8Array): void;
  /** Bytes that the connection has not taken yet. */
  readonly waitingBytes: number;
  /** Cuts a stream whose reader does not read. */
  end(): void;
  /** Sends a last piece and ends the stream in good order. */
  close(last: Uint8Array): void;
}

/** A reader that lets so much pile up is cut off; it finds everything again by polling. */
const MOST_WAITING_BYTES = 262_144;

/** In so many parts the players are pinged, one after another. */
const PING_PARTS = 40;
/** From one part to the next: each stream hears a ping every 20 seconds. */
export const PING_PART_MS: Ms = (20 * SECOND_MS) / PING_PARTS;

/** The bytes of one server-sent event (WHATWG HTML, server-sent events). `data` has no line break. */
export function eventBytes(event: string, data: unknown, id?: string): Uint8Array {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${text}\n\n`);
}

/** The open event streams of all players, by endpoint. */
export class PlayerStreams {
  readonly #byEndpoint = new Map<number, Set<EventSink>>();
  #open = 0;
  #part = 0;

  /** Streams open now. */
  get open(): number {
    return this.#open;
  }

  /** Adds a stream; returns how to take it out. */
  add(endpointId: number, sink: EventSink): () => void {
    const own = this.#byEndpoint.get(endpointId) ?? new Set();
    own.add(sink);
    this.#byEndpoint.set(endpointId, own);
    this.#open++;
    return () => {
      if (!own.delete(sink)) return;
      this.#open--;
      if (own.size === 0) this.#byEndpoint.delete(endpointId);
    };
  }

  /** Sends to the players of one endpoint. */
  send(endpointId: number, bytes: Uint8Array): void {
    for (const sink of this.#byEndpoint.get(endpointId) ?? []) push(sink, bytes);
  }

  /**
   * Lets the next part of the players hear that their streams live; a round of calls, one every `PING_PART_MS`, reaches
   * all. To write to ten thousand connections at once holds up every other request for a fifth of a second.
   */
  pingNextPart(): void {
    const bytes = eventBytes(EVENT.ping, {});
    this.#part = (this.#part + 1) % PING_PARTS;
    for (const [endpointId, sinks] of this.#byEndpoint) {
      if (endpointId % PING_PARTS === this.#part) for (const sink of sinks) push(sink, bytes);
    }
  }

  /** Ends every stream, for a stop of the server: says when to come back, to this server or to another. */
  endAll(): void {
    for (const sinks of [...this.#byEndpoint.values()]) for (const sink of [...sinks]) leave(sink);
  }
}

/** When an ended stream may be opened again (WHATWG HTML, 9.2.6); our own players spread themselves. */
const COME_BACK = Buffer.from('retry: 2000\n\n');

function leave(sink: EventSink): void {
  if (sink.waitingBytes > 0) sink.end();
  else sink.close(COME_BACK);
}

function push(sink: EventSink, bytes: Uint8Array): void {
  if (sink.waitingBytes > MOST_WAITING_BYTES) sink.end();
  else sink.write(bytes);
}
