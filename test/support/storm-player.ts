import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { playReceiptSchema } from '../../src/contract/play-report.ts';

/** A play as a player of a storm sends it. */
export interface StormPlay {
  readonly seq: number;
  readonly bookingId: number | null;
  readonly assetId: number;
  readonly sha256: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly outcome: 'completed' | 'cut' | 'failed';
}

/** What went wrong on purpose, counted. */
export interface StormFaults {
  duplicated: number;
  reordered: number;
  cutHalfway: number;
  answersLost: number;
}

/** A player that reports plays to servers which may die at any moment, and may die itself. */
export interface StormPlayer {
  /** Everything that it ever played: the truth. */
  readonly truth: readonly StormPlay[];
  /** Plays and reports until it is told to end; then sends until the servers hold all. */
  run(): Promise<void>;
  /** Dies at once: requests under way break off, and it comes back with what its disk held. */
  kill(): void;
  /** No more new plays. */
  end(): void;
}

const MOST_PER_REPORT = 100;
/** A player whose queue is this long plays nothing new until some of it is gone: the truth stays comparable. */
const MOST_WAITING = 1_000;

/** Makes one. `nextPlay` is asked for the play of each number, from 1; `random` gives numbers in [0, 1). */
export function stormPlayer(parts: {
  readonly urls: readonly string[];
  readonly token: string;
  readonly epoch: string;
  readonly nextPlay: (seq: number) => StormPlay;
  readonly random: () => number;
  readonly faults: StormFaults;
}): StormPlayer {
  const { urls, token, epoch, nextPlay, random, faults } = parts;
  const truth: StormPlay[] = [];
  /** The outbox in memory, and as it was last written to the disk: new plays are written before they are sent. */
  let outbox = new Map<number, StormPlay>();
  let disk = new Map<number, StormPlay>();
  let life = new AbortController();
  let isEnding = false;

  function play(): void {
    const count = 1 + Math.floor(random() * 30);
    for (let n = 0; n < count; n += 1) {
      const one = nextPlay(truth.length + 1);
      truth.push(one);
      outbox.set(one.seq, one);
      disk.set(one.seq, one);
    }
  }

  function batch(): StormPlay[] {
    const waiting = [...outbox.values()];
    if (random() >= 0.25) return waiting.slice(0, MOST_PER_REPORT);
    faults.reordered += 1;
    const from = Math.floor(random() * waiting.length);
    return waiting.slice(from, from + 1 + Math.floor(random() * MOST_PER_REPORT)).reverse();
  }

  async function report(url: string, plays: readonly StormPlay[]): Promise<void> {
    const text = JSON.stringify({ epoch, plays, clock: { now: new Date().toISOString() } });
    const isPacked = random() < 0.5;
    const body = isPacked ? gzipSync(text) : Buffer.from(text);
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(isPacked && { 'content-encoding': 'gzip' }),
    };
    if (random() < 0.1) {
      faults.cutHalfway += 1;
      return sendHalf(new URL('/api/player/v1/plays', url), headers, body);
    }
    const signal =
      random() < 0.1
        ? AbortSignal.any([life.signal, AbortSignal.timeout(1 + Math.floor(random() * 60))])
        : life.signal;
    if (signal !== life.signal) faults.answersLost += 1;
    const send = async (): Promise<void> => {
      const answer = await fetch(`${url}/api/player/v1/plays`, { method: 'POST', headers, body, signal });
      if (answer.status === 429 || answer.status >= 500) return;
      if (!answer.ok) throw new Error(`a report was refused: ${answer.status} ${await answer.text()}`);
      const { received, rejected } = playReceiptSchema.parse(await answer.json());
      if (rejected.length > 0) throw new Error(`honest plays were doubted: ${JSON.stringify(rejected)}`);
      for (const [from, to] of received) {
        for (const seq of outbox.keys()) if (seq >= from && seq <= to) outbox.delete(seq);
      }
    };
    if (random() >= 0.25) return send();
    faults.duplicated += 1;
    await Promise.all([send(), send()]);
  }

  return {
    truth,
    async run() {
      while (!isEnding || outbox.size > 0) {
        if (!isEnding && outbox.size < MOST_WAITING) play();
        const url = urls[Math.floor(random() * urls.length)] ?? '';
        try {
          await report(url, batch());
        } catch (error) {
          if (error instanceof Error && /^(a report was refused|honest plays)/.test(error.message))
            throw error;
          // The server is gone, or this player was killed: try again in a moment.
          await pause(10 + random() * 40);
        }
        // The disk learns late of what was acknowledged.
        if (random() < 0.3) disk = new Map(outbox);
      }
    },
    kill() {
      life.abort();
      life = new AbortController();
      outbox = new Map(disk);
    },
    end() {
      isEnding = true;
    },
  };
}

/** Sends the head and the first half of a body, then tears the connection down. */
async function sendHalf(to: URL, headers: Record<string, string>, body: Buffer): Promise<void> {
  const socket = connect(Number(to.port), to.hostname);
  await once(socket, 'connect');
  const head = Object.entries({ ...headers, host: to.host, 'content-length': String(body.length) });
  socket.write(
    `POST ${to.pathname} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );
  const closed = once(socket, 'close');
  socket.write(body.subarray(0, body.length >> 1), () => socket.resetAndDestroy());
  await closed;
}
