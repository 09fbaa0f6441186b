import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { frontendReader } from '../../src/db/wire-messages.ts';

/** Statements that change or read rows, which a later schema must still take. */
const OF_ROWS = /^\s*(select|insert|update|delete|with)\b/i;

/** Stands before a PostgreSQL server and writes down what it is asked. */
export interface StatementRecorder {
  /** The address of the same database through it. */
  readonly url: string;
  /** Each statement with parameters, once, in alphabetical order. */
  statements(): string[];
  close(): void;
}

/** Starts one before the database at `url`. */
export async function statementRecorder(url: string): Promise<StatementRecorder> {
  const target = new URL(url);
  const found = new Set<string>();
  const proxy = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname);
    const read = frontendReader();
    near.on('data', (chunk: Buffer) => {
      for (const message of read(chunk))
        if (message.kind === 'command' && message.type === 'P') {
          // Parse: the name of the statement, its words, then types.
          const [, words = ''] = message.bytes.subarray(5).toString('utf8').split('\0');
          if (OF_ROWS.test(words)) found.add(words);
        }
      far.write(chunk);
    });
    far.pipe(near);
    near.on('close', () => far.destroy()).on('error', () => far.destroy());
    far.on('close', () => near.destroy()).on('error', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(typeof address === 'object' ? address?.port : 0);
  return { url: through.href, statements: () => [...found].sort(), close: () => void proxy.close() };
}
