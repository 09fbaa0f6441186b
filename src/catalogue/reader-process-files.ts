import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Bytes, type Ms, SECOND_MS } from '../base/units.ts';

/** Why a process that read a file has no answer: its time, its memory, or it broke down by itself. */
export type ReaderEnd = 'time' | 'memory' | 'crash';

/** A process that read a file came to its end without an answer. */
export class ReaderEnded extends Error {
  readonly end: ReaderEnd;
  constructor(end: ReaderEnd, how: string) {
    super(`the process that reads files ended: ${how}`);
    this.end = end;
  }
}

/** What processes that read files may take. */
export interface ReaderBounds {
  /** So many read at a time; what comes in meanwhile waits. */
  readonly atOnce: number;
  readonly heapMb: number;
  /** What one may write into altogether, its heap, its libraries and the stacks of its threads included. */
  readonly memoryBytes: Bytes;
  /** A process that had nothing to read for so long ends; the next file starts another. */
  readonly idleMs: Ms;
}

/** Processes that read what strangers handed in. */
export interface Readers {
  /**
   * The answer of the program to one order. Each process reads one file at a time and is used again.
   * What dies in the middle of one is tried once more by a fresh process: the file need not have been the reason.
   * @throws ReaderEnded when it took longer than `timeoutMs`, or died both times.
   */
  ask(order: object, timeoutMs: Ms): Promise<unknown>;
}

/** A process goes after so many files, with whatever they left behind in it. */
const MOST_FILES = 100;
/** What a fresh process has to start in, beside the time of the file. */
const START_WITHIN_MS: Ms = 10 * SECOND_MS;
/** V8 aborts by these when its heap is full, as the C library does when nothing is left to give. */
const OUT_OF_MEMORY: readonly unknown[] = ['SIGABRT', 'SIGTRAP', 'SIGILL', 133, 134];
/** Of the environment only what a program needs to run: no secret of the server. */
const ENVIRONMENT = ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'SystemRoot'];

interface Reader {
  readonly child: ChildProcess;
  readonly ready: Promise<unknown>;
  files: number;
  idle: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Keeps processes that run `program`, which says `ready` once and then answers each message by one. None runs before
 * the first order. Where the system can, each is bound in memory (RLIMIT_DATA) and is the first that the kernel ends
 * when the machine has none left: whatever a file does to its reader, the server goes on.
 */
export function openReaders(program: URL, bounds: ReaderBounds): Readers {
  const places = Array.from({ length: bounds.atOnce }, () => ({
    waiting: 0,
    last: Promise.resolve() as Promise<unknown>,
    reader: null as Reader | null,
  }));

  type Place = (typeof places)[number];

  async function read(place: Place, order: object, timeoutMs: Ms): Promise<unknown> {
    const reader = living(place.reader) ?? launch(program, bounds);
    place.reader = reader;
    clearTimeout(reader.idle);
    reader.child.ref();
    reader.child.channel?.ref();
    try {
      await answer(reader.child, reader.ready, START_WITHIN_MS);
      const answered = once(reader.child, 'message');
      reader.child.send(order);
      const [told] = (await answer(reader.child, answered, timeoutMs)) as [unknown];
      reader.files += 1;
      return told;
    } catch (error) {
      // What is in its memory, or keeps it busy, goes with it.
      end(reader);
      throw error;
    } finally {
      if (reader.files >= MOST_FILES) end(reader);
      // From here on a program that has ended its work can end: the process notices and ends too.
      reader.child.unref();
      reader.child.channel?.unref();
      reader.idle = setTimeout(() => end(reader), bounds.idleMs).unref();
    }
  }

  return {
    async ask(order, timeoutMs) {
      const place = places.reduce((best, one) => (one.waiting < best.waiting ? one : best));
      place.waiting += 1;
      const reading = place.last
        .then(() => read(place, order, timeoutMs))
        .catch((error: unknown) => {
          if (error instanceof ReaderEnded && error.end === 'time') throw error;
          return read(place, order, timeoutMs);
        });
      place.last = reading
        .catch(() => {})
        .finally(() => {
          place.waiting -= 1;
        });
      return reading;
    },
  };
}

const living = (reader: Reader | null): Reader | null =>
  reader?.child.connected && !reader.child.killed ? reader : null;

function end(reader: Reader): void {
  clearTimeout(reader.idle);
  reader.child.kill('SIGKILL');
}

/** What the child tells, within its time. */
async function answer(child: ChildProcess, told: Promise<unknown>, withinMs: Ms): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  const late = setTimeout(() => over.abort(), withinMs);
  const died = once(child, 'exit', { signal }).then(([code, by]: unknown[]) => {
    // Ended by somebody else with -9: the kernel, for want of memory.
    const isMemory = by === 'SIGKILL' || OUT_OF_MEMORY.includes(by) || OUT_OF_MEMORY.includes(code);
    throw new ReaderEnded(isMemory ? 'memory' : 'crash', `by ${by ?? `code ${code}`}`);
  });
  try {
    return await Promise.race([told, died]);
  } catch (error) {
    if (signal.aborted) throw new ReaderEnded('time', `after ${withinMs} ms`);
    throw error;
  } finally {
    clearTimeout(late);
    told.catch(() => {});
    died.catch(() => {});
    over.abort();
  }
}

function launch(program: URL, { heapMb, memoryBytes }: ReaderBounds): Reader {
  const command = [process.execPath, `--max-old-space-size=${heapMb}`, fileURLToPath(program)];
  const bounded = [
    `ulimit -d ${Math.floor(memoryBytes / 1_024)} 2>/dev/null`,
    'echo 1000 2>/dev/null >/proc/self/oom_score_adj',
    'exec "$@"',
  ].join('; ');
  const [file = '', ...rest] =
    process.platform === 'win32' ? command : ['/bin/sh', '-c', bounded, 'sh', ...command];
  const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
  // What libraries grumble about hostile content is nobody's news.
  const child = spawn(file, rest, {
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  child.on('error', () => {});
  const ready = once(child, 'message');
  ready.catch(() => {});
  return { child, ready, files: 0, idle: undefined };
}
