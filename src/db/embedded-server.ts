/**
 * The child process of the embedded database: started by embedded.ts with an IPC channel, never by hand.
 * It holds the lock on the data folder, runs the engine and answers on a socket. It stops when its parent
 * asks, or when the channel closes because the parent is gone, however it went.
 */
import { inspect } from 'node:util';

// Ctrl-C reaches the whole process group, and so does a service manager's stop: the parent decides when
// this process ends, after its own last transaction.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

/** What the parent is told. */
export type ChildReport =
  | { readonly state: 'ready'; readonly path: string }
  | { readonly state: 'inUse'; readonly owner: string }
  | { readonly state: 'failed'; readonly reason: string };

function report(message: ChildReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}

let orphaned = false;
let stop: (() => Promise<void>) | undefined;
async function leave(): Promise<void> {
  orphaned = true;
  if (stop === undefined) return;
  await stop();
  process.exit(0);
}
process.on('disconnect', () => void leave());
process.on('message', (message) => {
  if (message === 'stop') void leave();
});

const dataDir = process.argv[2];
if (dataDir === undefined || process.send === undefined) {
  process.stderr.write('This program is a part of the server and is started by it.\n');
  process.exit(2);
}

try {
  // Imported late, so that the handlers above are in place from the first moment.
  const { openEngineHouse } = await import('./embedded-engine.ts');
  const opened = await openEngineHouse(dataDir, (reason) => {
    // The engine's memory cannot be trusted any more. What was acknowledged is on the disk; the parent
    // starts a fresh process that recovers from there.
    process.stderr.write(`embedded database: ${inspect(reason)}\n`);
    process.exit(70);
  });
  if (opened.state === 'inUse') {
    await report({ state: 'inUse', owner: opened.owner });
    process.exit(3);
  }
  stop = opened.stop;
  if (orphaned) await leave();
  await report({ state: 'ready', path: opened.path });
} catch (error) {
  await report({ state: 'failed', reason: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
