import { setTimeout as pause } from 'node:timers/promises';

/* A program for the processes that read files: does what it is told, and answers with its number. */

const kept: unknown[] = [];
const orders: Readonly<Record<string, () => unknown>> = {
  tell: () => process.pid,
  tellSecret: () => process.env.SESSION_SECRET ?? null,
  tellLater: async () => pause(200, process.pid),
  hang: () => pause(60_000),
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  fillHeap() {
    while (true) kept.push(Array(1_000).fill(kept.length));
  },
  fillBuffers() {
    const buffers: Buffer[] = [];
    try {
      while (true) buffers.push(Buffer.alloc(50_000_000, 1));
    } catch {
      return buffers.length * 50_000_000;
    }
  },
};

process.on('disconnect', () => process.exit());
process.on('message', async (order: { do: string }) => process.send?.(await orders[order.do]?.()));
process.send?.('ready');
