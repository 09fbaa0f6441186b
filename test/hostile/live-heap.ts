import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const INSPECTOR = 'http://127.0.0.1:9229/json';
const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.url() }));
const usageSchema = z.object({ id: z.literal(2), result: z.object({ usedSize: z.number() }) });

/** What a finalizer or a weak reference let go of goes with the next collection, what that held with the one after. */
const COLLECTIONS = 4;

/**
 * The bytes that a Node process on this machine holds on to: its heap after everything that nothing refers to was
 * collected. Memory as the system counts it tells besides how lazily the engine collects. Opens Node's inspector on
 * 127.0.0.1:9229 in that process, by its signal.
 */
export async function liveHeapBytes(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR1');
  const targets = targetsSchema.parse(await whenOpen());
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  try {
    const answer = new Promise<number>((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const told = usageSchema.safeParse(JSON.parse(String(data)));
        if (told.success) resolve(told.data.result.usedSize);
      });
    });
    for (let time = 0; time < COLLECTIONS; time += 1)
      socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
    socket.send(JSON.stringify({ id: 2, method: 'Runtime.getHeapUsage' }));
    return await answer;
  } finally {
    socket.close();
  }
}

async function whenOpen(): Promise<unknown> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await (await fetch(INSPECTOR)).json();
    } catch (error) {
      if (tries === 50) throw error;
      await pause(100);
    }
  }
}
