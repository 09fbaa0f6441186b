import type { Sql } from 'postgres';

/**
 * Tells the other parts of this process, and the other processes on the same PostgreSQL, that something
 * changed. It carries ids only: who hears it reads the facts from the database.
 */
export interface Bell {
  /**
   * Rings for `topic`. Call it after the change is committed. Every listener hears it, those of this
   * process too, after this returns or a little before; nobody hears it twice.
   * @throws RangeError when the topic has a space, or the two together exceed 7,900 bytes.
   */
  ring(topic: string, payload: string): Promise<void>;
  /** Calls `handler` with the payload of each ring for `topic`, until the returned function is called. */
  listen(topic: string, handler: (payload: string) => void): () => void;
  /**
   * Calls `handler` each time rings may have been missed, because the connection that hears them was lost
   * and has been made again: read everything anew. Until the returned function is called.
   */
  whenMissed(handler: () => void): () => void;
  /** Hears nothing more. */
  close(): Promise<void>;
}

const CHANNEL = 'beacon_tower';
/** PostgreSQL takes payloads of less than 8,000 bytes. */
const LONGEST = 7_900;

function messageOf(topic: string, payload: string): string {
  if (topic === '' || topic.includes(' '))
    throw new RangeError(`a topic is one word: ${JSON.stringify(topic)}`);
  const message = `${topic} ${payload}`;
  if (Buffer.byteLength(message) > LONGEST)
    throw new RangeError(`too long for a bell, send ids only: ${topic}`);
  return message;
}

function listeners() {
  const byTopic = new Map<string, Set<(payload: string) => void>>();
  const missed = new Set<() => void>();
  // One listener's bug must not keep the others from hearing.
  const guarded = (call: () => void): void => {
    try {
      call();
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  };
  return {
    deliver(message: string): void {
      const space = message.indexOf(' ');
      const payload = message.slice(space + 1);
      for (const handler of [...(byTopic.get(message.slice(0, space)) ?? [])])
        guarded(() => handler(payload));
    },
    deliverMissed(): void {
      for (const handler of [...missed]) guarded(handler);
    },
    listen(topic: string, handler: (payload: string) => void): () => void {
      const own = (payload: string): void => handler(payload);
      const all = byTopic.get(topic) ?? new Set();
      byTopic.set(topic, all.add(own));
      return () => void all.delete(own);
    },
    whenMissed(handler: () => void): () => void {
      const own = (): void => handler();
      missed.add(own);
      return () => void missed.delete(own);
    },
    clear(): void {
      byTopic.clear();
      missed.clear();
    },
  };
}

/** The bell of a single process: it needs no database, and misses nothing. */
export function localBell(): Bell {
  const heard = listeners();
  return {
    async ring(topic, payload) {
      const message = messageOf(topic, payload);
      queueMicrotask(() => heard.deliver(message));
    },
    listen: heard.listen,
    whenMissed: heard.whenMissed,
    async close() {
      heard.clear();
    },
  };
}

/** The bell of all processes on one PostgreSQL, by LISTEN and NOTIFY. It hears from the moment it is returned. */
export async function postgresBell(sql: Sql): Promise<Bell> {
  const heard = listeners();
  let begun = false;
  const subscription = await sql.listen(
    CHANNEL,
    (message) => heard.deliver(message),
    () => {
      if (begun) heard.deliverMissed();
      begun = true;
    },
  );
  return {
    async ring(topic, payload) {
      await sql.notify(CHANNEL, messageOf(topic, payload));
    },
    listen: heard.listen,
    whenMissed: heard.whenMissed,
    async close() {
      heard.clear();
      await subscription.unlisten();
    },
  };
}
