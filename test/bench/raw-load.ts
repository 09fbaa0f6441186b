import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Ms, SECOND_MS } from '../../src/base/units.ts';
import { quantile } from './bench-result.ts';

/** What a load did. */
export interface LoadFigures {
  readonly perSecond: number;
  readonly answers: number;
  /** Answers with another status line than the one asked for. */
  readonly wrong: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of each answer. */
  readonly latenciesMs: readonly number[];
}

/** Requests without a body whose answers have none either: prepared bytes out, status lines in. */
export interface Load {
  readonly port: number;
  /** The requests, one a connection, again and again. */
  readonly requests: readonly string[];
  /** How every answer must begin. */
  readonly expected: string;
  readonly forMs: Ms;
  /** Requests a second over all connections; absent: each connection asks again as soon as it is answered. */
  readonly pacePerSecond?: number;
}

const END = '\r\n\r\n';

/**
 * Sends a load to a server on this machine and stops by itself. Plain sockets: the client costs less than the
 * server, so that the server is what is measured.
 */
export async function rawLoad(load: Load): Promise<LoadFigures> {
  const latencies: number[] = [];
  let wrong = 0;
  let over = false;
  const idle: Line[] = [];
  const lines = await Promise.all(load.requests.map((request) => open(load.port, request)));
  const done = (line: Line, status: string, tookMs: number): void => {
    latencies.push(tookMs);
    if (!status.startsWith(load.expected)) wrong += 1;
    if (over) return;
    if (load.pacePerSecond === undefined) line.ask();
    else idle.push(line);
  };
  for (const line of lines) line.onAnswer = (status, tookMs) => done(line, status, tookMs);
  const began = performance.now();
  let sent = 0;
  const pace = load.pacePerSecond;
  if (pace === undefined) for (const line of lines) line.ask();
  else idle.push(...lines);
  const ticker =
    pace === undefined
      ? null
      : setInterval(() => {
          const due = ((performance.now() - began) / SECOND_MS) * pace;
          for (let line = idle.shift(); line !== undefined; line = idle.shift()) {
            if (sent >= due) {
              idle.unshift(line);
              break;
            }
            sent += 1;
            line.ask();
          }
        }, 1);
  await new Promise((resolve) => setTimeout(resolve, load.forMs));
  over = true;
  if (ticker) clearInterval(ticker);
  const seconds = (performance.now() - began) / SECOND_MS;
  const answers = latencies.length;
  for (const { socket } of lines) socket.destroy();
  return {
    perSecond: answers / seconds,
    answers,
    wrong,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    latenciesMs: latencies,
  };
}

interface Line {
  readonly socket: Socket;
  ask(): void;
  onAnswer: (status: string, tookMs: number) => void;
}

async function open(port: number, request: string): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const bytes = Buffer.from(request);
  let text = '';
  let askedAt = 0;
  const line: Line = {
    socket,
    ask() {
      askedAt = performance.now();
      socket.write(bytes);
    },
    onAnswer: () => {},
  };
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => {
    text += piece;
    if (!text.endsWith(END)) return;
    const status = text.slice(0, text.indexOf('\r\n'));
    text = '';
    line.onAnswer(status, performance.now() - askedAt);
  });
  socket.on('error', () => line.onAnswer('', 0));
  return line;
}
