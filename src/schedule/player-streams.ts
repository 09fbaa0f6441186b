import type { KnownPlayer } from '../base/api-routes.ts';
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

/** A player has one, and for a moment a second when it comes again before the first was found to be dead. */
const MOST_OF_A_PLAYER = 4;

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
  /** With the player of each, the oldest first. */
  readonly #byEndpoint = new Map<number, Map<EventSink, number>>();
  #open = 0;
  #part = 0;

  /** Streams open now. */
  get open(): number {
    return this.#open;
  }

  /** Adds a stream of a player; returns how to take it out. A player that has too many loses its oldest. */
  add(player: KnownPlayer, sink: EventSink): () => void {
    const { playerId, endpointId } = player;
    const [oldest, ...others] = this.#of(player);
    if (oldest !== undefined && others.length + 1 >= MOST_OF_A_PLAYER) this.#end(endpointId, oldest);
    const all = this.#byEndpoint.get(endpointId) ?? new Map<EventSink, number>();
    all.set(sink, playerId);
    this.#byEndpoint.set(endpointId, all);
    this.#open++;
    return () => this.#remove(endpointId, sink);
  }

  /** Ends the streams of a player whose token holds no more. */
  endOf(player: KnownPlayer): void {
    for (const sink of this.#of(player)) this.#end(player.endpointId, sink);
  }

  /** Sends to the players of one endpoint. */
  send(endpointId: number, bytes: Uint8Array): void {
    for (const sink of this.#byEndpoint.get(endpointId)?.keys() ?? []) push(sink, bytes);
  }

  /**
   * Lets the next part of the players hear that their streams live; a round of calls, one every `PING_PART_MS`, reaches
   * all. To write to ten thousand connections at once holds up every other request for a fifth of a second.
   */
  pingNextPart(): void {
    const bytes = eventBytes(EVENT.ping, {});
    this.#part = (this.#part + 1) % PING_PARTS;
    for (const [endpointId, sinks] of this.#byEndpoint) {
      if (endpointId % PING_PARTS === this.#part) for (const sink of sinks.keys()) push(sink, bytes);
    }
  }

  /** Ends every stream, for a stop of the server: says when to come back, to this server or to another. */
  endAll(): void {
    for (const sinks of [...this.#byEndpoint.values()]) for (const sink of [...sinks.keys()]) leave(sink);
  }

  #of({ playerId, endpointId }: KnownPlayer): EventSink[] {
    const all = [...(this.#byEndpoint.get(endpointId) ?? [])];
    return all.filter(([, ofPlayer]) => ofPlayer === playerId).map(([sink]) => sink);
  }

  /** Out of the list at once: its connection may take a while to close. */
  #end(endpointId: number, sink: EventSink): void {
    this.#remove(endpointId, sink);
    leave(sink);
  }

  #remove(endpointId: number, sink: EventSink): void {
    const all = this.#byEndpoint.get(endpointId);
    if (!all?.delete(sink)) return;
    this.#open--;
    if (all.size === 0) this.#byEndpoint.delete(endpointId);
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
